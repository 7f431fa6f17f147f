import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { router } from './routes.ts'
import { useFaultStore } from '#stores/fault'
import { useUpdateStore } from '#stores/update'

const app = createApp(App)
app.use(createPinia())
app.use(router)

// What we did not foresee is our bug: say so in one place, and let the drafts rest where they are.
const faults = useFaultStore()
app.config.errorHandler = (fault) => faults.tell(fault)
window.addEventListener('unhandledrejection', (event) => faults.tell(event.reason))
router.onError((fault) => faults.tell(fault))

app.mount('#app')

// After the page stands: what it takes to start without a network next time. Not while developing.
if (import.meta.env.PROD) void useUpdateStore().start(import.meta.env.BASE_URL)
