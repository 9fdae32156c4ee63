/** What interceptAzure answers, what it lets pass, and how it ends. */

import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { DefaultAzureCredential } from '@azure/identity'
import { CryptographyClient, KeyClient } from '@azure/keyvault-keys'
import { createFaultScript } from '@pocket-hsm/rest'
import { createHsm, createKey, type Hsm, listKeys, readAudit } from 'pocket-hsm'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type Interception, interceptAzure } from '../../src/index.ts'

const VAULT = 'https://contoso.vault.azure.net'
const OTHER = 'https://fabrikam.managedhsm.azure.net'
const LIST = '/keys?api-version=7.5'
const headers = { authorization: 'Bearer any' }

const vault = (baseUrl = VAULT) => createHsm({ baseUrl, profile: 'vault-premium' })

const started: Interception[] = []

/** Intercepts until the end of the test. */
function intercept(...args: Parameters<typeof interceptAzure>): Interception {
  const stop = interceptAzure(...args)
  started.push(stop)
  return stop
}

afterEach(() => {
  vi.useRealTimers()
  for (const stop of started.splice(0)) stop()
})

/** The error that a `fetch` fails with. */
const failureOf = (url: string) =>
  fetch(url).then(
    () => undefined,
    (error: TypeError) => error.cause as Error & { code?: string },
  )

describe('an interception', () => {
  it('answers the SDK with its own transport, credential and checks', async () => {
    const hsm = vault()
    intercept(hsm)
    const credential = new DefaultAzureCredential()
    const key = await new KeyClient(VAULT, credential).createEcKey('orders')
    const { result } = await new CryptographyClient(key, credential).sign(
      'ES256',
      new Uint8Array(32),
    )
    expect(key.id?.startsWith(`${VAULT}/keys/orders/`)).toBe(true)
    expect(result).toHaveLength(64)
    expect(readAudit(hsm).entries.map(({ operation }) => operation)).toContain('sign')
  })

  it('sends each request to the HSM with its address', async () => {
    const hsms = [vault(), createHsm({ baseUrl: OTHER })]
    intercept(hsms)
    for (const [i, hsm] of hsms.entries()) createKey(hsm, `key-${i}`, { kty: 'EC' })
    const lists = await Promise.all(
      [VAULT, OTHER].map(async (url) => (await fetch(url + LIST, { headers })).text()),
    )
    expect(lists.map((text) => /key-\d/.exec(text)?.[0])).toEqual(['key-0', 'key-1'])
  })

  it('answers for any host that HSMs are given by, in any case and with a port', async () => {
    intercept({ 'HSM.test:8443': createHsm() })
    const { status } = await fetch(`https://hsm.test:8443${LIST}`, { headers })
    expect(status).toBe(200)
  })

  it('keeps the challenge verification of the SDK on', async () => {
    const challenge = { resource: 'https://vault.azure.net' }
    intercept({ 'contoso.example': vault() }, { handler: { challenge } })
    const client = new KeyClient('https://contoso.example', new DefaultAzureCredential(), {
      retryOptions: { maxRetries: 0 },
    })
    await expect(client.getKey('orders')).rejects.toThrow('challenge resource')
  })

  it('passes the options of a handler on', async () => {
    const faults = createFaultScript(
      { operation: 'listKeys', status: 429 },
      { operation: 'listKeys', connection: 'lost-before' },
    )
    intercept(vault(), { handler: { faults } })
    expect((await fetch(VAULT + LIST, { headers })).status).toBe(429)
    const lost = await fetch(VAULT + LIST, { headers }).catch((error) => error.cause)
    expect(lost).toMatchObject({ code: 'ECONNRESET' })
  })

  it('goes on while time stands still', async () => {
    intercept(vault())
    vi.useFakeTimers({ now: Date.UTC(2030, 0, 1) })
    const key = await new KeyClient(VAULT, new DefaultAzureCredential()).createEcKey('orders')
    expect(key.properties.createdOn).toEqual(new Date(Date.UTC(2030, 0, 1)))
  })

  it('rejects a request that its client aborts', async () => {
    const faults = createFaultScript({ operation: 'listKeys', delayMs: 60_000 })
    intercept(vault(), { handler: { faults } })
    const controller = new AbortController()
    const response = fetch(VAULT + LIST, { headers, signal: controller.signal })
    controller.abort(new Error('changed my mind'))
    await expect(response).rejects.toThrow('changed my mind')
  })
})

