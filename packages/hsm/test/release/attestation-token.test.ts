import {
  constants,
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign as signByNode,
} from 'node:crypto'
import {
  createHmacDrbg,
  generateKey,
  issueCertificate,
  type JsonWebKey,
  type RsaKey,
  toBase64,
  toPublicJwk,
  utf8ToBytes,
} from '@pocket-hsm/crypto'
import { describe, expect, it } from 'vitest'
import { type AttestationTokenHeader, HsmError } from '../../src/index.ts'
import { verifyTarget } from '../../src/release/attestation-token.ts'
import { ecJwk, nodeKey, rsaJwk } from '../known-keys.ts'
import { enclave } from '../releases.ts'

const ISSUER = 'https://a.test/'
const NOW = 1000

const CLAIMS = {
  iss: ISSUER,
  exp: NOW + 60,
  'x-ms-runtime': { keys: [{ ...enclave.publicJwk, use: 'enc' }] },
}

const json64 = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

interface Signer {
  readonly hash: string
  readonly key: KeyObject
  readonly options?: object
}

/** A token as node:crypto signs it. */
function signed(header: object, { hash, key, options }: Signer, claims: object = CLAIMS): string {
  const input = `${json64(header)}.${json64(claims)}`
  const signature = signByNode(hash, Buffer.from(input), { key, ...options })
  return `${input}.${signature.toString('base64url')}`
}

const PSS = {
  padding: constants.RSA_PKCS1_PSS_PADDING,
  saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
}
const P1363 = { dsaEncoding: 'ieee-p1363' }
const RSA = nodeKey(rsaJwk())
const RSA_JWK: JsonWebKey = { kty: 'RSA', n: rsaJwk().n, e: rsaJwk().e }
const RS256: Signer = { hash: 'sha256', key: RSA }

const publicEcJwk = (crv: Parameters<typeof ecJwk>[0]): JsonWebKey => {
  const { d: _, ...publicJwk } = ecJwk(crv)
  return publicJwk
}

interface Verdict {
  /** Or the refusal's code. */
  readonly issuer: string
  /** What the authority's keys were asked for with. */
  readonly asked: readonly (readonly [string, AttestationTokenHeader])[]
}

function verdict(token: string, keys: unknown): Verdict {
  const asked: (readonly [string, AttestationTokenHeader])[] = []
  const attestationKeys = (authority: string, header: AttestationTokenHeader) => {
    asked.push([authority, header])
    return keys as readonly JsonWebKey[]
  }
  const refuse = (rule: string) => new HsmError({ status: 403, code: rule, message: rule })
  try {
    const { issuer } = verifyTarget(token, undefined, { attestationKeys }, { refuse, now: NOW })
    return { issuer, asked }
  } catch (error) {
    if (!(error instanceof HsmError)) throw error
    return { issuer: error.code, asked }
  }
}

const accepts = (token: string, keys: unknown) => expect(verdict(token, keys).issuer).toBe(ISSUER)
const refuses = (token: string, keys: unknown) =>
  expect(verdict(token, keys).issuer).toBe('targetNotVerified')
const ignores = (token: string, keys: unknown) =>
  expect(verdict(token, keys)).toEqual({ issuer: 'BadParameter', asked: [] })

