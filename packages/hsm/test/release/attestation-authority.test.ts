import { createPublicKey, type JsonWebKey as NodeJwk, verify } from 'node:crypto'
import { inspect } from 'node:util'
import { createHmacDrbg, utf8ToBytes } from '@pocket-hsm/crypto'
import { describe, expect, it } from 'vitest'
import { type AttestationAuthority, createAttestationAuthority } from '../../src/index.ts'
import { ecJwk, rsaJwk } from '../known-keys.ts'
import { errorOf } from '../refusal.ts'
import { authority, enclave, ISSUER } from '../releases.ts'
import { START } from '../test-hsm.ts'

const partOf = (token: string, index: number): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[index] ?? '', 'base64url').toString())

const headerOf = (token: string) => partOf(token, 0)
const claimsOf = (token: string) => partOf(token, 1)
const enclaveKey = enclave.publicJwk

const OPTIONS = {
  RS256: {},
  PS256: { padding: 6, saltLength: 32 },
  ES256: { dsaEncoding: 'ieee-p1363' as const },
}

/** Whether node:crypto verifies the token with the key that the authority publishes. */
function isVerified({ jwks }: AttestationAuthority, token: string, alg: keyof typeof OPTIONS) {
  const [jwk] = jwks.keys
  const key = createPublicKey({ format: 'jwk', key: jwk as NodeJwk })
  const [input, signature] = [token.slice(0, token.lastIndexOf('.')), token.split('.')[2] ?? '']
  const bytes = Buffer.from(signature, 'base64url')
  return verify('sha256', Buffer.from(input), { key, ...OPTIONS[alg] }, bytes)
}

describe('an attestation authority', () => {
  it.each(['RS256', 'PS256', 'ES256'] as const)(
    'signs with %s, as node:crypto verifies with the key it publishes',
    (alg) => {
      const made = createAttestationAuthority({ alg })
      const token = made.mintToken({ enclaveKey })
      expect(headerOf(token)['alg']).toBe(alg)
      expect(isVerified(made, token, alg)).toBe(true)
      expect(isVerified(made, `${token.slice(0, -8)}AAAAAAAA`, alg)).toBe(false)
    },
  )

  it('publishes what OpenID Connect Discovery asks for', () => {
    expect(authority.openIdConfiguration).toEqual({
      issuer: ISSUER,
      jwks_uri: `${ISSUER}/certs`,
      response_types_supported: ['token', 'none'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['ES256'],
    })
    const { openIdConfiguration } = createAttestationAuthority({
      issuer: 'https://b.test/',
      alg: 'ES256',
    })
    expect(openIdConfiguration).toMatchObject({
      issuer: 'https://b.test/',
      jwks_uri: 'https://b.test/certs',
    })
  })

  it('publishes one public key under its kid', () => {
    const [jwk, ...more] = authority.jwks.keys
    expect(more).toEqual([])
    expect(Object.keys(jwk ?? {}).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'])
    expect(headerOf(authority.mintToken({ enclaveKey }))).toEqual({
      alg: 'ES256',
      kid: jwk?.kid,
      typ: 'JWT',
      jku: `${ISSUER}/certs`,
    })
  })

  it('answers its keys to its own name alone, a slash more or less', () => {
    const header = { alg: 'ES256' }
    for (const name of [ISSUER, `${ISSUER}/`]) {
      expect(authority.attestationKeys(name, header)).toBe(authority.jwks.keys)
    }
    for (const name of ['', 'https://other.test', `${ISSUER}//`, `${ISSUER}/a`]) {
      expect(authority.attestationKeys(name, header)).toBeUndefined()
    }
  })

  it('says who, when and for which key', () => {
    const { kty, n, e, kid } = enclaveKey
    expect(claimsOf(authority.mintToken({ enclaveKey }))).toEqual({
      iss: ISSUER,
      iat: START,
      nbf: START,
      exp: START + 28_800,
      'x-ms-ver': '1.0',
      'x-ms-runtime': { keys: [{ kid, kty, n, e, use: 'enc', key_ops: ['encrypt'] }] },
    })
  })

  it('says what it is told, in place of what it would have said', () => {
    const claims = { iss: 'https://other.test', iat: undefined, nested: { a: [1] } }
    const parameters = { enclaveKey, claims, expiresIn: 60, notBefore: START + 5, nonce: 'n' }
    const said = claimsOf(authority.mintToken(parameters))
    expect(said).toMatchObject({
      iss: 'https://other.test',
      nbf: START + 5,
      exp: START + 60,
      nonce: 'n',
      nested: { a: [1] },
    })
    expect(said).not.toHaveProperty('iat')
  })

  it('never passes on private members of an enclave key, and names one without name', () => {
    const text = JSON.stringify(claimsOf(authority.mintToken({ enclaveKey: rsaJwk() })))
    expect(text).toContain(rsaJwk().n)
    for (const member of ['d', 'p', 'q', 'dp', 'dq', 'qi'] as const) {
      expect(text).not.toContain(rsaJwk()[member])
    }
    const { keys } = JSON.parse(text)['x-ms-runtime']
    expect(keys[0].kid).toMatch(/^[\w-]{43}$/)
  })

  it('follows its clock', () => {
    let now = 5000
    const made = createAttestationAuthority({ alg: 'ES256', clock: () => now })
    expect(claimsOf(made.mintToken({ enclaveKey }))['iat']).toBe(5)
    now = 7999
    expect(claimsOf(made.mintToken({ enclaveKey }))['iat']).toBe(7)
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY, -1, undefined, null, '2030-01-01'])(
    'refuses to mint a token when its clock returns %s',
    (at) => {
      const made = createAttestationAuthority({ alg: 'ES256', clock: () => at as number })
      expect(() => made.mintToken({ enclaveKey })).toThrow(
        `The clock must return milliseconds since 1970, not ${at}.`,
      )
    },
  )

  it('is the same from the same randomness', () => {
    const made = () =>
      createAttestationAuthority({ alg: 'ES256', random: createHmacDrbg(utf8ToBytes('same')) })
    expect(made().jwks).toEqual(made().jwks)
    expect(createAttestationAuthority({ alg: 'ES256' }).jwks).not.toEqual(made().jwks)
  })

  it('prints nothing of its key', () => {
    const shown = inspect(authority, { depth: 10, showHidden: true })
    expect(shown).toContain(authority.jwks.keys[0]?.x)
    expect(shown).not.toContain('privateKey')
    expect(Object.keys(authority).sort()).toEqual([
      'attestationKeys',
      'issuer',
      'jwks',
      'mintToken',
      'openIdConfiguration',
    ])
  })

  it.each(['HS256', 'none', 'constructor'])('refuses to sign with %s', (alg) => {
    expect(errorOf(() => createAttestationAuthority({ alg: alg as never }))).toMatchObject({
      status: 400,
      message: `An attestation authority does not sign with ${alg}.`,
    })
  })

  it.each([
    ['of another type', ecJwk()],
    ['without n', { kty: 'RSA', e: 'AQAB' }],
    ['that is none', {} as never],
  ])('refuses an enclave key %s', (_, jwk) => {
    const { status, message } = errorOf(() => authority.mintToken({ enclaveKey: jwk }))
    expect([status, message.split(':')[0]]).toEqual([
      400,
      'The enclave key must be a public RSA key',
    ])
  })
})