describe('a request that no HSM answers', () => {
  it('fails like an unknown name if it goes to a vault, and says which HSMs there are', async () => {
    intercept([vault(), createHsm({ baseUrl: OTHER })])
    const error = await failureOf(`https://typo.vault.azure.net${LIST}`)
    expect(error).toMatchObject({ code: 'ENOTFOUND', hostname: 'typo.vault.azure.net' })
    expect(error?.message).toContain(`(there are: ${VAULT}, ${OTHER})`)
    expect(error?.message).toContain("createHsm({ baseUrl: 'https://typo.vault.azure.net' })")
  })

  it('is a RestError with that code for the SDK', async () => {
    intercept([])
    const retryOptions = { maxRetries: 0 }
    const client = new KeyClient(VAULT, new DefaultAzureCredential(), { retryOptions })
    const { name, code } = await client.getKey('orders').catch((error) => error)
    expect({ name, code }).toEqual({ name: 'RestError', code: 'ENOTFOUND' })
  })

  it('lists no more than ten addresses', async () => {
    intercept(Array.from({ length: 12 }, (_, i) => vault(`https://v${i}.vault.azure.net`)))
    const error = await failureOf(`https://typo.vault.azure.net${LIST}`)
    expect(error?.message).toContain('v9.vault.azure.net, and 2 more)')
  })

  it('goes to the network if it is none of Azure’s', async () => {
    const server = createServer((_, response) => response.end('from the network')).listen(0)
    await once(server, 'listening')
    intercept(vault())
    const { port } = server.address() as AddressInfo
    expect(await (await fetch(`http://localhost:${port}`)).text()).toBe('from the network')
    server.close()
  })

  it('fails on request, with its method and its URL but not with its query', async () => {
    intercept(vault(), { onUnhandledRequest: 'error' })
    const error = await failureOf('https://example.com/a?key=secret')
    expect(error?.message).toMatch(/^GET https:\/\/example\.com\/a was refused/)
    expect(error?.message).not.toMatch(/secret/)
    expect((await fetch(VAULT + LIST, { headers })).status).toBe(200)
  })

  it('fails or passes as a function says', async () => {
    const seen: string[] = []
    intercept(vault(), {
      onUnhandledRequest: ({ url }) => {
        seen.push(url)
        return url.startsWith('https://example.com') ? 'error' : 'bypass'
      },
    })
    expect((await failureOf('https://example.com/'))?.message).toContain('was refused')
    expect((await failureOf('http://localhost:1/'))?.message).not.toContain('was refused')
    expect(seen).toEqual(['https://example.com/', 'http://localhost:1/'])
  })

  it.each([
    ['a promise', async () => 'error', 'an object'],
    ['nothing', () => undefined, 'undefined'],
    ['another word', () => 'Error', 'a string'],
  ])('fails, and is not sent, if the function returns %s', async (_, decide, kind) => {
    let received = 0
    const server = createServer((_, response) => {
      received++
      response.end()
    })
    server.listen(0)
    await once(server, 'listening')
    intercept(vault(), { onUnhandledRequest: decide as () => 'error' })
    const { port } = server.address() as AddressInfo
    const error = await failureOf(`http://localhost:${port}`)
    expect(error?.message).toContain(`must return 'bypass' or 'error', and not a promise of it`)
    expect(error?.message).toContain(`it returned ${kind}.`)
    expect(received).toBe(0)
    server.close()
  })

  it('for a token goes on to an older interception if identity is false', async () => {
    const identity = async () => new Response('older')
    intercept([], { identity, onUnhandledRequest: 'error' })
    intercept([], { identity: false })
    const url = 'https://login.microsoftonline.com/common/discovery/instance'
    expect(await (await fetch(url)).text()).toBe('older')
    started.shift()?.()
    intercept([], { identity: false, onUnhandledRequest: 'error' })
    expect((await failureOf(url))?.message).toContain('was refused')
  })
})

