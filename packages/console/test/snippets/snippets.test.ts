/** Calls in the languages in which people make them. */

import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { type Call, requestOf } from '../../page/snippets/call.ts'
import { LANGUAGES, type Language, snippetOf } from '../../page/snippets/snippets.ts'

const PLACE = { origin: 'https://localhost:8443' }

const TOKEN = 'eyJ.eyJ.sig'

const CALLS: readonly Call[] = [
  {
    operation: 'createKey',
    key: 'orders',
    kty: 'EC-HSM',
    crv: 'P-384',
    enabled: false,
    nbf: 1_900_000_000,
    exp: 1_910_000_000,
    keyOps: ['sign', 'verify'],
    tags: { team: "the shop's" },
  },
  { operation: 'importKey', key: 'orders', body: { key: { kty: 'EC' } } },
  { operation: 'updateKey', key: 'orders', version: 'abc', enabled: true, tags: {} },
  { operation: 'updateRotationPolicy', key: 'orders', timeAfterCreate: 'P90D', expiryTime: 'P1Y' },
  { operation: 'updateRotationPolicy', key: 'orders' },
  ...(
    [
      'getKey',
      'rotateKey',
      'deleteKey',
      'recoverDeletedKey',
      'purgeDeletedKey',
      'backupKey',
    ] as const
  ).map((operation) => ({ operation, key: 'orders' })),
  ...(['encrypt', 'decrypt', 'wrapKey', 'unwrapKey', 'sign'] as const).map((operation) => ({
    operation,
    key: 'orders',
    alg: 'A256GCM',
    value: 'AQID',
    iv: 'AAAA',
    tag: 'BBBB',
    aad: 'CCCC',
  })),
  { operation: 'verify', key: 'orders', version: 'abc', alg: 'ES256', digest: 'AQID', value: 'BB' },
  {
    operation: 'createKey',
    key: 'model',
    kty: 'oct-HSM',
    keySize: 256,
    releasePolicy: { a: "o'k" },
  },
  {
    operation: 'releaseKey',
    key: 'model',
    version: 'abc',
    enc: 'RSA_AES_KEY_WRAP_256',
    target: TOKEN,
  },
  { operation: 'createKey', key: 'firmware', kty: 'AKP-HSM', alg: 'ML-DSA-65', enabled: false },
  { operation: 'importKey', key: 'firmware', body: { key: { kty: 'AKP' }, Hsm: true } },
  { operation: 'sign', key: 'firmware', alg: 'ML-DSA-65', value: 'AQID' },
  { operation: 'sign', key: 'firmware', alg: 'ML-DSA-65', value: 'AQID', context: 'AA' },
  {
    operation: 'verify',
    key: 'firmware',
    alg: 'ML-DSA-65',
    digest: 'AQID',
    value: 'BB',
    isMu: true,
  },
  { operation: 'secureWrapKey', key: 'model', alg: 'A256KW' },
  {
    operation: 'secureUnwrapKey',
    key: 'model',
    version: 'abc',
    alg: 'A256KW',
    value: 'AQ',
    target: TOKEN,
  },
]

const all = CALLS.map((call) => [call.operation, call] as const)

