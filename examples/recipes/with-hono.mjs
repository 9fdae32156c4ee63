// pocket-hsm as a route of a Hono app: the same signature.

import { createHandler } from '@pocket-hsm/rest'
import { Hono } from 'hono'

/**
 * @param {import('pocket-hsm').Hsm} hsm
 */
export function createApp(hsm) {
  const handler = createHandler(hsm)
  return new Hono()
    .get('/health', (context) => context.text('well'))
    .all('*', (context) => handler(context.req.raw))
}