describe('a token that node:crypto signed is accepted', () => {
  it.each([
    ['RS256', RS256],
    ['RS384', { hash: 'sha384', key: RSA }],
    ['RS512', { hash: 'sha512', key: RSA }],
    ['PS256', { hash: 'sha256', key: RSA, options: PSS }],
    ['PS384', { hash: 'sha384', key: RSA, options: PSS }],
    ['PS512', { hash: 'sha512', key: RSA, options: PSS }],
  ] satisfies [string, Signer][])('with %s', (alg, signer) => {
    accepts(signed({ alg }, signer), [RSA_JWK])
    refuses(signed({ alg }, signer), [toPublicJwk(otherRsa())])
  })

  it.each([
    ['ES256', 'P-256', 'sha256'],
    ['ES384', 'P-384', 'sha384'],
    ['ES512', 'P-521', 'sha512'],
    ['ES256K', 'P-256K', 'sha256'],
  ] as const)('with %s', (alg, crv, hash) => {
    const token = signed({ alg }, { hash, key: nodeKey(ecJwk(crv)), options: P1363 })
    accepts(token, [publicEcJwk(crv)])
    refuses(token, [publicEcJwk(crv === 'P-256' ? 'P-384' : 'P-256')])
  })

  it('with a key that is published as a certificate alone', () => {
    const x5c = [certificateOf(rsaJwk()), 'AAAA']
    accepts(signed({ alg: 'RS256' }, RS256), [{ kty: 'RSA', x5c }])
  })

  it('with a key whose numbers count before its certificate', () => {
    const x5c = [certificateOf(rsaJwk())]
    refuses(signed({ alg: 'RS256' }, RS256), [{ ...toPublicJwk(otherRsa()), x5c }])
  })

  it('with the one of its kid, or one without', () => {
    const token = signed({ alg: 'RS256', kid: 'a' }, RS256)
    accepts(token, [
      { ...toPublicJwk(otherRsa()), kid: 'b' },
      { ...RSA_JWK, kid: 'a' },
    ])
    accepts(token, [
      { ...toPublicJwk(otherRsa()), kid: 'a' },
      { ...RSA_JWK, kid: 'a' },
    ])
    accepts(token, [RSA_JWK])
    refuses(token, [{ ...RSA_JWK, kid: 'b' }])
  })

  it('with a key that says it is for signatures by that algorithm', () => {
    const token = signed({ alg: 'RS256' }, RS256)
    accepts(token, [{ ...RSA_JWK, use: 'sig', alg: 'RS256', key_ops: ['sign', 'verify'] }])
  })

  it.each([
    ['for encryption', { use: 'enc' }],
    ['of another algorithm', { alg: 'RS384' }],
    ['of an algorithm for encryption', { alg: 'RSA-OAEP' }],
    ['that only signs', { key_ops: ['sign'] }],
    ['whose operations are no list', { key_ops: 'verify' }],
  ])('past a key %s', (_, members) => {
    const token = signed({ alg: 'RS256' }, RS256)
    refuses(token, [{ ...RSA_JWK, ...members }])
    accepts(token, [{ ...RSA_JWK, ...members }, RSA_JWK])
  })

  it('with any key, where it says no kid', () => {
    accepts(signed({ alg: 'RS256' }, RS256), [{ ...RSA_JWK, kid: 'b' }])
  })

  it('past keys that are none', () => {
    const broken = [
      null,
      1,
      'a',
      {},
      { kty: 'OKP' },
      { kty: 'RSA' },
      { kty: 'RSA', n: 1, e: 'AQAB' },
    ]
    const certificates = [
      { x5c: [''] },
      { x5c: [1] },
      { x5c: 'A' },
      { x5c: [certificateOf(rsaJwk()).slice(8)] },
    ]
    accepts(signed({ alg: 'RS256' }, RS256), [...broken, ...certificates, RSA_JWK])
  })

  it('by the keys of its issuer, asked for once with what its header says', () => {
    const header = { alg: 'RS256', typ: 'JWT', kid: 'a', jku: 'https://a.test/certs', x5c: ['AA'] }
    const { alg, kid, jku } = header
    expect(verdict(signed(header, RS256), [RSA_JWK]).asked).toEqual([[ISSUER, { alg, kid, jku }]])
    expect(verdict(signed({ alg, kid: 1 }, RS256), [RSA_JWK]).asked).toEqual([[ISSUER, { alg }]])
  })

  it('with fractions of a second in its times', () => {
    accepts(signed({ alg: 'RS256' }, RS256, { ...CLAIMS, nbf: 999.5, exp: 1000.5 }), [RSA_JWK])
    refuses(signed({ alg: 'RS256' }, RS256, { ...CLAIMS, nbf: 1000.5 }), [RSA_JWK])
  })
})

