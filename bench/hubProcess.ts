import { buildHub, startServer } from '../hub/server.ts'
import { readSettings } from '../hub/settings.ts'

/* A hub in a process of its own, as in life: the bench loads it from outside. Arguments: database url, port. */
const [url = '', port = '0'] = process.argv.slice(2)
const settings = readSettings({ PORT: port, LOG_LEVEL: 'silent', REQUESTS_PER_MINUTE: '10000000' }, true)
const server = await startServer(await buildHub(settings, url))
process.send?.(server.address)
process.on('SIGTERM', () => void server.stop().then(() => process.exit(0)))
