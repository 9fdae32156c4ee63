/** What stays in memory after requests that should leave nothing behind, measured after a forced collection. */

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createHsm } from 'pocket-hsm'
import { describe, expect, it } from 'vitest'
import { type AuditEntry, createHandler, type HandlerOptions } from '../../src/index.ts'
import { requestOf } from '../rest-client.ts'

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

const COUNT = 400
/** Far less than a path of 8,000 characters, and more than a stored entry takes. */
const MOST_BYTES = 2000

/** Returns the bytes that stay in memory for each request. */
async function growthOf(
  options: HandlerOptions,
  requestFor: (index: number, baseUrl: string) => Request,
): Promise<number> {
  // The engine's own audit trail is not measured here.
  const hsm = createHsm({ seed: 'memory', auditLimit: 0 })
  const handler = createHandler(hsm, options)
  const send = async (from: number, to: number) => {
    for (let index = from; index < to; index += 1) {
      await (await handler(requestFor(index, hsm.baseUrl))).text()
    }
  }
  await send(0, 50)
  const before = await usedHeap()
  await send(50, 50 + COUNT)
  const growth = ((await usedHeap()) - before) / COUNT
  // The handler is alive until here.
  await send(0, 1)
  return growth
}

async function usedHeap(): Promise<number> {
  for (let round = 0; round < 3; round += 1) {
    await new Promise((resolve) => setImmediate(resolve))
    collectGarbage()
  }
  return process.memoryUsage().heapUsed
}

const longPath = (index: number) => `/keys/${`${index}-`.padEnd(127, 'n')}/${'p'.repeat(8000)}`
const longQuery = (index: number) => `?api-version=7.6&x=${index}${'q'.repeat(7900)}`

describe('the memory of a handler of a seeded HSM', () => {
  it('does not grow with the paths of requests without a token', async () => {
    const growth = await growthOf({}, (index, baseUrl) =>
      requestOf(`GET ${longPath(index)}`, baseUrl, { token: null }),
    )
    expect(growth).toBeLessThan(MOST_BYTES)
  })

  it('does not grow with the paths of requests with a token', async () => {
    const growth = await growthOf({}, (index, baseUrl) =>
      requestOf(`GET ${longPath(index)}`, baseUrl),
    )
    expect(growth).toBeLessThan(MOST_BYTES)
  })

  it('does not hold the URL of a request that made a key', async () => {
    const growth = await growthOf({}, (index, baseUrl) => {
      const name = `orders-of-the-customer-${index}`
      return requestOf(`POST /keys/${name}/create${longQuery(index)}`, baseUrl, {
        json: { kty: 'oct', key_size: 128 },
      })
    })
    // A key with its version takes about 2,500 bytes itself.
    expect(growth).toBeLessThan(MOST_BYTES + 2500)
  })

  it('holds neither URL nor token of an entry of the audit callback', async () => {
    const entries: AuditEntry[] = []
    const growth = await growthOf(
      {
        audit: (entry) => entries.push(entry),
        authorize: ({ token }) => ({ caller: token.slice(0, 40) }),
      },
      (index, baseUrl) =>
        requestOf(`GET /keys/orders-of-the-customer-${index}${longQuery(index)}`, baseUrl, {
          token: `caller-${index}`.padEnd(8000, 't'),
        }),
    )
    expect(entries.length).toBeGreaterThan(COUNT)
    expect(growth).toBeLessThan(MOST_BYTES)
  })
})
