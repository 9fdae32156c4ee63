/** The transport: retries, lost connections, aborts, time-outs, tokens. */

import * as newest from '@azure/keyvault-keys'
import { createHandler } from '@pocket-hsm/rest'
import { createHsm, createKey, listKeys } from 'pocket-hsm'
import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  createClientOptions,
  createCredential,
  createHttpClient,
  type PipelineRequest,
} from '../../src/index.ts'
import { clientsOf, SDKS } from '../sdks.ts'

const FAST = { retryOptions: { retryDelayInMs: 1, maxRetryDelayInMs: 2 } }

afterEach(() => {
  vi.useRealTimers()
})

describe.each(SDKS)('under the SDK %s', (_, sdk) => {
  it('a 503 is retried', async () => {
    const { client, faults } = clientsOf(sdk, {}, FAST)
    faults.add({ status: 503, times: 2 })
    expect((await client.createKey('k', 'EC')).name).toBe('k')
    expect(faults.remaining()).toBe(0)
  })

  it('a 429 is retried after its Retry-After', async () => {
    vi.useFakeTimers()
    const { client, faults } = clientsOf(sdk)
    faults.add({ status: 429, retryAfterSeconds: 7 })
    const begun = Date.now()
    const created = client.createKey('k', 'EC')
    await vi.advanceTimersByTimeAsync(7000)
    await created
    expect(Date.now() - begun).toBe(7000)
  })

  it('a status that stays is thrown', async () => {
    const { client, faults } = clientsOf(
      sdk,
      {},
      { retryOptions: { maxRetries: 1, retryDelayInMs: 1 } },
    )
    faults.add({ status: 503, times: 5 })
    await expect(client.createKey('k', 'EC')).rejects.toMatchObject({
      name: 'RestError',
      statusCode: 503,
      code: 'ServiceUnavailable',
    })
  })

  it('a lost connection is retried', async () => {
    const { client, faults, hsm } = clientsOf(sdk, {}, FAST)
    faults.add({ operation: 'createKey', connection: 'lost-after' })
    await client.createKey('k', 'EC')
    // The first try had been done: a retry is not free of effects.
    expect(listKeys(hsm).value).toHaveLength(1)
    const versions = []
    for await (const version of client.listPropertiesOfKeyVersions('k')) versions.push(version)
    expect(versions).toHaveLength(2)
  })

  it('a connection that stays lost is thrown', async () => {
    const { client, faults } = clientsOf(
      sdk,
      {},
      { retryOptions: { maxRetries: 1, retryDelayInMs: 1 } },
    )
    faults.add({ connection: 'lost-before', times: 5 })
    await expect(client.getKey('k')).rejects.toMatchObject({
      name: 'RestError',
      code: 'ECONNRESET',
    })
  })

  it('an abort ends a request that waits', async () => {
    const { client, faults, hsm } = clientsOf(sdk)
    createKey(hsm, 'k', { kty: 'EC' })
    await client.getKey('k')
    faults.add({ delayMs: 3_600_000 })
    const controller = new AbortController()
    const asked = client.getKey('k', { abortSignal: controller.signal })
    setTimeout(() => controller.abort(), 5)
    await expect(asked).rejects.toMatchObject({ name: 'AbortError' })
  })

  it('an abort before the start sends nothing', async () => {
    const { client, hsm } = clientsOf(sdk)
    const abortSignal = AbortSignal.abort()
    await expect(client.createKey('k', 'EC', { abortSignal })).rejects.toMatchObject({
      name: 'AbortError',
    })
    expect(listKeys(hsm).value).toEqual([])
  })

  it('a time-out ends a request that waits, also under fake timers', async () => {
    vi.useFakeTimers()
    const { client, faults, hsm } = clientsOf(sdk)
    createKey(hsm, 'k', { kty: 'EC' })
    await client.getKey('k')
    faults.add({ delayMs: 3_600_000 })
    const asked = client.getKey('k', { requestOptions: { timeout: 500 } })
    const outcome = expect(asked).rejects.toMatchObject({ name: 'AbortError' })
    await vi.advanceTimersByTimeAsync(500)
    await outcome
  })

  it('two first requests at once both succeed', async () => {
    const { client } = clientsOf(sdk)
    const [a, b] = await Promise.all([client.createKey('a', 'EC'), client.createKey('b', 'EC')])
    expect([a.name, b.name]).toEqual(['a', 'b'])
  })

  it('the verification of the challenge can stay on for an address of Azure', async () => {
    for (const profile of ['managed-hsm', 'vault-standard'] as const) {
      const hsm = createHsm({ profile })
      const httpClient = createHttpClient(hsm)
      const client = new sdk.KeyClient(hsm.baseUrl, createCredential(), { httpClient })
      expect((await client.createKey('k', 'EC')).name).toBe('k')
    }
  })

  it('any address works, with a port or a slash at the end', async () => {
    for (const url of ['https://localhost:8443', 'https://hsm.test/', 'https://10.0.0.1:1']) {
      const options = createClientOptions(createHsm())
      const client = new sdk.KeyClient(url, createCredential(), options)
      const { id } = await client.createKey('k', 'EC')
      expect(id).toMatch(`${url.replace(/\/$/, '')}/keys/k/`)
      expect((await client.getKey('k')).id).toBe(id)
    }
  })

  it('one handler serves several vaults', async () => {
    const a = createHsm({ profile: 'vault-premium' })
    const b = createHsm()
    const options = createClientOptions(createHandler({ 'a.test': a, 'b.test': b }))
    const clientOf = (url: string) => new sdk.KeyClient(url, createCredential(), options)
    expect((await clientOf('https://a.test').createKey('k', 'EC')).keyType).toBe('EC')
    expect((await clientOf('https://b.test').createKey('k', 'EC')).keyType).toBe('EC-HSM')
  })

  it('an authorizer gets the caller of the credential', async () => {
    const callers: (string | undefined)[] = []
    const handler = createHandler(createHsm(), { audit: ({ caller }) => callers.push(caller) })
    const options = createClientOptions(handler)
    const credential = createCredential('Žofie')
    await new sdk.KeyClient('https://hsm.test', credential, options).createKey('k', 'EC')
    expect(callers).toEqual(['Žofie'])
  })

  it('an error of the authorizer is thrown', async () => {
    const handler = createHandler(createHsm(), { authorize: () => ({ refused: 403 }) })
    const client = new sdk.KeyClient(
      'https://hsm.test',
      createCredential(),
      createClientOptions(handler),
    )
    await expect(client.createKey('k', 'EC')).rejects.toMatchObject({
      statusCode: 403,
      code: 'AccessDenied',
    })
  })
})

