// pocket-hsm behind the routes of a Fastify app.

import { createHandler } from '@pocket-hsm/rest'
import fastify from 'fastify'
import { toRequest } from './to-request.mjs'

/**
 * @param {import('pocket-hsm').Hsm} hsm
 */
export function createApp(hsm) {
  const handler = createHandler(hsm)
  const app = fastify()
  app.get('/health', () => 'well')
  app.register(async (scope) => {
    // The handler reads the body itself.
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_, __, done) => done(null))
    scope.all('/*', async (request, reply) => {
      const origin = `${request.protocol}://${request.host}`
      return reply.send(await handler(await toRequest(request.raw, origin)))
    })
  })
  return app
}
