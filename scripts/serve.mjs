// Serves the built app: static files, strict headers, nothing else. PORT changes the port.
import { createServer } from 'node:http'
import sirv from 'sirv'
import { CONTENT_SECURITY_POLICY } from './contentSecurityPolicy.mjs'

const port = Number(process.env.PORT ?? 8080)
const files = sirv('dist', {
  gzip: true,
  single: true,
  etag: true,
  setHeaders(response, path) {
    response.setHeader('Content-Security-Policy', CONTENT_SECURITY_POLICY)
    response.setHeader('X-Content-Type-Options', 'nosniff')
    response.setHeader('Referrer-Policy', 'no-referrer')
    // Hashed names never change; the page itself must always be asked for again.
    response.setHeader(
      'Cache-Control',
      path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
    )
  },
})

const server = createServer((request, response) =>
  files(request, response, () => {
    response.writeHead(404).end()
  }),
)
server.on('error', (fault) => {
  const why = fault.code === 'EADDRINUSE' ? `端口 ${port} 已被占用，请用 PORT=8081 npm start 换一个端口` : fault.message
  console.error(`识档未能启动：${why}`)
  process.exit(1)
})
server.listen(port, () => console.log(`识档已启动：http://localhost:${port}`))
