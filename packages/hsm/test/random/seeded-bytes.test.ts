/**
 * What a seed gives, byte by byte, on every platform and with either RSA engine. Whoever changes one of these changes
 * what every user's committed values depend on.
 */

import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { chooseRsaEngine, type RsaEngineName } from '@pocket-hsm/crypto'
import { afterEach, describe, expect, it } from 'vitest'
import {
  backupKey,
  createAttestationAuthority,
  createEnclaveKey,
  createHsm,
  createKey,
  deriveRandom,
  encrypt,
  getKeyAttestation,
  getRandomBytes,
  type Hsm,
  importKey,
  releaseKey,
  rotateKey,
  sign,
  wrapKey,
} from '../../src/index.ts'
import { chooseEngines } from '../choose-engines.ts'
import { octJwk, rsaJwk } from '../known-keys.ts'
import { errorOf } from '../refusal.ts'

const goldenHsm = (): Hsm => createHsm({ seed: 'golden', clock: () => 1_700_000_000_000 })

const hex = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('hex')

/** The beginning of a SHA-256 digest: enough to tell a change by. */
const digestOf = (bytes: Uint8Array | string | undefined): string =>
  createHash('sha256')
    .update(bytes ?? '')
    .digest('hex')
    .slice(0, 32)

const VALUE = new Uint8Array(32).fill(7)

const DIGEST_LENGTHS = { ES256: 32, ES384: 48, ES512: 64, ES256K: 32 } as const

afterEach(() => {
  chooseEngines()
})

describe.each<RsaEngineName>(['wasm', 'bigint'])('with the engine %s, RSA keys', (engine) => {
  // Names under which this seed comes to its primes soon.
  it.each([
    [2048, 'rsa-6', '06093f3e2de87db3b72740eb942d21d3 cd56d536546a6fa69dbd45a2ddeebf2b'],
    [3072, 'rsa-19', '975f63a5eef9659e7d6e7e21b8dc905a c7b8fac13bba58ae5bcc2fadfe3d6e62'],
    [4096, 'rsa-12', '01cc906d450b2c95addc0009a9f2c1a2 e5ab935eba49c7dcb8431766b6ea392e'],
  ] as const)('of %i bits: modulus and private key', (keySize, name, expected) => {
    chooseRsaEngine(engine)
    const hsm = goldenHsm()
    const { key } = createKey(hsm, name, { kty: 'RSA', keySize })
    // The signature of PKCS #1 v1.5 draws nothing: it is the private key's own.
    const { value } = sign(hsm, name, { alg: 'RS256', value: VALUE })
    expect(`${digestOf(key.n)} ${digestOf(value)}`).toBe(expected)
  })

  it('have salts and seeds of padding that do not depend on it', () => {
    chooseRsaEngine(engine)
    const hsm = goldenHsm()
    importKey(hsm, 'letters', rsaJwk())
    expect({
      PS256: digestOf(sign(hsm, 'letters', { alg: 'PS256', value: VALUE }).value),
      PS512: digestOf(sign(hsm, 'letters', { alg: 'PS512', value: new Uint8Array(64) }).value),
      'RSA-OAEP': digestOf(encrypt(hsm, 'letters', { alg: 'RSA-OAEP', value: VALUE }).value),
      'RSA-OAEP-256': digestOf(
        wrapKey(hsm, 'letters', { alg: 'RSA-OAEP-256', value: VALUE }).value,
      ),
      RSA1_5: digestOf(encrypt(hsm, 'letters', { alg: 'RSA1_5', value: VALUE }).value),
    }).toEqual(PADDED)
  })
})

const PADDED = {
  PS256: '0f89077f42ee9e5309d95b5f8f69fd9f',
  PS512: '4ed41cc6bf665d47f6aecd89015a6276',
  'RSA-OAEP': '5e8c2f6e7aafe838bb3430962b65405b',
  'RSA-OAEP-256': 'f3ab253acba4c79c144a1f0aecf623ae',
  RSA1_5: 'a1c055e93a915da4fdd6b9d04c5e614c',
}