describe('the headers of a response', () => {
  it('are found in any case, listed, and can be changed', async () => {
    const request: PipelineRequest = {
      url: 'https://hsm.test/keys?api-version=7.6',
      method: 'GET',
      headers: { toJSON: () => ({ authorization: 'Bearer x' }) },
    }
    const {
      headers,
      status,
      request: same,
    } = await createHttpClient(createHsm()).sendRequest(request)
    expect([status, same]).toEqual([200, request])
    expect(headers.get('X-FRAME-OPTIONS')).toBe('SAMEORIGIN')
    expect(headers.get('x-none')).toBeUndefined()
    expect(headers.has('Cache-Control')).toBe(true)
    expect(headers.toJSON()['content-type']).toBe('application/json; charset=utf-8')
    expect([...headers].map(([name]) => name)).toContain('x-ms-request-id')
    headers.set('x-mine', 1)
    expect(headers.get('x-mine')).toBe('1')
    headers.delete('x-mine')
    expect(headers.has('x-mine')).toBe(false)
  })
})

describe('the error of a lost connection', () => {
  it('does not show the token when it is printed', async () => {
    const { inspect } = await import('node:util')
    const { client, faults } = clientsOf(newest, {}, { retryOptions: { maxRetries: 0 } })
    faults.add({ connection: 'lost-before' })
    const error = await client.getKey('k').catch((reason: unknown) => reason)
    expect(inspect(error, { depth: 9 })).not.toMatch(/Bearer|eyJ/)
  })
})

describe('any other error', () => {
  it('of a handler is thrown as it is', async () => {
    const broken = () => Promise.reject(new Error('mine'))
    const client = new newest.KeyClient(
      'https://hsm.test',
      createCredential(),
      createClientOptions(broken),
    )
    await expect(client.getKey('k')).rejects.toThrow('mine')
  })
})
