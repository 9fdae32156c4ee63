/** Whatever is sent: an answer, never a 5xx, and what is refused has changed nothing. */

import fc from 'fast-check'
import {
  createHsm,
  createKey,
  deleteKey,
  forkHsm,
  getKey,
  getRotationPolicy,
  type Hsm,
  listDeletedKeys,
  listKeys,
  listKeyVersions,
} from 'pocket-hsm'
import { describe, expect, it } from 'vitest'
import { createHandler, type HandlerOptions } from '../../src/index.ts'
import { base64url, sender } from '../rest-client.ts'
import { runs } from '../runs.ts'

const hsms: readonly Hsm[] = (['managed-hsm', 'vault-premium'] as const).map((profile) => {
  const hsm = createHsm({ profile, seed: 'fuzz', clock: () => 1_700_000_000_000 })
  createKey(hsm, 'rsa', { kty: 'RSA' })
  createKey(hsm, 'ec', { kty: 'EC' })
  createKey(hsm, 'ec', { kty: 'EC', tags: { a: 'b' } })
  if (profile === 'managed-hsm') createKey(hsm, 'oct', { kty: 'oct' })
  createKey(hsm, 'gone', { kty: 'EC' })
  deleteKey(hsm, 'gone')
  return hsm
})

/** Everything about an HSM that can be asked. */
function told(hsm: Hsm): string {
  const keys = listKeys(hsm).value.map(({ kid }) => String(kid.split('/').at(-1)))
  const versions = keys.flatMap((name) => listKeyVersions(hsm, name).value)
  return JSON.stringify([
    listKeys(hsm),
    listDeletedKeys(hsm),
    versions.map(({ kid }) => getKey(hsm, kid)),
    keys.map((name) => getRotationPolicy(hsm, name)),
  ])
}

interface Sent {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly headers: Record<string, string>
  readonly body: string | Uint8Array | undefined
}

/** Sends it to a fork of each HSM; holds what must hold of every answer. */
async function holds(
  { method, path, query, headers, body }: Sent,
  options: HandlerOptions = {},
): Promise<number[]> {
  return Promise.all(
    hsms.map(async (original) => {
      const hsm = forkHsm(original)
      const before = told(hsm)
      const send = sender(createHandler(hsm, options), hsm.baseUrl)
      const url = new URL(`${hsm.baseUrl}/`)
      url.pathname = path
      url.search = query
      const { status, json } = await send(`${method} /`, {
        url: url.href,
        headers,
        ...(body !== undefined && !['GET', 'HEAD'].includes(method) && { body }),
      })
      expect(status).toBeLessThan(500)
      if (status < 400) return status
      expect(json.error).toEqual({
        code: expect.stringMatching(/^\w+$/),
        message: expect.any(String),
        ...(json.error.innererror && { innererror: { code: expect.stringMatching(/^\w+$/) } }),
      })
      expect(told(hsm)).toBe(before)
      return status
    }),
  )
}

const METHODS = ['GET', 'PUT', 'POST', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'BREW'] as const

const segment = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom('keys', 'deletedkeys', 'rng', 'rsa', 'ec', 'oct', 'gone', ''),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      'create',
      'versions',
      'backup',
      'restore',
      'rotate',
      'rotationpolicy',
      'recover',
      'release',
      'attestation',
      'encrypt',
      'decrypt',
      'sign',
      'verify',
      'wrapkey',
      'unwrapKey',
      'securewrapkey',
      'secureunwrapkey',
    ),
  },
  fc.stringMatching(/^[0-9a-f]{32}$/),
  fc.string({ maxLength: 12 }).map(encodeURIComponent),
  fc.constantFrom(
    '%',
    '%00',
    '%2F',
    '..',
    '.',
    '%E0%A4%A',
    'constructor',
    '__proto__',
    'a'.repeat(300),
  ),
)

const path = fc.array(segment, { maxLength: 6 }).map((segments) => `/${segments.join('/')}`)

const query = fc.oneof(
  { weight: 5, arbitrary: fc.constant('?api-version=2025-07-01') },
  fc.constantFrom(
    '',
    '?api-version=7.2&maxresults=1',
    '?api-version=7.2&maxresults=-1',
    '?$skiptoken=AAAA',
    '?api-version=7.6&$skiptoken=',
    '?api-version=7.6&api-version=1',
  ),
  fc.string({ maxLength: 40 }).map((text) => `?${text}`),
)

