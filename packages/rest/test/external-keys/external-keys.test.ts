import {
  createExternalKeyManager,
  createHsm,
  createKey,
  EXTERNAL_KEY_FAILURES,
  type ExternalKeyRequest,
  getEkmCertificate,
  getKey,
} from 'pocket-hsm'
import { describe, expect, it, vi } from 'vitest'
import {
  type AsyncExternalKeyManager,
  type AuditEntry,
  formatAuditEvents,
} from '../../src/index.ts'
import { base64url, type Sending, testRest } from '../rest-client.ts'

const V = '?api-version=2026-04-01'
const NEWEST = '?api-version=2026-07-01-preview'
const CONNECTION = { host: 'ekm.contoso.com', path_prefix: '/hsm1', server_ca_certificates: [] }
const VALUE = base64url('k'.repeat(32))
const WRAP: Sending = { json: { alg: 'A256KW', value: VALUE } }

function externalHsm() {
  const external = createHsm({ seed: 'external HSM' })
  createKey(external, 'aes-1', { kty: 'oct-HSM' })
  createKey(external, 'aes-2', { kty: 'oct-HSM' })
  createKey(external, 'rsa-1', { kty: 'RSA-HSM' })
  return external
}

const usual = createExternalKeyManager(externalHsm())

/** A handler with a connection and a key, which asks this function. */
async function setUp(manager: AsyncExternalKeyManager = async (request) => usual(request)) {
  const entries: AuditEntry[] = []
  const requests: ExternalKeyRequest[] = []
  let answer = manager
  const rest = testRest(
    {},
    {
      audit: (entry) => void entries.push(entry),
      externalKeyManager: (request, call) => {
        requests.push(request)
        return answer(request, call)
      },
    },
  )
  await rest.send(`POST /ekm/create${V}`, { json: CONNECTION })
  const json = { kty: 'oct-HSM', attributes: { external_key: { id: 'aes-1' } } }
  const created = await rest.send(`POST /keys/kek/create${V}`, { json })
  const replace = (next: AsyncExternalKeyManager) => {
    answer = next
  }
  return { ...rest, created, entries, requests, replace }
}

describe('the connection', () => {
  it('is created, read, changed and deleted in the members of the wire', async () => {
    const { send } = testRest()
    const root = getEkmCertificate(createHsm({ seed: 'root' })).caCertificates[1] as Uint8Array
    const certificate = Buffer.from(root).toString('base64')
    const json = {
      ...CONNECTION,
      server_ca_certificates: [certificate],
      server_subject_common_name: 'ekm.contoso.com',
    }
    expect((await send(`GET /ekm${V}`)).json.error.code).toBe('EkmConnectionNotFound')
    expect((await send(`POST /ekm/create${V}`, { json })).json).toEqual(json)
    expect((await send(`POST /ekm/create${V}`, { json })).status).toBe(409)
    expect((await send(`GET /ekm${V}`)).json).toEqual(json)
    const changed = await send(`PATCH /ekm${V}`, { json: { host: 'new.contoso.com' } })
    expect(changed.json).toEqual({ ...json, host: 'new.contoso.com' })
    expect((await send(`DELETE /ekm${V}`)).json).toEqual(changed.json)
    expect((await send(`DELETE /ekm${V}`)).status).toBe(404)
  })

  it('takes certificates in either alphabet of base64', async () => {
    const { send } = testRest()
    const root = getEkmCertificate(createHsm({ seed: 'root' })).caCertificates[1] as Uint8Array
    const server_ca_certificates = [Buffer.from(root).toString('base64url')]
    const { json } = await send(`POST /ekm/create${V}`, {
      json: { ...CONNECTION, server_ca_certificates },
    })
    expect(json.server_ca_certificates).toEqual([Buffer.from(root).toString('base64')])
  })

  it.each([
    ['no host', { server_ca_certificates: [] }],
    ['no certificates', { host: 'ekm.contoso.com' }],
    ['a certificate that is none', { ...CONNECTION, server_ca_certificates: ['AQID'] }],
    ['a number for text', { ...CONNECTION, host: 1 }],
  ])('is refused for %s', async (_, json) => {
    const { send } = testRest()
    expect((await send(`POST /ekm/create${V}`, { json })).status).toBe(400)
    expect((await send(`GET /ekm${V}`)).status).toBe(404)
  })

  it('has a mode in the newest version only', async () => {
    const { send } = testRest()
    await send(`POST /ekm/create${V}`, { json: CONNECTION })
    expect((await send(`GET /ekm${V}`)).json).not.toHaveProperty('connectivity_mode')
    expect((await send(`GET /ekm${NEWEST}`)).json.connectivity_mode).toBe('Public')
  })

  it('is checked, and names the client certificate', async () => {
    const { send } = await setUp()
    expect((await send(`POST /ekm/check${V}`)).json).toEqual({
      api_version: '0.1-preview',
      proxy_vendor: 'pocket-hsm',
      proxy_name: 'pocket-hsm',
      ekm_vendor: 'pocket-hsm',
      ekm_product: 'pocket-hsm',
    })
    const { json } = await send(`GET /ekm/certificate${V}`)
    expect(json).toEqual({
      ca_certificates: [expect.stringMatching(/^MII/), expect.stringMatching(/^MII/)],
      subject_common_name: 'pocket.managedhsmclient.azure.net',
    })
  })
})

