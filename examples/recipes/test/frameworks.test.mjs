// An HSM as a route of Hono, Express and Fastify: over a socket.

import { once } from 'node:events'
import { createServer } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { createHsm } from 'pocket-hsm'
import { afterEach, expect, it } from 'vitest'
import { createApp as createExpressApp } from '../with-express.mjs'
import { createApp as createFastifyApp } from '../with-fastify.mjs'
import { createApp as createHonoApp } from '../with-hono.mjs'

const closings = []
afterEach(async () => {
  for (const close of closings.splice(0)) await close()
})

/** Listens on a free port; returns the address. */
async function listen(listener) {
  const server = createServer(listener).listen(0)
  await once(server, 'listening')
  closings.push(() => server.close())
  return `http://localhost:${server.address().port}`
}

it.each([
  ['Hono', (hsm) => listen(getRequestListener(createHonoApp(hsm).fetch))],
  ['Express', (hsm) => listen(createExpressApp(hsm))],
  [
    'Fastify',
    async (hsm) => {
      const app = createFastifyApp(hsm)
      closings.push(() => app.close())
      await app.listen({ port: 0 })
      return `http://localhost:${app.server.address().port}`
    },
  ],
])('%s: keys are created, used, listed and deleted, next to another route', async (_, start) => {
  const url = await start(createHsm())
  const call = async (method, path, body) => {
    const headers = { authorization: 'Bearer any', 'content-type': 'application/json' }
    const init = { method, headers, ...(body && { body: JSON.stringify(body) }) }
    const response = await fetch(`${url}${path}?api-version=7.6`, init)
    return { status: response.status, ...(response.status !== 204 && (await response.json())) }
  }
  const { key } = await call('POST', '/keys/orders/create', {
    kty: 'EC-HSM',
    tags: { team: 'Ärger' },
  })
  expect(key.kid.startsWith(`${url}/keys/orders/`)).toBe(true)
  const value = Buffer.alloc(32).toString('base64url')
  const signed = await call('POST', '/keys/orders//sign', { alg: 'ES256', value })
  expect(Buffer.from(signed.value, 'base64url')).toHaveLength(64)
  const listed = await call('GET', '/keys')
  expect(listed.value.map(({ kid, tags }) => [kid, tags])).toEqual([
    [`${url}/keys/orders`, { team: 'Ärger' }],
  ])
  expect((await call('DELETE', '/keys/orders')).recoveryId).toBe(`${url}/deletedkeys/orders`)
  expect((await call('DELETE', '/deletedkeys/orders')).status).toBe(204)
  expect(await call('GET', '/keys/orders')).toMatchObject({ error: { code: 'KeyNotFound' } })
  expect((await fetch(`${url}/keys`)).headers.get('www-authenticate')).toContain('Bearer')
  expect(await (await fetch(`${url}/health`)).text()).toBe('well')
})