const headers = fc.record(
  {
    'content-type': fc.constantFrom('application/json', 'text/plain', '', 'x/y; charset=utf-16'),
    'content-length': fc.constantFrom('0', '-1', 'x', '99999999999'),
    'x-http-request': fc.constantFrom('GET', 'DELETE', 'PATCH', 'put', ''),
    'x-ms-client-request-id': fc.stringMatching(/^[ -~]{0,40}$/),
    'x-ms-return-client-request-id': fc.constant('true'),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<Record<string, string>>

/** Values that members have, and others. */
const value = fc.oneof(
  fc.constantFrom(
    'EC',
    'oct',
    'EC-HSM',
    'P-256',
    'P-384',
    'ES256',
    'RS256',
    'RSA-OAEP',
    'RSA1_5',
    'A256GCM',
    'A256KW',
    'A128CBCPAD',
    'HS256',
    'CKM_AES_KEY_WRAP_PAD',
    'sign',
    'import',
    'rotate',
    'P30D',
    'P999999999Y',
    '',
    '=',
    'AA',
    base64url(new Uint8Array(16)),
    base64url(new Uint8Array(32)),
    base64url(new Uint8Array(256)),
  ),
  fc.constantFrom(0, 1, -1, 128, 256, 2048, 1.5, 1e21, 1_700_000_000, 2 ** 53),
  fc.constantFrom(true, false, null),
  fc.uint8Array({ maxLength: 80 }).map(base64url),
  fc.string(),
)

const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 4, arbitrary: value },
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.dictionary(
      fc.constantFrom(
        'kty',
        'crv',
        'k',
        'n',
        'e',
        'd',
        'p',
        'q',
        'dp',
        'dq',
        'qi',
        'x',
        'y',
        'key_hsm',
        'key_ops',
        'enabled',
        'exp',
        'nbf',
        'exportable',
        'trigger',
        'action',
        'type',
        'timeAfterCreate',
        'timeBeforeExpiry',
        'expiryTime',
        'data',
        '__proto__',
        'toString',
      ),
      tie('tree'),
      { maxKeys: 5 },
    ),
  ),
}))

const MEMBERS = [
  'kty',
  'crv',
  'key_size',
  'key_ops',
  'attributes',
  'tags',
  'release_policy',
  'public_exponent',
  'key',
  'Hsm',
  'alg',
  'value',
  'iv',
  'aad',
  'tag',
  'digest',
  'target',
  'nonce',
  'enc',
  'count',
  'lifetimeActions',
  '__proto__',
] as const

/** JSON by hand, so that members can stand twice and numbers be too large. */
const members = fc
  .array(
    fc.tuple(
      fc.constantFrom(...MEMBERS),
      fc.oneof(
        tree.map((each) => JSON.stringify(each)),
        fc.constantFrom('1e999', '-0', '1E400', '[[[[]]]]'),
      ),
    ),
    { maxLength: 7 },
  )
  .map((entries) => `{${entries.map(([name, text]) => `"${name}":${text}`).join(',')}}`)

const body = fc.oneof(
  { weight: 6, arbitrary: members },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) },
  { weight: 1, arbitrary: fc.json() },
  { weight: 1, arbitrary: fc.constant(undefined) },
)

/** One for each way to be answered, so that chance does not decide whether all are seen. */
const QUERY = { query: '?api-version=7.6', headers: {}, body: undefined } as const
const ANSWERED_OTHERWISE: [{ method: (typeof METHODS)[number]; path: string } & typeof QUERY][] = [
  [{ method: 'GET', path: '/keys', ...QUERY }],
  [{ method: 'GET', path: '/keys/nobody', ...QUERY }],
  [{ method: 'POST', path: '/keys/ec/sign', ...QUERY }],
  [{ method: 'BREW', path: '/keys', ...QUERY }],
]

describe('whatever is sent', () => {
  it('is answered, and changes nothing where it is refused', async () => {
    const statuses = new Map<number, number>()
    await fc.assert(
      fc.asyncProperty(
        fc.record({ method: fc.constantFrom(...METHODS), path, query, headers, body }),
        async (sent) => {
          for (const status of await holds(sent))
            statuses.set(status, (statuses.get(status) ?? 0) + 1)
        },
      ),
      { ...runs(1000), examples: ANSWERED_OTHERWISE },
    )
    expect(statuses.size).toBeGreaterThan(3)
  })

  it('to an operation that there is, is answered by it', async () => {
    const targets = [
      'POST /keys/new/create',
      'POST /keys/ec/create',
      'PUT /keys/new',
      'PUT /keys/ec',
      'PATCH /keys/ec',
      'PATCH /keys/rsa',
      'POST /keys/restore',
      'PUT /keys/ec/rotationpolicy',
      'PUT /keys/rsa/rotationpolicy',
      'POST /rng',
      ...['encrypt', 'decrypt', 'sign', 'verify', 'wrapkey', 'unwrapkey', 'release'].flatMap(
        (operation) => ['rsa', 'ec', 'oct'].map((name) => `POST /keys/${name}/${operation}`),
      ),
    ]
    let taken = 0
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...targets),
        body,
        fc.boolean(),
        async (target, sent, strict) => {
          const [method = '', path = ''] = target.split(' ')
          const statuses = await holds(
            { method, path, query: '?api-version=7.6', headers: {}, body: sent },
            { strict },
          )
          taken += statuses.filter((status) => status === 200).length
        },
      ),
      runs(2000),
    )
    // Fuzz that is never taken would prove nothing about what comes after the form.
    expect(taken).toBeGreaterThan(20)
  })

  it('as a body damaged by a byte, is answered', async () => {
    const whole = Buffer.from(
      JSON.stringify({
        kty: 'EC',
        crv: 'P-256',
        key_ops: ['sign'],
        attributes: { enabled: true, exp: 1_800_000_000 },
        tags: { a: 'ü' },
      }),
    )
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), async (index, byte) => {
        const damaged = Uint8Array.from(whole)
        damaged[index] = byte
        await holds({
          method: 'POST',
          path: '/keys/new/create',
          query: '?api-version=7.6',
          headers: {},
          body: damaged,
        })
      }),
      runs(300),
    )
  })
})

