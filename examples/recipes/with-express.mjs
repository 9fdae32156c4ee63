// pocket-hsm behind the routes of an Express app.

import { createHandler } from '@pocket-hsm/rest'
import express from 'express'
import { send, toRequest } from './to-request.mjs'

/**
 * @param {import('pocket-hsm').Hsm} hsm
 */
export function createApp(hsm) {
  const handler = createHandler(hsm)
  const app = express()
  app.get('/health', (_, response) => response.send('well'))
  // Before any body parser: the handler reads the body itself.
  app.use(async (request, response) => {
    const origin = `${request.protocol}://${request.get('host')}`
    await send(await handler(await toRequest(request, origin)), response)
  })
  return app
}