describe.each(all)('%s', (_, call) => {
  it.each(Object.keys(LANGUAGES) as Language[])('is written for %s', (language) => {
    const text = snippetOf(language, call, PLACE)
    expect(text).toContain('https://localhost:8443')
    expect(text).not.toMatch(/undefined|\[object|NaN/)
  })

  it('is valid JavaScript', () => {
    const { diagnostics } = ts.transpileModule(snippetOf('javascript', call, PLACE), {
      reportDiagnostics: true,
      compilerOptions: { target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext },
    })
    expect(diagnostics?.map(({ messageText }) => messageText)).toEqual([])
  })
})

const [create] = CALLS as readonly [Call]

describe('a snippet', () => {
  it('has quotes for a shell where they are needed', () => {
    expect(snippetOf('az', create, PLACE)).toBe(
      [
        'az keyvault key create',
        '--id https://localhost:8443/keys/orders',
        '--kty EC-HSM',
        '--curve P-384',
        '--ops sign verify',
        '--disabled true',
        '--not-before 2030-03-17T17:46:40Z',
        '--expires 2030-07-11T11:33:20Z',
        "--tags 'team=the shop'\\''s'",
      ].join(' \\\n  '),
    )
  })

  it('has bytes as az wants them: base64, and hexadecimal for iv, tag and aad', () => {
    const call: Call = { operation: 'decrypt', key: 'k', alg: 'A256GCM', value: '_-8', iv: '_-8' }
    const text = snippetOf('az', call, PLACE)
    expect(text).toContain('--value /+8=')
    expect(text).toContain('--iv ffef')
  })
})

/** Who says that it has no call for a request, and makes the request itself. */
const requestOnly = (call: Call): readonly Language[] =>
  (Object.keys(LANGUAGES) as Language[]).filter((language) =>
    /the request itself/.test(snippetOf(language, call, PLACE)),
  )

describe('where a client has no call', () => {
  const use = { key: 'k', alg: 'ML-DSA-44' } as const
  it.each<readonly [string, Call, readonly Language[]]>([
    [
      'create ML-DSA',
      { operation: 'createKey', ...use, kty: 'AKP-HSM' },
      ['az', 'javascript', 'python'],
    ],
    ['sign with ML-DSA', { operation: 'sign', ...use, value: 'AQ' }, ['az', 'python']],
    [
      'sign with a context',
      { operation: 'sign', ...use, value: 'AQ', context: 'AQ' },
      ['az', 'javascript', 'python'],
    ],
    [
      'secure wrap',
      { operation: 'secureWrapKey', key: 'k', alg: 'A256KW' },
      ['az', 'javascript', 'python'],
    ],
    [
      'release',
      { operation: 'releaseKey', key: 'k', enc: 'RSA_AES_KEY_WRAP_256', target: TOKEN },
      ['az'],
    ],
    ['wrap', { operation: 'wrapKey', key: 'k', alg: 'A256KW', value: 'AQ' }, ['az']],
    ['sign with EC', { operation: 'sign', key: 'k', alg: 'ES256', value: 'AQ' }, []],
  ])('to %s, it makes the request itself', (_, call, languages) => {
    expect(requestOnly(call)).toEqual(languages)
  })

  it('the request names the preview, and so does the client for JavaScript', () => {
    const call: Call = { operation: 'sign', ...use, value: 'AQ' }
    for (const language of ['az', 'python', 'curl'] as const) {
      expect(snippetOf(language, call, PLACE)).toContain('api-version=2026-05-01-preview')
    }
    const text = snippetOf('javascript', call, PLACE)
    expect(text).toContain("serviceVersion: '2026-05-01-preview'")
    expect(text).toContain("key.sign('ML-DSA-44', Buffer.from('AQ', 'base64url'))")
  })

  it('a shell has the token in a variable where not any is accepted', () => {
    const call: Call = { operation: 'secureWrapKey', key: 'k', alg: 'A256KW' }
    for (const language of ['az', 'curl'] as const) {
      expect(snippetOf(language, call, PLACE)).toMatch(/"Authorization[:=] ?Bearer any"/)
      const text = snippetOf(language, call, { ...PLACE, bearer: '$TOKEN' })
      expect(text).toMatch(/"Authorization[:=] ?Bearer \$TOKEN"/)
    }
  })

  it('Python has its own booleans', () => {
    const call: Call = {
      operation: 'createKey',
      key: 'k',
      kty: 'AKP',
      alg: 'ML-DSA-44',
      enabled: false,
    }
    expect(snippetOf('python', call, PLACE)).toContain('"attributes": {"enabled": False}')
  })
})

describe('a request', () => {
  it('has the path and the body of the wire, without what is not given', () => {
    expect(requestOf(create)).toEqual({
      method: 'POST',
      path: '/keys/orders/create',
      body: {
        kty: 'EC-HSM',
        crv: 'P-384',
        key_ops: ['sign', 'verify'],
        attributes: { enabled: false, nbf: 1_900_000_000, exp: 1_910_000_000 },
        tags: { team: "the shop's" },
      },
      version: '7.6',
    })
    expect(requestOf({ operation: 'sign', key: 'k', alg: 'ES256', value: 'AA' })).toEqual({
      method: 'POST',
      path: '/keys/k/sign',
      body: { alg: 'ES256', value: 'AA' },
      version: '7.6',
    })
  })

  it('has µ in the place of the message, and the policy as bytes of JSON', () => {
    const use = { key: 'k', alg: 'ML-DSA-44', isMu: true } as const
    expect(requestOf({ operation: 'sign', ...use, value: 'AA' }).body).toEqual({
      alg: 'ML-DSA-44',
      external_mu: 'AA',
    })
    expect(requestOf({ operation: 'verify', ...use, digest: 'AA', value: 'BB' }).body).toEqual({
      alg: 'ML-DSA-44',
      external_mu: 'AA',
      value: 'BB',
    })
    const call: Call = { operation: 'createKey', key: 'k', kty: 'oct-HSM', releasePolicy: { a: 1 } }
    expect(requestOf(call).body).toEqual({
      kty: 'oct-HSM',
      attributes: { exportable: true },
      release_policy: { data: Buffer.from('{"a":1}').toString('base64url') },
    })
  })
})
