/** The engine in the page: the same requests as to a server, and events for what they do. */

import type { KeyBundle } from 'pocket-hsm'
import { afterEach, describe, expect, it } from 'vitest'
import { fromBase64url } from '../../page/model/encodings.ts'
import { EXAMPLE_CLAIMS, examplePolicy } from '../../page/model/release-policy.ts'
import {
  type Api,
  createApi,
  type KeyList,
  type Overview,
  type Trail,
} from '../../page/source/api.ts'
import { createPageSource } from '../../page/source/page-source.ts'
import type { ServerEvent } from '../../page/source/server-events.ts'

const NOW = 1_900_000_000_000

const stops: (() => void)[] = []
afterEach(() => {
  for (const stop of stops.splice(0)) stop()
})

function open() {
  const source = createPageSource(() => NOW)
  source.startOver?.({ profile: 'managed-hsm', content: 'empty' })
  const api = createApi(source, () => ({ caller: 'alice' }))
  return { source, api }
}

interface Result {
  readonly value: string
}

const create = (api: Api, key: string) =>
  api.call<KeyBundle>({ operation: 'createKey', key, kty: 'EC-HSM', crv: 'P-256' })

/** The events of a source until one is of that name. */
async function eventsUntil(api: Api, name: string, after = 0): Promise<readonly ServerEvent[]> {
  const stop = new AbortController()
  stops.push(() => stop.abort())
  const seen: ServerEvent[] = []
  for await (const event of api.events(after, stop.signal)) {
    seen.push(event)
    if (event.name === name) return seen
  }
  return seen
}

describe('an HSM in the page', () => {
  it('takes the calls of the wire, and names the caller in its trail', async () => {
    const { api } = open()
    const { key } = await create(api, 'orders')
    expect(key.kid).toMatch(/^https:\/\/contoso\.managedhsm\.azure\.net\/keys\/orders\//)
    const { entries } = await api.control<Trail>('GET', '/audit')
    expect(entries).toMatchObject([{ operation: 'createKey', key: 'orders', caller: 'alice' }])
  })

  it('has errors with their status, code and text', async () => {
    const { api } = open()
    await expect(api.call({ operation: 'getKey', key: 'nobody' })).rejects.toMatchObject({
      status: 404,
      code: 'KeyNotFound',
    })
    await expect(api.control('GET', '/nothing')).rejects.toMatchObject({ status: 404 })
  })

  it('sends what happens as events, as soon as somebody reads them', async () => {
    const { api } = open()
    const reading = eventsUntil(api, 'audit')
    await create(api, 'orders')
    expect(await reading).toMatchObject([
      { name: 'status', data: { offsetSeconds: 0, faults: 0, activation: 'Active' } },
      { name: 'audit', data: { entries: [{ operation: 'createKey' }], total: 1 } },
    ])
  })

  it('has an authority that it trusts, and an enclave that reads what it gets', async () => {
    const { source, api } = open()
    const { attestation } = source
    const releasePolicy = examplePolicy(attestation?.issuer)
    const made = { operation: 'createKey', key: 'kek', kty: 'oct-HSM', releasePolicy } as const
    await api.call(made)
    const use = { key: 'kek', alg: 'A256KW' } as const
    const { value } = await api.call<Result>({ operation: 'secureWrapKey', ...use })
    const unwrap = (claims: object) => {
      const target = attestation?.mintToken(claims) ?? ''
      return api.call<Result>({ operation: 'secureUnwrapKey', ...use, value, target })
    }
    const bytes = fromBase64url((await unwrap(EXAMPLE_CLAIMS)).value)
    expect(attestation?.openUnwrappedKey(bytes)).toHaveLength(32)
    await expect(unwrap({})).rejects.toMatchObject({ status: 403, code: 'Forbidden' })

    const target = attestation?.mintToken(EXAMPLE_CLAIMS) ?? ''
    const enc = 'RSA_AES_KEY_WRAP_256'
    const release = await api.call<Result>({ operation: 'releaseKey', key: 'kek', enc, target })
    expect(attestation?.openRelease(release.value)).toMatchObject({ kty: 'oct' })
  })

  it('starts over with another service, other keys and the time of the machine', async () => {
    const { source, api } = open()
    await api.control('POST', '/clock', { advanceSeconds: 60 })
    source.startOver?.({ profile: 'vault-standard', content: 'examples' })
    expect(source.origin).toBe('https://contoso.vault.azure.net')
    const { hsms, time } = await api.control<Overview>('GET', '')
    expect(hsms).toMatchObject([{ profile: 'vault-standard' }])
    expect(time).toBe('2030-03-17T17:46:40.000Z')
    const { keys } = await api.control<KeyList>('GET', '/keys')
    expect(keys.map(({ name }) => name)).toContain('orders-signing')
  })

  it('can hold ten thousand keys', async () => {
    const { source, api } = open()
    source.startOver?.({ profile: 'managed-hsm', content: 'many' })
    expect((await api.control<KeyList>('GET', '/keys')).keys.length).toBe(10_000)
  })
})