describe('a fetch that is aborted', () => {
  // How long an answer takes, in turns of the microtask queue, depends on the request: one without a token is quick.
  it.each([
    ['with a token', headers],
    ['without a token', {}],
  ])(
    '%s is answered or rejects with the reason of its signal, whenever that is',
    async (_, sent) => {
      intercept(vault())
      const outcomes = new Set<unknown>()
      for (let turns = 0; turns < 60; turns++) {
        const controller = new AbortController()
        const { signal } = controller
        const answer = fetch(VAULT + LIST, { headers: sent, signal }).then(
          ({ status }) => status,
          (error) => (error === signal.reason ? error.name : error),
        )
        for (let turn = 0; turn < turns; turn++) await undefined
        controller.abort()
        outcomes.add(await answer)
      }
      expect([...outcomes]).toEqual(['AbortError', sent === headers ? 200 : 401])
    },
  )
})

describe('interceptions', () => {
  it('stack: the newest with the address answers, and an older one for other addresses', async () => {
    const older = [vault(), createHsm({ baseUrl: OTHER })]
    const newer = vault()
    intercept(older)
    const stop = intercept(newer)
    const create = async (url: string, name: string) =>
      fetch(`${url}/keys/${name}/create?api-version=7.5`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify({ kty: 'EC' }),
      })
    await create(VAULT, 'a')
    await create(OTHER, 'b')
    stop()
    await create(VAULT, 'c')
    const names = (hsm: Hsm) => listKeys(hsm).value.map(({ kid }) => kid.split('/').at(-1))
    expect([newer, ...older].map(names)).toEqual([['a'], ['c'], ['b']])
  })

  it('end in any order, and put everything back at the end of the last', async () => {
    const original = globalThis.fetch
    const first = interceptAzure(vault())
    const second = interceptAzure(createHsm({ baseUrl: OTHER }))
    first()
    first()
    expect((await fetch(OTHER + LIST, { headers })).status).toBe(200)
    expect((await failureOf(VAULT + LIST))?.code).toBe('ENOTFOUND')
    second()
    expect(globalThis.fetch).toBe(original)
  })

  it('may be given the same HSM twice, and end once each', async () => {
    const hsm = vault()
    const first = intercept(hsm)
    intercept(hsm)
    first()
    first()
    expect((await fetch(VAULT + LIST, { headers })).status).toBe(200)
  })

  it('end with the block that declares them', () => {
    const original = globalThis.fetch
    {
      using _ = interceptAzure(vault())
      expect(globalThis.fetch).not.toBe(original)
    }
    expect(globalThis.fetch).toBe(original)
  })
})

describe('interceptAzure refuses, and changes nothing:', () => {
  const original = globalThis.fetch
  it.each([
    [
      'no HSM',
      [undefined],
      'needs an HSM from createHsm, a list of them, or HSMs by host, not undefined',
    ],
    ['a handler', [() => undefined], 'not a function'],
    ['something else in a list', [[{}]], 'needs HSMs from createHsm, not an object'],
    ['something else by host', [{ 'a.test': 1 }], 'needs HSMs from createHsm, not a number'],
    ['a URL by host', [{ [VAULT]: vault() }], 'Write it as "contoso.vault.azure.net".'],
    ['two HSMs with one address', [[vault(), vault()]], 'two HSMs at contoso.vault.azure.net'],
    [
      'an unknown option',
      [vault(), { onUnhandledRequests: 'error' }],
      'Did you mean "onUnhandledRequest"',
    ],
    [
      'an unknown strategy',
      [vault(), { onUnhandledRequest: 'warn' }],
      "'bypass', 'error' or a function",
    ],
    [
      'an unknown option of a handler',
      [vault(), { handler: { fault: 1 } }],
      'Did you mean "faults"',
    ],
    ['an unknown option of the identity', [vault(), { identity: { user: [] } }], 'users'],
  ])('%s', (_, args, message) => {
    expect(() => interceptAzure(...(args as [Hsm]))).toThrow(message)
    expect(globalThis.fetch).toBe(original)
  })

  it('an object that only looks like an HSM', () => {
    expect(() => interceptAzure({ baseUrl: VAULT, profile: 'managed-hsm' })).toThrow('HSM')
    expect(globalThis.fetch).toBe(original)
  })
})
