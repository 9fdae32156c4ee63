/** Which requests are done once, though their clients may send them again. */

import { describe, expect, it } from 'vitest'
import {
  type RepeatableRequest,
  repeatableRequest,
  withRepeatableRequests,
} from '../../src/postgres/request-once.ts'

const BASE = 'https://contoso.managedhsm.azure.net'

async function seen(
  target: string,
  id: string | undefined = 'a',
  body?: string,
): Promise<RepeatableRequest | undefined> {
  const [method = '', path = ''] = target.split(' ')
  let found: RepeatableRequest | undefined
  const respond = withRepeatableRequests(async () => {
    found = repeatableRequest()
    return new Response()
  })
  const headers = id === undefined ? {} : { 'x-ms-client-request-id': id }
  await respond(
    new Request(`${path.startsWith('/') ? BASE : ''}${path}`, {
      method,
      headers: {
        ...headers,
        ...(body !== undefined && { 'content-length': String(body.length) }),
      } as Record<string, string>,
      ...(body !== undefined && { body }),
    }),
    '::1',
  )
  return found
}

describe('a request with an identifier of its client', () => {
  it.each([
    'POST /keys/orders/create?api-version=7.6',
    'POST /keys/orders/rotate?api-version=7.6',
    'POST /Keys/orders/Create/?api-version=7.6',
    'PUT /keys/orders?api-version=7.6',
  ])('is done once if it adds a version: %s', async (target) => {
    expect(await seen(target)).toBeDefined()
    expect(await seen(target, '')).toBeUndefined()
  })

  it.each([
    'GET /keys/orders',
    'POST /keys/orders/sign',
    'POST /keys/restore',
    'PATCH /keys/orders',
    'DELETE /keys/orders',
    'POST /deletedkeys/orders/recover',
    'PUT /keys/orders/rotationpolicy',
    'POST /control/keys/orders/create',
  ])('is not, if it does not: %s', async (target) => {
    expect(await seen(target)).toBeUndefined()
  })

  it('is the same one by its identifier, method, address and body', async () => {
    const target = 'POST /keys/orders/create?api-version=7.6'
    const idOf = async (...args: Parameters<typeof seen>) => (await seen(...args))?.id
    const id = await idOf(target)
    expect(await idOf(target)).toBe(id)
    const others = [
      await idOf(target, 'b'),
      await idOf('POST /keys/orders/rotate?api-version=7.6'),
      await idOf('POST /keys/other/create?api-version=7.6'),
      await idOf('POST /keys/orders/create?api-version=7.5'),
      await idOf('POST https://fabrikam.managedhsm.azure.net/keys/orders/create?api-version=7.6'),
      await idOf(target, 'a', '{"kty":"EC"}'),
      await idOf(target, 'a', '{"kty":"RSA"}'),
    ]
    expect(new Set([id, ...others]).size).toBe(8)
  })

  it('still has its body for the operation, and is not compared if that is long', async () => {
    const target = 'POST /keys/orders/create?api-version=7.6'
    expect(await seen(target, 'a', 'x'.repeat(65_536))).toBeDefined()
    expect(await seen(target, 'a', 'x'.repeat(65_537))).toBeUndefined()
    let read = ''
    const respond = withRepeatableRequests(async (request) => {
      read = await request.text()
      return new Response()
    })
    const headers = { 'x-ms-client-request-id': 'a', 'content-length': '4' }
    await respond(new Request(`${BASE}/keys/a`, { method: 'PUT', headers, body: 'text' }), '::1')
    expect(read).toBe('text')
  })

  it('is not awaited any more once its client has gone', async () => {
    const client = new AbortController()
    const awaited: unknown[] = []
    const respond = withRepeatableRequests(async () => {
      awaited.push(repeatableRequest()?.isAwaited())
      client.abort()
      awaited.push(repeatableRequest()?.isAwaited())
      return new Response()
    })
    const headers = { 'x-ms-client-request-id': 'a' }
    const init = { method: 'PUT', headers, signal: client.signal }
    await respond(new Request(`${BASE}/keys/a`, init), '::1')
    expect(awaited).toEqual([true, false])
  })

  it('is awaited until it has its response, also if its work goes on', async () => {
    const found: RepeatableRequest[] = []
    const respond = withRepeatableRequests(async () => {
      const request = repeatableRequest()
      if (request !== undefined) found.push(request)
      expect(request?.isAwaited()).toBe(true)
      return new Response()
    })
    const headers = { 'x-ms-client-request-id': 'a' }
    await respond(new Request(`${BASE}/keys/a`, { method: 'PUT', headers }), '::1')
    expect(found.map(({ isAwaited }) => isAwaited())).toEqual([false])
  })
})