describe('a private endpoint', () => {
  it('is created and deleted by operations that clients poll', async () => {
    const { send } = testRest()
    const json = { privateLinkServiceId: 'proxy.eastus.azure.privatelinkservice' }
    const target = `/ekm/privateendpoint/ekm-1${NEWEST}`
    const { status, headers, json: body } = await send(`POST ${target}`, { json })
    expect([status, headers.get('retry-after')]).toEqual([202, '1'])
    expect(body).toMatchObject({ operationType: 'Create', status: 'Running' })
    const poll = headers.get('azure-asyncoperation') as string
    expect(poll).toContain(`/ekm/privateendpoint/operations/${body.jobId}?`)
    expect((await send('GET /', { url: poll })).json.status).toBe('Succeeded')
    expect((await send(`GET ${target}`)).json.provisioningState).toBe('Succeeded')
    expect((await send(`GET /ekm/privateendpoint${NEWEST}`)).json.value).toHaveLength(1)
    expect((await send(`DELETE ${target}`)).status).toBe(202)
    expect((await send(`GET ${target}`)).status).toBe(404)
  })
})

describe('an external key', () => {
  it('is created by a reference, whose attributes later versions show', async () => {
    const { created, send, requests } = await setUp()
    expect(created.json).toMatchObject({
      key: { kty: 'oct-HSM', key_ops: ['wrapKey', 'unwrapKey'] },
      attributes: { external_key: { id: 'aes-1' }, key_size: 256 },
    })
    const { attributes } = (await send('GET /keys/kek?api-version=7.6')).json
    expect(attributes).not.toHaveProperty('external_key')
    expect(attributes).not.toHaveProperty('key_size')
    expect(requests.map(({ operation }) => operation)).toEqual(['metadata'])
  })

  it.each([undefined, '', 'oct-HSM', 'RSA'])(
    'has the type of the external key, where kty is %s',
    async (kty) => {
      const { send } = await setUp()
      const json = { kty, attributes: { external_key: { id: 'rsa-1' } } }
      expect((await send(`POST /keys/rsa/create${V}`, { json })).json.key.kty).toBe('RSA-HSM')
    },
  )

  it('is none in an api-version that lacks it: the reference is ignored', async () => {
    const { send } = await setUp()
    const json = { kty: 'oct-HSM', attributes: { external_key: { id: 'aes-1' } } }
    const { json: bundle } = await send('POST /keys/held/create?api-version=2025-07-01', { json })
    expect(bundle.key.key_ops).toContain('encrypt')
  })

  it.each([
    ['no id', { external_key: {} }],
    ['an id that is none', { external_key: { id: 'a b' } }],
    ['a text', { external_key: 'aes-1' }],
  ])('is refused for %s', async (_, attributes) => {
    const { send } = await setUp()
    const answer = await send(`POST /keys/other/create${V}`, { json: { attributes } })
    expect(answer.status).toBe(400)
    expect((await send(`GET /keys/other${V}`)).status).toBe(404)
  })

  it('is refused with a release policy, and in place of another one', async () => {
    const { send } = await setUp()
    const attributes = { external_key: { id: 'rsa-1' } }
    const policy = { data: base64url('{}') }
    const json = { attributes, release_policy: policy }
    expect((await send(`POST /keys/other/create${V}`, { json })).status).toBe(400)
    expect((await send(`PATCH /keys/kek${V}`, { json: { attributes } })).status).toBe(400)
  })

  it('wraps and unwraps by a function that takes its time', async () => {
    const { send } = await setUp(async (request) => {
      await new Promise((resolve) => setTimeout(resolve, 5))
      return usual(request)
    })
    const { json } = await send('POST /keys/kek/wrapkey?api-version=7.5', WRAP)
    expect(json.kid).toMatch(/\/keys\/kek\/[0-9a-f]{32}$/)
    const unwrapped = await send(`POST /keys/kek/unwrapkey${V}`, {
      json: { alg: 'A256KW', value: json.value },
    })
    expect(unwrapped.json.value).toBe(VALUE)
  })

  it('names the client and its request to the manager', async () => {
    const { send, requests } = await setUp()
    const id = '6476b291-7c15-4d0b-aef9-03688390cb8e'
    await send(`POST /keys/kek/wrapkey${V}`, { ...WRAP, headers: { 'x-ms-client-request-id': id } })
    expect(requests.at(-1)?.context).toMatchObject({ requestId: id, poolName: 'pocket' })
  })

  it('asks the function of the HSM, where the handler has none', async () => {
    const { hsm, send } = testRest({ externalKeyManager: usual })
    await send(`POST /ekm/create${V}`, { json: CONNECTION })
    const json = { attributes: { external_key: { id: 'aes-1' } } }
    expect((await send(`POST /keys/kek/create${V}`, { json })).status).toBe(200)
    expect((await send(`POST /keys/kek/wrapkey${V}`, WRAP)).status).toBe(200)
    expect(getKey(hsm, 'kek').attributes.external_key).toEqual({ id: 'aes-1' })
  })

  it('asks nobody for a key that the HSM holds', async () => {
    const { send, requests } = await setUp()
    await send(`POST /keys/held/create${V}`, { json: { kty: 'oct' } })
    requests.length = 0
    expect((await send(`POST /keys/held/wrapkey${V}`, WRAP)).status).toBe(200)
    expect((await send(`POST /keys/nobody/wrapkey${V}`, WRAP)).status).toBe(404)
    expect(requests).toEqual([])
  })

  it('asks nobody for a caller who may not', async () => {
    const asked = vi.fn(usual)
    const { send } = testRest(
      { accessControl: { administrators: ['admin'] }, externalKeyManager: asked },
      { authorize: ({ token }) => ({ caller: token, principals: [token] }) },
    )
    for (const target of ['/keys/kek/wrapkey', '/keys/kek/create', '/ekm/check', '/ekm/create']) {
      expect((await send(`POST ${target}${V}`, { ...WRAP, token: 'eve' })).status).toBe(403)
    }
    expect(asked).not.toHaveBeenCalled()
  })
})