const MANY = 1_000_000
const long = 'A'.repeat(3_000_000)
const digits = '9'.repeat(MANY)

/** Operation and body: each is near the limit of a body, and none may take long. */
const HUGE: readonly (readonly [string, string, string])[] = [
  [
    'an RSA modulus',
    'PUT /keys/new',
    `{"key":{"kty":"RSA","n":"${long}","e":"AQAB","d":"${'A'.repeat(9)}"}}`,
  ],
  [
    'RSA primes',
    'PUT /keys/new',
    `{"key":{"kty":"RSA","n":"${long.slice(0, MANY)}","e":"AQAB","d":"${long.slice(0, MANY)}","p":"${long.slice(0, MANY)}","q":"AQ"}}`,
  ],
  [
    'a coordinate',
    'PUT /keys/new',
    `{"key":{"kty":"EC","crv":"P-256","x":"${long}","y":"AQ","d":"AQ"}}`,
  ],
  ['a transfer blob', 'PUT /keys/new', `{"key":{"kty":"EC-HSM","key_hsm":"${long}"}}`],
  ['a backup', 'POST /keys/restore', `{"value":"${long}"}`],
  ['a plaintext for RSA', 'POST /keys/rsa/encrypt', `{"alg":"RSA-OAEP","value":"${long}"}`],
  ['a ciphertext for RSA', 'POST /keys/rsa/decrypt', `{"alg":"RSA-OAEP","value":"${long}"}`],
  [
    'a signature',
    'POST /keys/rsa/verify',
    `{"alg":"RS256","digest":"${base64url(new Uint8Array(32))}","value":"${long}"}`,
  ],
  [
    'an EC signature',
    'POST /keys/ec/verify',
    `{"alg":"ES256","digest":"${base64url(new Uint8Array(32))}","value":"${long}"}`,
  ],
  ['a token', 'POST /keys/ec/release', `{"target":"${long}"}`],
  ['a token of many parts', 'POST /keys/ec/release', `{"target":"${'.'.repeat(MANY)}"}`],
  [
    'tags',
    'POST /keys/new/create',
    `{"kty":"EC","tags":{${Array.from({ length: 100_000 }, (_, i) => `"${i}":"x"`).join(',')}}}`,
  ],
  [
    'operations',
    'POST /keys/new/create',
    `{"kty":"EC","key_ops":[${Array.from({ length: 300_000 }, () => '"sign"').join(',')}]}`,
  ],
  [
    'a list of other operations',
    'POST /keys/new/create',
    `{"kty":"EC","key_ops":[${Array.from({ length: 300_000 }, () => '"dance"').join(',')}]}`,
  ],
  ['a size', 'POST /keys/new/create', `{"kty":"oct","key_size":${digits}}`],
  ['a name of a curve', 'POST /keys/new/create', `{"kty":"EC","crv":"${long}"}`],
  ['a duration', 'PUT /keys/ec/rotationpolicy', `{"attributes":{"expiryTime":"P${digits}D"}}`],
  [
    'a duration of blanks',
    'PUT /keys/ec/rotationpolicy',
    `{"attributes":{"expiryTime":"P${' '.repeat(MANY)}D"}}`,
  ],
  [
    'actions',
    'PUT /keys/ec/rotationpolicy',
    `{"lifetimeActions":[${Array.from({ length: 50_000 }, () => '{"trigger":{"timeAfterCreate":"P90D"},"action":{"type":"Rotate"}}').join(',')}]}`,
  ],
  [
    'a release policy',
    'POST /keys/new/create',
    `{"kty":"EC-HSM","attributes":{"exportable":true},"release_policy":{"data":"${long}"}}`,
  ],
  [
    'a deep release policy',
    'POST /keys/new/create',
    `{"kty":"EC-HSM","attributes":{"exportable":true},"release_policy":{"data":"${base64url(`{"anyOf":${'['.repeat(20_000)}${']'.repeat(20_000)}}`)}"}}`,
  ],
  ['depth', 'POST /keys/new/create', `{"kty":${'{"a":'.repeat(500_000)}1${'}'.repeat(500_000)}}`],
  ['an algorithm', 'POST /keys/ec/sign', `{"alg":"${long}","value":""}`],
]

describe('a body with a huge', () => {
  it.each(HUGE)(
    '%s gets a response: work that grew with its square would never end',
    async (_, target, text) => {
      const [method = '', path = ''] = target.split(' ')
      await holds({ method, path, query: '?api-version=7.6', headers: {}, body: text })
    },
  )
})
