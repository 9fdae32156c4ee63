/** The whole table, api-version × feature, against the handler. */

import { createEkmConnection, createExternalKey, createHsm } from 'pocket-hsm'
import { describe, expect, it } from 'vitest'
import { API_FEATURES, API_VERSIONS, createHandler, OPERATION_NAMES } from '../../src/index.ts'
import { BACKUP_ROUTES } from '../../src/routes/backup-routes.ts'
import { EKM_ROUTES } from '../../src/routes/ekm-routes.ts'
import { KEY_ROUTES } from '../../src/routes/key-routes.ts'
import { ROLE_ROUTES } from '../../src/routes/role-routes.ts'
import type { Route } from '../../src/routes/route.ts'
import { SECURITY_DOMAIN_ROUTES } from '../../src/routes/security-domain-routes.ts'
import { SETTING_ROUTES } from '../../src/routes/setting-routes.ts'
import type { ApiFeature, ApiService } from '../../src/versions/feature.ts'
import { BASE_URL, base64url, type Received, type Send, sender, testRest } from '../rest-client.ts'

const SERVICES: readonly ApiService[] = ['vault', 'managed-hsm']
const PROFILES = { vault: 'vault-premium', 'managed-hsm': 'managed-hsm' } as const

const ROUTES: readonly Route[] = [
  ...KEY_ROUTES,
  ...BACKUP_ROUTES,
  ...ROLE_ROUTES,
  ...SETTING_ROUTES,
  ...SECURITY_DOMAIN_ROUTES,
  ...EKM_ROUTES,
]

/** Reads the row for itself, so that a handler that reads it wrongly is found. */
function isIn({ since, until }: ApiFeature, version: string, service: ApiService): boolean {
  const first = since[service]
  const at = (API_VERSIONS as readonly string[]).indexOf(version)
  return (
    first !== undefined &&
    at >= API_VERSIONS.indexOf(first) &&
    at <= API_VERSIONS.indexOf(until ?? '2026-07-01-preview')
  )
}

/** The versions in which something is found where the table has nothing, or the reverse. */
async function disagreements(
  feature: ApiFeature,
  service: ApiService,
  isThere: (version: string) => Promise<boolean>,
): Promise<readonly string[]> {
  const wrong: string[] = []
  for (const version of API_VERSIONS) {
    const found = await isThere(version)
    if (found !== isIn(feature, version, service)) wrong.push(`${version}: ${found}`)
  }
  return wrong
}

const rows = (has: (feature: ApiFeature) => unknown) =>
  SERVICES.flatMap((service) =>
    API_FEATURES.filter((feature) => feature.isServed !== false && has(feature)).map(
      (feature) => [feature.name, service, feature] as const,
    ),
  )