describe('an external key manager that', () => {
  it.each([
    ['rejects', 502, 'BadGateway', () => Promise.reject(new Error('unplugged'))],
    ['answers nothing', 502, 'BadGateway', async () => undefined],
    ['refuses', 403, 'KeyDisabled', () => ({ status: 403, code: 'KeyDisabled', message: 'No' })],
    [
      'is throttled',
      429,
      'Throttled',
      () => ({ status: 429, code: 'Throttled', message: 'Later' }),
    ],
  ])('%s gives %d %s', async (_, status, code, answer) => {
    const { send, replace } = await setUp()
    replace(answer as never)
    const { json, status: got, text, headers } = await send(`POST /keys/kek/wrapkey${V}`, WRAP)
    expect([got, json.error.code]).toEqual([status, code])
    expect(text).not.toContain('unplugged')
    expect(headers.get('retry-after')).toBe(status === 429 ? '1' : null)
  })

  it('never answers is given up after 250 ms, and its signal says so', async () => {
    vi.useFakeTimers()
    try {
      const { send, replace } = await setUp()
      let aborted = false
      replace((_, { signal }) => {
        signal.addEventListener('abort', () => {
          aborted = true
        })
        return new Promise(() => {})
      })
      const sent = send(`POST /keys/kek/wrapkey${V}`, WRAP)
      await vi.advanceTimersByTimeAsync(249)
      expect(aborted).toBe(false)
      await vi.advanceTimersByTimeAsync(1)
      expect((await sent).json.error.code).toBe('GatewayTimeout')
      expect(aborted).toBe(true)
      expect(vi.getTimerCount()).toBe(0)
    } finally {
      vi.useRealTimers()
    }
  })

  it('is too slow on the clock of the HSM is too slow', async () => {
    const { send, replace, clock } = await setUp()
    replace(async (request) => {
      clock.seconds += 1
      return usual(request)
    })
    const { status } = await send(`POST /keys/kek/wrapkey${V}`, WRAP)
    expect(status).toBe(504)
  })

  it('is asked for a client who leaves is given up', async () => {
    const { send, replace } = await setUp()
    const leaving = new AbortController()
    replace(() => {
      leaving.abort()
      return new Promise(() => {})
    })
    const sent = send(`POST /keys/kek/wrapkey${V}`, { ...WRAP, signal: leaving.signal })
    await expect(sent).rejects.toThrow()
  })

  it('answers for a version that is no longer the current one is asked again', async () => {
    const { send, replace, requests } = await setUp()
    const json = { attributes: { external_key: { id: 'aes-2' } } }
    replace(async (request) => {
      if (requests.length === 2) {
        replace(usual)
        await send(`POST /keys/kek/create${V}`, { json })
      }
      return usual(request)
    })
    const { kid, value } = (await send(`POST /keys/kek/wrapkey${V}`, WRAP)).json
    expect(kid).toBe((await send(`GET /keys/kek${V}`)).json.key.kid)
    const unwrap = { json: { alg: 'A256KW', value } }
    expect((await send(`POST /keys/kek/unwrapkey${V}`, unwrap)).json.value).toBe(VALUE)
    const used = requests.flatMap((each) => (each.operation === 'wrapKey' ? [each.keyId] : []))
    expect(used).toEqual(['aes-1', 'aes-2'])
  })

  it('is asked for a key that is deleted meanwhile changes nothing', async () => {
    const { send, replace } = await setUp()
    replace(async (request) => {
      await send(`DELETE /keys/kek${V}`)
      return usual(request)
    })
    expect((await send(`POST /keys/kek/wrapkey${V}`, WRAP)).status).toBe(404)
  })

  it('fails once does not for the next request', async () => {
    const { send, replace } = await setUp()
    replace(() => EXTERNAL_KEY_FAILURES.unreachable)
    expect((await send(`POST /keys/kek/wrapkey${V}`, WRAP)).status).toBe(502)
    replace(usual)
    expect((await send(`POST /keys/kek/wrapkey${V}`, WRAP)).status).toBe(200)
  })
})

describe('the audit log', () => {
  it('has a record of its own for each request to the manager', async () => {
    const { entries, send, replace } = await setUp()
    replace(() => ({ status: 404, code: 'KeyNotFound', message: 'No such key' }))
    await send(`POST /keys/kek/wrapkey${V}`, WRAP)
    const events = formatAuditEvents(entries) as unknown as Record<string, unknown>[]
    expect(events.map(({ operationName, resultType }) => [operationName, resultType])).toEqual([
      ['EkmConnectionCreate', 'Success'],
      ['KeyCreate', 'Success'],
      ['EkmProxyOperation', 'Success'],
      ['KeyWrap', 'Failure'],
      ['EkmProxyOperation', 'Failure'],
    ])
    const [wrap, proxy] = events.slice(-2)
    expect(proxy).toMatchObject({
      requestUri: 'https://ekm.contoso.com/hsm1/aes-1/wrapkey',
      httpStatusCode: 404,
      resultDescription: '404',
      correlationId: wrap?.['correlationId'],
    })
    expect(wrap).not.toHaveProperty('resultDescription')
  })
})