describe('a token is not verified', () => {
  const token = signed({ alg: 'RS256' }, RS256)

  it.each([undefined, null, [], {}, 'keys'])('where the keys of its issuer are %j', (keys) => {
    refuses(token, keys)
  })

  it('without exp', () => {
    const { exp: _, ...claims } = CLAIMS
    refuses(signed({ alg: 'RS256' }, RS256, claims), [RSA_JWK])
  })

  it('by the key in its own header', () => {
    const header = { alg: 'RS256', jwk: RSA_JWK, x5c: [certificateOf(rsaJwk())] }
    refuses(signed(header, RS256), [])
  })

  it('by another algorithm than its header says', () => {
    refuses(signed({ alg: 'RS384' }, RS256), [RSA_JWK])
    refuses(signed({ alg: 'PS256' }, RS256), [RSA_JWK])
    refuses(signed({ alg: 'ES256' }, RS256), [RSA_JWK])
    refuses(signed({ alg: 'ES256' }, RS256), [publicEcJwk('P-256')])
  })

  it('by an RSA key of less than 2048 bits', () => {
    const { privateKey } = generateKeyPairSync('rsa', {
      modulusLength: 1024,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    })
    const key = createPrivateKey(privateKey)
    const jwk = createPublicKey(privateKey).export({ format: 'jwk' })
    refuses(signed({ alg: 'RS256' }, { hash: 'sha256', key }), [jwk])
  })

  it('by a symmetric key, though it be the text of the public one', () => {
    const input = `${json64({ alg: 'HS256' })}.${json64(CLAIMS)}`
    const secret = Buffer.from(JSON.stringify(RSA_JWK))
    const mac = createHmac('sha256', secret).update(input).digest('base64url')
    ignores(`${input}.${mac}`, [RSA_JWK, { kty: 'oct', k: secret.toString('base64url') }])
  })

  it.each(['none', 'HS256', 'RSNULL', 'RSA-OAEP', 'A256GCM', 'rs256', 'constructor', ''])(
    'by the algorithm %j, whose keys nobody is asked for',
    (alg) => {
      ignores(signed({ alg }, RS256), [RSA_JWK])
      ignores(`${json64({ alg })}.${json64(CLAIMS)}.`, [RSA_JWK])
    },
  )

  it('with extensions that must be understood', () => {
    ignores(signed({ alg: 'RS256', crit: ['b64'], b64: false }, RS256), [RSA_JWK])
    ignores(signed({ alg: 'RS256', crit: [] }, RS256), [RSA_JWK])
  })

  it('with one bit of its signature turned over', () => {
    const [header, claims, signature = ''] = token.split('.')
    const bytes = Buffer.from(signature, 'base64url')
    bytes[100] = (bytes[100] ?? 0) ^ 1
    refuses([header, claims, bytes.toString('base64url')].join('.'), [RSA_JWK])
  })

  it('with an empty signature', () => {
    refuses(`${token.slice(0, token.lastIndexOf('.'))}.`, [RSA_JWK])
  })
})

function otherRsa(): RsaKey {
  const random = createHmacDrbg(utf8ToBytes('test authority 18'))
  return generateKey({ kty: 'RSA', bits: 2048 }, random) as RsaKey
}

/** A certificate of the key, by an authority that nobody knows. */
function certificateOf({ n, e }: JsonWebKey): string {
  const random = createHmacDrbg(utf8ToBytes('certificate'))
  const bytes = (text = '') => Uint8Array.from(Buffer.from(text, 'base64url'))
  const publicKey: RsaKey = { kty: 'RSA', bits: 2048, publicKey: { n: bytes(n), e: bytes(e) } }
  const key = generateKey({ kty: 'EC', crv: 'P-256' }, random)
  if (key.kty !== 'EC') throw new Error('another key')
  const content = {
    serialNumber: Uint8Array.of(1),
    subject: 'attestation',
    publicKey,
    notBefore: '20200101000000Z',
    notAfter: '20300101000000Z',
  }
  return toBase64(issueCertificate(content, { name: 'somebody', key }, random))
}