describe('the routes of', () => {
  const target = ({ method, path }: Route) =>
    `${method} /${path.replace('{scope}/', '').replace('[/{version}]', '').replace('{name}', 'k').replace('{id}', '1')}`
  const isWithoutRoute = ({ json }: Received) =>
    /does not allow operation '|^There is nothing at /.test(json?.error?.message ?? '')

  /** Nobody has a role in it: what a Managed HSM has is refused before it runs. */
  const senders: Readonly<Record<string, Send>> = {
    vault: testRest({ profile: 'vault-premium' }, { strict: true }).send,
    'managed-hsm': sender(
      createHandler(createHsm({ accessControl: { administrators: ['nobody'] } }), { strict: true }),
      BASE_URL,
    ),
  }

  it.each(rows(({ operations }) => operations))(
    '%s in a %s are in its versions, for a strict handler',
    async (_, service, feature) => {
      const routes = ROUTES.filter(({ operation }) => feature.operations?.includes(operation))
      expect(routes.length).toBeGreaterThan(0)
      for (const route of routes) {
        const isThere = async (version: string) => {
          const answer = await senders[service]?.(`${target(route)}?api-version=${version}`)
          return !isWithoutRoute(answer as Received)
        }
        expect(await disagreements(feature, service, isThere), target(route)).toEqual([])
      }
    },
  )

  it.each([
    [false, '7.2', 'rotate', 404, 'KeyNotFound'],
    [true, '7.2', 'rotate', 400, 'BadParameter'],
    [true, '7.3', 'rotate', 404, 'KeyNotFound'],
  ])('strict %s, %s: a %s is %d', async (strict, version, operation, status, code) => {
    const { send, hsm } = testRest({}, { strict })
    const answer = await send(`POST /keys/k/${operation}?api-version=${version}`)
    expect([answer.status, answer.json.error.code]).toEqual([status, code])
    expect((await testRest().send('GET /keys')).json.value).toEqual([])
    expect(hsm.profile).toBe('managed-hsm')
  })

  it('an operation that the version lacks has the text of a path that is none', async () => {
    const { send } = testRest({ profile: 'vault-premium' }, { strict: true })
    const { json } = await send('POST /keys/k/release?api-version=7.2', { json: {} })
    expect(json.error.message).toBe("Method POST does not allow operation 'release'")
  })

  it('derive has no route in any version', async () => {
    const { send } = testRest()
    await send('POST /keys/k/create', { json: { kty: 'oct' } })
    for (const version of API_VERSIONS) {
      const answer = await send(`POST /keys/k/derive?api-version=${version}`, { json: {} })
      expect(isWithoutRoute(answer), version).toBe(true)
    }
  })

  it('every operation of the handler is in one row, and no row names another', () => {
    const served = API_FEATURES.filter(({ isServed }) => isServed !== false)
    const named = served.flatMap(({ operations = [] }) => operations)
    expect([...named].sort()).toEqual([...OPERATION_NAMES].sort())
  })
})

describe('the members of', () => {
  const bodyOf = (path: string, value: unknown): object =>
    path.split('.').reduceRight<unknown>((inner, name) => ({ [name]: inner }), value) as object

  /** What each value gets where the version does not know it. */
  const unknown: Readonly<Record<string, (value: string) => string>> = {
    kty: (value) => `Invalid kty value: ${value}`,
    alg: (value) => `Unknown algorithm: ${value}`,
    key_ops: (value) => `Unsupported key operation(s): "${value}"`,
  }

  /** Requests that a strict handler sees with one member or value, and the text of the error that it has without it. */
  function probes({ members = {} }: ApiFeature) {
    return Object.entries(members).flatMap(([operation, ofOperation]) =>
      Object.entries(ofOperation).flatMap(([path, values]) => {
        const [name = '', parent = 'body'] = path.split('.').reverse()
        if (values === 'any') {
          return [
            {
              operation,
              body: bodyOf(path, 'x'),
              text: `Unknown property "${name}" in "${parent}".`,
            },
          ]
        }
        return values.map((value) => ({
          operation,
          body: bodyOf(path, name === 'key_ops' ? [value] : value),
          text: unknown[name]?.(value) ?? '',
        }))
      }),
    )
  }

  const addressOf = (operation: string) => {
    const route = ROUTES.find((each) => each.operation === operation) as Route
    const path = route.path.replace('[/{version}]', '').replace('{name}', 'k')
    return `${route.method} /${path}`
  }

  it.each(rows(({ members }) => members).filter(([, service]) => service === 'managed-hsm'))(
    '%s in a %s are in its versions, for a strict handler',
    async (_, service, feature) => {
      for (const { operation, body, text } of probes(feature)) {
        const { send } = testRest({}, { strict: true })
        await send('POST /keys/k/create', { json: { kty: 'oct' } })
        const json = {
          ...(operation === 'sign' && { value: base64url('x') }),
          ...body,
        }
        const isThere = async (version: string) => {
          const answer = await send(`${addressOf(operation)}?api-version=${version}`, { json })
          return !(answer.json?.error?.message ?? '').startsWith(text)
        }
        const what = `${operation} ${JSON.stringify(body)}`
        // An operation that came later than its version has no members in it either.
        const own = API_FEATURES.find(({ operations }) => operations?.includes(operation))
        const wrong = await disagreements(feature, service, async (version) =>
          isIn(own as ApiFeature, version, service)
            ? isThere(version)
            : isIn(feature, version, service),
        )
        expect(wrong, what).toEqual([])
      }
    },
  )

  it.each(
    rows(({ members, isAlwaysGated }) => members && isAlwaysGated).filter(
      ([, service]) => service === 'managed-hsm',
    ),
  )('%s of 2026 in a %s are in its versions, for every handler', async (_, service, feature) => {
    for (const { operation, body, text } of probes(feature)) {
      // Members that came later are ignored; values are refused.
      if (text.startsWith('Unknown property')) continue
      const { send } = testRest()
      await send('POST /keys/k/create', { json: { kty: 'oct' } })
      const json = { ...(operation === 'sign' && { value: base64url('x') }), ...body }
      const isThere = async (version: string) => {
        const answer = await send(`${addressOf(operation)}?api-version=${version}`, { json })
        return !(answer.json?.error?.message ?? '').startsWith(text)
      }
      expect(await disagreements(feature, service, isThere), JSON.stringify(body)).toEqual([])
    }
  })

  it('an older version are ignored, if the handler is not strict and clients mix versions', async () => {
    const { send } = testRest()
    const json = { kty: 'oct', key_size: 192 }
    expect((await send('POST /keys/k/create?api-version=7.0', { json })).status).toBe(200)
  })

  it('a refused request change nothing', async () => {
    const { send } = testRest({}, { strict: true })
    const answer = await send('POST /keys/k/create?api-version=7.1', { json: { kty: 'oct' } })
    expect(answer.json.error).toMatchObject({
      code: 'BadParameter',
      innererror: { code: 'KeyTypeNotSupported' },
    })
    expect((await send('GET /keys')).json.value).toEqual([])
  })
})

