import {
  createHsm,
  createKey,
  createPartialHsm,
  exportParts,
  forkHsm,
  getKey,
  type Hsm,
  HsmError,
  listKeys,
  missingParts,
  readAudit,
} from 'pocket-hsm'
import { describe, expect, it, vi } from 'vitest'
import { createHandler, type HandlerOptions, type Transaction } from '../../src/index.ts'

const ADDRESS = 'https://pocket.managedhsm.azure.net'

function request(path: string, body?: unknown, signal?: AbortSignal): Request {
  return new Request(`${ADDRESS}${path}?api-version=7.6`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: 'Bearer any', 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(signal && { signal }),
  })
}

/** A transaction that runs its work some times on forks, and keeps what the last one did. */
function afterRuns(runs: number) {
  const state: { hsm: Hsm; hints: unknown[]; runs: number } = {
    hsm: createHsm({ baseUrl: ADDRESS }),
    hints: [],
    runs: 0,
  }
  const transaction: Transaction = async (_, hint, work) => {
    state.hints.push(hint)
    for (let run = 1; run < runs; run++) {
      state.runs += 1
      await work(forkHsm(state.hsm)).catch(() => {})
    }
    const last = forkHsm(state.hsm)
    state.runs += 1
    try {
      return await work(last)
    } finally {
      state.hsm = last
    }
  }
  return { state, transaction }
}

const handlerOf = (transaction: Transaction, options: HandlerOptions = {}) =>
  createHandler(createHsm({ baseUrl: ADDRESS }), { ...options, transaction })

describe('the option transaction', () => {
  it('may fail for now: 503, and when to try again', async () => {
    const message = 'The database cannot be reached.'
    const handler = handlerOf(async () => {
      throw new HsmError({ status: 503, code: 'ServiceUnavailable', message })
    })
    const response = await handler(request('/keys/orders'))
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1'])
    expect(((await response.json()) as { error: { message: string } }).error.message).toContain(
      message,
    )
  })

  it('lends the HSM of each run; only the last one counts', async () => {
    const { state, transaction } = afterRuns(3)
    const response = await handlerOf(transaction)(request('/keys/orders/create', { kty: 'EC-HSM' }))
    expect(response.status).toBe(200)
    const { kid } = ((await response.json()) as { key: { kid: string } }).key
    expect(getKey(state.hsm, 'orders').key.kid).toBe(kid)
    expect(state.runs).toBe(3)
    expect(readAudit(state.hsm, { operation: 'createKey' }).entries).toHaveLength(1)
  })

  it('is told the name in the path, and none of a list', async () => {
    const { state, transaction } = afterRuns(1)
    const handle = handlerOf(transaction)
    await handle(request('/keys/or%64ers'))
    await handle(request('/keys'))
    expect(state.hints).toEqual([{ name: 'orders' }, { name: '' }])
  })

  it('counts a request once against a limit, however often it runs', async () => {
    const { state, transaction } = afterRuns(3)
    createKey(state.hsm, 'orders', { kty: 'EC-HSM' })
    const few = { hsmCreations: 1, softwareCreations: 1, hsmOperations: 2, softwareOperations: 1 }
    const handle = handlerOf(transaction, { throttle: few })
    const statuses = []
    for (let i = 0; i < 3; i++) statuses.push((await handle(request('/keys/orders'))).status)
    expect(statuses).toEqual([200, 200, 429])
  })

  it('is asked for nothing by a request that never becomes a call', async () => {
    const { state, transaction } = afterRuns(1)
    const handle = handlerOf(transaction)
    await handle(new Request(`${ADDRESS}/keys/orders?api-version=7.6`))
    await handle(request('/nothing'))
    expect(state.runs).toBe(0)
  })

  it('answers the error of a transaction, and the error of the operation in it', async () => {
    const { transaction } = afterRuns(2)
    expect((await handlerOf(transaction)(request('/keys/nobody'))).status).toBe(404)
    const failing = handlerOf(() => Promise.reject(new Error('The database is away.')))
    const response = await failing(request('/keys/orders'))
    expect(response.status).toBe(500)
    expect(await response.text()).not.toContain('database')
  })

  it('lends the HSM of a job again for its end, and starts its work once', async () => {
    const { state, transaction } = afterRuns(3)
    const storage = vi.fn(async () => new Response(null, { status: 404 }))
    const handle = handlerOf(transaction, { storage })
    const body = {
      storageResourceUri: 'https://store.blob.core.windows.net/b',
      token: 'sig=1&sp=r',
    }
    const begun = await handle(request('/backup', body))
    expect(begun.status).toBe(202)
    const { jobId } = (await begun.json()) as { jobId: string }
    await vi.waitFor(async () => {
      const polled = await handle(request(`/backup/${jobId}/pending`))
      expect(await polled.json()).toMatchObject({ status: 'Failed' })
    })
    const backups = readAudit(state.hsm, { operation: 'startBackup' }).entries
    expect(backups).toHaveLength(1)
  })

  it('can run requests on partial HSMs', async () => {
    const whole = createHsm({ baseUrl: ADDRESS })
    createKey(whole, 'orders', { kty: 'EC-HSM' })
    const parts = exportParts(whole).keys
    const lent: string[][] = []
    const handle = handlerOf(async (template, { name }, work) => {
      const names = name === '' ? ['ORDERS'] : [name.toUpperCase()]
      const keys = parts.filter((part) => names.includes(part.name))
      lent.push(keys.map((part) => part.name))
      const partial = createPartialHsm(template, {
        keys,
        absent: names.filter((one) => !parts.some((part) => part.name === one)),
        keyCount: 'loaded',
        now: Date.now(),
      })
      const result = await work(partial)
      expect(missingParts(partial)).toEqual([])
      return result
    })
    expect((await handle(request('/keys/orders'))).status).toBe(200)
    expect((await handle(request('/keys/nobody'))).status).toBe(404)
    expect(lent).toEqual([['ORDERS'], []])
    expect(listKeys(whole).value).toHaveLength(1)
  })

  it('must be a function', () => {
    const options = { transaction: true } as unknown as HandlerOptions
    expect(() => createHandler(createHsm(), options)).toThrow('transaction')
  })
})
