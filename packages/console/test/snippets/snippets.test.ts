/** Calls in the languages in which people make them. */

import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { type Call, requestOf } from '../../page/snippets/call.ts'
import { LANGUAGES, type Language, snippetOf } from '../../page/snippets/snippets.ts'

const PLACE = { origin: 'https://localhost:8443' }

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
    })
    expect(requestOf({ operation: 'sign', key: 'k', alg: 'ES256', value: 'AA' })).toEqual({
      method: 'POST',
      path: '/keys/k/sign',
      body: { alg: 'ES256', value: 'AA' },
    })
  })
})