describe('the attributes of', () => {
  it.each(rows(({ attributes }) => attributes))(
    '%s in a %s are in its versions',
    async (_, service, feature) => {
      const { send, hsm } = testRest({
        profile: PROFILES[service],
        externalKeyManager: () => ({ keyType: 'oct', keySize: 256 }),
      })
      const json = { kty: 'EC-HSM', attributes: { nbf: 1, exp: 4_000_000_000 } }
      await send('POST /keys/k/create', { json })
      if (service === 'managed-hsm') {
        createEkmConnection(hsm, { host: 'ekm.contoso.com', serverCaCertificates: [] })
        createExternalKey(hsm, 'external', { externalKey: { id: 'aes-1' } })
      }
      for (const attribute of feature.attributes ?? []) {
        const name = ['key_size', 'external_key'].includes(attribute) ? 'external' : 'k'
        const isThere = async (version: string) => {
          const { json: found } = await send(`GET /keys/${name}?api-version=${version}`)
          return attribute in (found.attributes ?? {})
        }
        expect(await disagreements(feature, service, isThere), attribute).toEqual([])
      }
    },
  )
})

describe('the headers of', () => {
  it.each(SERVICES)('a %s are the same in every version', async (service) => {
    const { send } = testRest({ profile: PROFILES[service] })
    const names = async (version: string) =>
      [...(await send(`GET /keys?api-version=${version}`)).headers.keys()].sort().join()
    const all = await Promise.all(API_VERSIONS.map(names))
    expect(new Set(all).size).toBe(1)
    expect(all[0]).toContain('x-ms-request-id')
  })
})

describe('a row that is not served', () => {
  const later = API_FEATURES.filter(({ isServed }) => isServed === false)

  it('names no operation of the handler', () => {
    const named = later.flatMap(({ operations = [] }) => operations)
    expect(named.filter((name) => (OPERATION_NAMES as readonly string[]).includes(name))).toEqual(
      [],
    )
  })

  it('has no key type that can be created', async () => {
    const types = later.flatMap(({ members = {} }) => {
      const { kty = [] } = members['createKey'] ?? {}
      return kty
    })
    for (const kty of types) {
      const { status } = await testRest().send(
        'POST /keys/k/create?api-version=2026-07-01-preview',
        {
          json: { kty, crv: 'Ed25519', alg: 'ML-DSA-44' },
        },
      )
      expect([kty, status]).toEqual([kty, 400])
    }
  })
})
