import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Tells the program that there is a hub behind its address: without it, it asks for none. */
const MARK = '<meta name="shidang-hub" content="1">'

/** 网站 — the built app: every page of it is index.html, hashed files for ever, everything else asked for again each time. */
export async function serveSite(app: FastifyInstance, folder: string): Promise<void> {
  const page = readFileSync(join(folder, 'index.html'), 'utf8').replace('<head>', `<head>\n    ${MARK}`)
  await app.register(fastifyStatic, {
    root: folder,
    index: false,
    wildcard: false,
    cacheControl: false,
    setHeaders(reply, path) {
      const isHashed = path.startsWith(join(folder, 'assets'))
      void reply.header('Cache-Control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
    globIgnore: ['index.html*', 'peers.json*', '**/*.gz'],
    preCompressed: true,
  })
  for (const path of ['/', '/index.html', '/oversight', '/oversight/*', '/diagnosis', '/diagnosis/*'])
    app.get(path, (_request, reply) =>
      reply.type('text/html; charset=utf-8').header('Cache-Control', 'no-cache').send(page),
    )
}