describe('the same bytes everywhere:', () => {
  it.each([
    ['P-256', 'ES256', '3fc65cd204359e2efbdcacc44b60e2cc'],
    ['P-384', 'ES384', 'e040820501fd07e79428af084d65cb4d'],
    ['P-521', 'ES512', '02304d11e5c0b91bd3d613bf2abfa9a5'],
    ['P-256K', 'ES256K', '3be053a6b8b7f9767d18a13d2e8ab712'],
  ] as const)('a key on %s, and its signatures, which are hedged', (crv, alg, expected) => {
    const hsm = goldenHsm()
    const { key } = createKey(hsm, crv, { kty: 'EC', crv })
    const value = new Uint8Array(DIGEST_LENGTHS[alg]).fill(7)
    const [first, second] = [1, 2].map(() => hex(sign(hsm, crv, { alg, value }).value))
    expect(first).not.toBe(second)
    expect(digestOf(`${key.x} ${key.y} ${first} ${second}`)).toBe(expected)
  })

  it.each([
    ['ML-DSA-44', '585d8d66e5ce4f1454b701f95dd74ce2'],
    ['ML-DSA-65', 'c2c8e6b9cbff24efbf907a40d6880e2c'],
    ['ML-DSA-87', 'fdb6922af0f9b5c67818b54e36ddacf2'],
  ] as const)('a key of %s, and its signatures, which are hedged', (alg, expected) => {
    const hsm = goldenHsm()
    const { key } = createKey(hsm, alg, { kty: 'AKP', alg })
    const [first, second] = [1, 2].map(() => hex(sign(hsm, alg, { alg, value: VALUE }).value))
    expect(first).not.toBe(second)
    expect(digestOf(`${key.pub} ${first} ${second}`)).toBe(expected)
  })

  it.each([
    [128, '4a5232aead51f1a6e48751726bc5caab'],
    [192, 'ef6f0342acb2165c7d3bfd9bba5ebb60'],
    [256, '456ff1801a303a67b5565d93964af9ee'],
  ] as const)('a symmetric key of %i bits', (keySize, expected) => {
    const hsm = goldenHsm()
    createKey(hsm, 'content', { kty: 'oct', keySize })
    // Key wrap draws nothing: what it wraps is the key's own.
    const wrapped = wrapKey(hsm, 'content', { alg: `A${keySize}KW`, value: VALUE })
    expect(hex(wrapped.value).slice(0, 32)).toBe(expected)
  })

  it('identifiers of versions', () => {
    const hsm = goldenHsm()
    const ids = [
      createKey(hsm, 'orders', { kty: 'EC' }),
      rotateKey(hsm, 'orders'),
      createKey(hsm, 'letters', { kty: 'EC' }),
    ].map(({ key }) => key.kid.split('/').at(-1))
    expect(ids).toMatchInlineSnapshot(`
      [
        "71dfe538cd7505caa8da945fa2e486e3",
        "7de4682f6050132af46816842bbb909a",
        "fee99f20317a5720b2431d421286036f",
      ]
    `)
  })

  it('IVs, random bytes, backups, Activity IDs', () => {
    const hsm = goldenHsm()
    importKey(hsm, 'content', octJwk())
    expect({
      gcm: hex(encrypt(hsm, 'content', { alg: 'A256GCM', value: VALUE }).iv),
      cbc: hex(encrypt(hsm, 'content', { alg: 'A256CBCPAD', value: VALUE }).iv),
      random: hex(getRandomBytes(hsm, 16)),
      backup: digestOf(backupKey(hsm, 'content')),
      activity: errorOf(() => createKey(hsm, 'a_b', { kty: 'EC' })).activityId,
      around: hex(deriveRandom(hsm, 'a test', 1)?.(16)),
    }).toMatchInlineSnapshot(`
      {
        "activity": "30aee4c7-ca25-432e-90f2-d5cce46bf42d",
        "around": "3454e9a0ab1eee6314620d39e9449d71",
        "backup": "f47d4d531c6731eb5d0ded61f7e5f1f8",
        "cbc": "47e042f237a0318355423f15506ee4a1",
        "gcm": "3234ab85a161ab687e1751f0",
        "random": "15e9c2cc137ffcf3cb1071bdf6590d2f",
      }
    `)
  })

  it('releases and attestations, with an authority and an enclave of the same seed', () => {
    // This seed comes to the HSM's own primes soon, and that label to the enclave's.
    const seed = 'release 14'
    const clock = () => 1_700_000_000_000
    const universe = createHsm({ seed })
    const random = (label: string) => deriveRandom(universe, label) ?? expect.unreachable()
    const authority = createAttestationAuthority({
      alg: 'ES256',
      clock,
      random: random('authority'),
    })
    const enclave = createEnclaveKey(random('enclave 0'))
    const hsm = createHsm({ seed, clock, attestationKeys: authority.attestationKeys })
    const allOf = [{ claim: 'debuggable', equals: false }]
    const policy = { version: '1.0.0', anyOf: [{ authority: authority.issuer, allOf }] }
    createKey(hsm, 'model', {
      kty: 'EC',
      attributes: { exportable: true },
      releasePolicy: { data: Buffer.from(JSON.stringify(policy)) },
    })
    const claims = { debuggable: false }
    const target = authority.mintToken({ enclaveKey: enclave.publicJwk, claims })
    const { attestation } = getKeyAttestation(hsm, 'model').attributes
    expect({
      target: digestOf(target),
      release: digestOf(releaseKey(hsm, 'model', { target }).value),
      attestation: digestOf(attestation.privateKeyAttestation),
    }).toMatchInlineSnapshot(`
      {
        "attestation": "ba7df5d7e7de468b980ac3a23c7d74f7",
        "release": "c695ef2a8067a865a58aa2bb898f0384",
        "target": "17fe400a756db71ee208e6feaab7c794",
      }
    `)
  })
})

/** A host that has no Web Crypto, from before the package is imported. */
const WITHOUT_GENERATOR = `
Object.defineProperty(globalThis, 'crypto', { value: undefined })
const { createHsm, createKey, encrypt, getRandomBytes, sign } = await import('pocket-hsm')
const hsm = createHsm({ seed: 'golden' })
const value = new Uint8Array(32)
const results = [
  createKey(hsm, 'orders', { kty: 'EC' }).key.x,
  createKey(hsm, 'content', { kty: 'oct' }).key.kty,
  sign(hsm, 'orders', { alg: 'ES256', value }).value.length,
  encrypt(hsm, 'content', { alg: 'A256GCM', value }).iv.length,
  getRandomBytes(hsm, 3).length,
]
let refused
try { createHsm() } catch (error) { refused = error.message }
console.log(JSON.stringify({ results, refused }))
`

describe('a seed asks the host for nothing:', () => {
  it('a seeded HSM works where there is no generator, one without a seed says what it needs', () => {
    const options = { cwd: join(import.meta.dirname, '../..'), encoding: 'utf8' } as const
    const args = ['--input-type=module', '--eval', WITHOUT_GENERATOR]
    const { key } = createKey(goldenHsm(), 'orders', { kty: 'EC' })
    expect(JSON.parse(execFileSync(process.execPath, args, options))).toEqual({
      results: [key.x, 'oct-HSM', 64, 12, 3],
      refused: 'pocket-hsm needs Node 20.19 or later, or another host with Web Crypto.',
    })
  })
})
