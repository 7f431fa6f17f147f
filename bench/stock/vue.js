// The framework with nothing on it: router, store and one heading, as every page of ours has them.
import { createPinia } from 'pinia'
import { createApp, h } from 'vue'
import { createRouter, createWebHistory, RouterView } from 'vue-router'

const page = { render: () => h('h1', '只有框架的一页') }
const router = createRouter({ history: createWebHistory(), routes: [{ path: '/:any(.*)*', component: page }] })
createApp({ render: () => h(RouterView) })
  .use(createPinia())
  .use(router)
  .mount('#app')
