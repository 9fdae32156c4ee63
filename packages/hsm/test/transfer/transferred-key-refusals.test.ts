import {
  constants,
  createCipheriv,
  createPublicKey,
  generateKeyPairSync,
  publicEncrypt,
  randomBytes,
} from 'node:crypto'
import type { JsonWebKey } from '@pocket-hsm/crypto'
import { describe, expect, it } from 'vitest'
import {
  type BundleKey,
  createKey,
  createTransferBlob,
  decrypt,
  deleteKey,
  encrypt,
  type Hsm,
  importKey,
  releaseKey,
  sign,
  unwrapKey,
  updateKey,
  verify,
  wrapKey,
} from '../../src/index.ts'
import { ecJwk, nodeKey, nodePublicKey, octJwk, rsaJwk } from '../known-keys.ts'
import {
  badParameter,
  forbidden,
  HARDWARE_KEY,
  INCORRECT,
  itRefuses,
  keyNotFound,
  keyTypeNotSupported,
  nameIsDeleted,
  type Refusal,
  refusalOf,
  type Trial,
  unsupportedOperations,
  worded,
} from '../refusal.ts'
import { snapshot } from '../snapshot.ts'
import { START, type TestClock, testHsm } from '../test-hsm.ts'
import { base64url, byok, importKek, nodeCiphertext, nodeTarget } from '../transfer.ts'

const VERSION = '0123456789abcdef'.repeat(2)

/** The public part of an RSA key that no HSM here has. */
const stranger = createPublicKey(
  generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  }).publicKey,
).export({ format: 'jwk' }) as unknown as BundleKey

const { privateKey: RSA_1024 } = generateKeyPairSync('rsa', {
  modulusLength: 1024,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'der' },
})

/** The profiles that have a KEK at all. */
const PROFILES: Trial = { profiles: ['managed-hsm', 'vault-premium'] }

/** Imports a key on P-256 under a KEK. */
const underKek = (hsm: Hsm, kek: BundleKey) => () => {
  const key_hsm = base64url(createTransferBlob(kek, ecJwk()))
  return importKey(hsm, 'orders', { kty: 'EC-HSM', key_hsm })
}

describe('importKey under a KEK', () => {
  const refuses = (
    title: string,
    given: (hsm: Hsm, clock: TestClock) => BundleKey,
    refusal: Refusal,
  ) =>
    itRefuses(`that ${title}`, (hsm, clock) => underKek(hsm, given(hsm, clock)), refusal, PROFILES)

  const withAttributes = (hsm: Hsm, attributes: object) => {
    importKek(hsm)
    return updateKey(hsm, 'kek', { attributes }).key
  }
  /** A KEK of its size to wrap under, with the identifier of another key. */
  const calling = (kid: string) => ({ ...rsaJwk(), kid }) as BundleKey

  refuses(
    'is not there',
    () => calling(`https://pocket.test/keys/nobody/${VERSION}`),
    keyNotFound(`nobody/${VERSION}`),
  )
  refuses(
    'is not there in that version',
    (hsm) => {
      importKek(hsm)
      return calling(`https://pocket.test/keys/kek/${VERSION}`)
    },
    keyNotFound(`kek/${VERSION}`),
  )
  it.each(['managed-hsm', 'vault-premium'] as const)(
    'refuses one that is deleted (%s)',
    (profile) => {
      const { hsm } = testHsm({ profile })
      const { key } = importKek(hsm)
      deleteKey(hsm, 'kek')
      const before = snapshot(hsm)
      const reference = key.kid.replace('https://pocket.test/keys/', '')
      expect(refusalOf(underKek(hsm, key))).toEqual(worded(keyNotFound(reference), profile))
      expect(snapshot(hsm)).toEqual(before)
    },
  )
  refuses(
    'is disabled',
    (hsm) => withAttributes(hsm, { enabled: false }),
    forbidden('Operation import is not allowed on a disabled key.', 'KeyDisabled'),
  )
  refuses(
    'is not yet valid',
    (hsm) => withAttributes(hsm, { nbf: START + 1 }),
    forbidden('Operation import is not allowed on a key that is not yet valid.', 'KeyNotYetValid'),
  )
  refuses(
    'has expired',
    (hsm, clock) => {
      const key = withAttributes(hsm, { exp: START + 60 })
      clock.seconds = START + 60
      return key
    },
    forbidden('Operation import is not allowed on an expired key.', 'KeyExpired'),
  )

  const notPermitted = forbidden(
    'Operation import is not permitted on this key.',
    'KeyOperationForbidden',
  )
  refuses(
    'may do all but import',
    (hsm) => importKey(hsm, 'kek', { ...rsaJwk(), kty: 'RSA-HSM' }).key,
    notPermitted,
  )
  refuses(
    'is a key on a curve',
    (hsm) => calling(createKey(hsm, 'kek', { kty: 'EC-HSM' }).key.kid),
    notPermitted,
  )
  refuses(
    'may import no more',
    (hsm) => {
      importKek(hsm)
      return updateKey(hsm, 'kek', { keyOps: ['wrapKey'] }).key
    },
    notPermitted,
  )
})

describe('a KEK can do nothing but import: it may not', () => {
  const value = new Uint8Array(32)
  it.each([
    ['encrypt', (hsm: Hsm) => encrypt(hsm, 'kek', { alg: 'RSA-OAEP', value })],
    ['decrypt', (hsm: Hsm) => decrypt(hsm, 'kek', { alg: 'RSA-OAEP', value })],
    ['sign', (hsm: Hsm) => sign(hsm, 'kek', { alg: 'RS256', value })],
    ['verify', (hsm: Hsm) => verify(hsm, 'kek', { alg: 'RS256', digest: value, value })],
    ['wrapKey', (hsm: Hsm) => wrapKey(hsm, 'kek', { alg: 'RSA-OAEP', value })],
    ['unwrapKey', (hsm: Hsm) => unwrapKey(hsm, 'kek', { alg: 'RSA-OAEP', value })],
  ] as const)('%s', (operation, call) => {
    const { hsm } = testHsm()
    importKek(hsm)
    const before = snapshot(hsm)
    const text = `Operation ${operation} is not permitted on this key.`
    const refusal = forbidden(text, 'KeyOperationForbidden')
    expect(refusalOf(() => call(hsm))).toEqual(worded(refusal, 'managed-hsm'))
    expect(snapshot(hsm)).toEqual(before)
  })
})

itRefuses(
  'to release a KEK',
  (hsm) => {
    importKek(hsm)
    return () => releaseKey(hsm, 'kek', { target: 'e30.e30.' })
  },
  forbidden('Operation release is not allowed on a non-exportable key.'),
  PROFILES,
)

itRefuses(
  'a transferred key that is to be exportable without a release policy',
  (hsm) => {
    const key_hsm = base64url(createTransferBlob(importKek(hsm).key, ecJwk()))
    const attributes = { exportable: true }
    return () => importKey(hsm, 'orders', { kty: 'EC-HSM', key_hsm }, { attributes })
  },
  {
    ...badParameter('AKV.SKR.1004: Exportable keys must have release policy.'),
    managedHsm: 'Exportable keys must have release policy',
  },
  PROFILES,
)

describe('importKey of a ciphertext', () => {
  const refuses = (title: string, ciphertext: (kek: BundleKey, hsm: Hsm) => Uint8Array) =>
    itRefuses(
      title,
      (hsm) => {
        const { key } = importKek(hsm)
        const key_hsm = base64url(byok(key.kid, ciphertext(key, hsm)))
        return () => importKey(hsm, 'content', { kty: 'RSA-HSM', key_hsm })
      },
      INCORRECT,
      PROFILES,
    )
  const good = (kek: BundleKey) => nodeCiphertext(kek, nodeTarget(rsaJwk()))
  const turned = (bytes: Buffer, at: number) => bytes.with(at, (bytes.at(at) ?? 0) ^ 1)

  refuses('under another KEK', () => good(stranger))
  refuses('with its first byte changed', (kek) => turned(good(kek), 0))
  refuses('with the last byte of C1 changed', (kek) => turned(good(kek), 255))
  refuses('with the first byte of C2 changed', (kek) => turned(good(kek), 256))
  refuses('with its last byte changed', (kek) => turned(good(kek), -1))
  refuses('that lost its last byte', (kek) => good(kek).subarray(0, -1))
  refuses('that lost its last eight bytes', (kek) => good(kek).subarray(0, -8))
  refuses('with eight bytes more', (kek) => Buffer.concat([good(kek), Buffer.alloc(8)]))
  refuses('without C2', (kek) => good(kek).subarray(0, 256))
  refuses('shorter than the modulus', (kek) => good(kek).subarray(0, 255))
  refuses('that is empty', () => new Uint8Array())
  refuses('whose C1 is not below the modulus', (kek) =>
    Buffer.concat([Buffer.alloc(256, 0xff), good(kek).subarray(256)]),
  )
  refuses('whose C1 and C2 are of two blobs', (kek) =>
    Buffer.concat([good(kek).subarray(0, 256), good(kek).subarray(256)]),
  )

  const wrappedAes = (kek: BundleKey, aesKey: Buffer, options: object) =>
    publicEncrypt(
      { key: nodePublicKey(kek), padding: constants.RSA_PKCS1_OAEP_PADDING, ...options },
      aesKey,
    )
  const wrappedTarget = (aesKey: Buffer) => {
    const cipher = createCipheriv('id-aes256-wrap-pad', aesKey, Buffer.from('a65959a6', 'hex'))
    return Buffer.concat([cipher.update(nodeTarget(rsaJwk())), cipher.final()])
  }
  refuses('under OAEP with SHA-256', (kek) => {
    const aesKey = randomBytes(32)
    return Buffer.concat([wrappedAes(kek, aesKey, { oaepHash: 'sha256' }), wrappedTarget(aesKey)])
  })
  refuses('under PKCS#1 v1.5', (kek) => {
    const aesKey = randomBytes(32)
    const padding = constants.RSA_PKCS1_PADDING
    return Buffer.concat([wrappedAes(kek, aesKey, { padding }), wrappedTarget(aesKey)])
  })
  refuses('whose AES key has 64 bits', (kek) =>
    Buffer.concat([wrappedAes(kek, randomBytes(8), {}), wrappedTarget(randomBytes(32))]),
  )
  refuses('under AES-KW without padding', (kek) => {
    const aesKey = randomBytes(32)
    const cipher = createCipheriv('id-aes256-wrap', aesKey, Buffer.alloc(8, 0xa6))
    return Buffer.concat([
      wrappedAes(kek, aesKey, {}),
      cipher.update(randomBytes(32)),
      cipher.final(),
    ])
  })
})

describe('importKey of a transfer blob that holds', () => {
  const refuses = (
    title: string,
    jwk: { readonly kty: string; readonly crv?: unknown },
    target: Uint8Array,
    refusal: Refusal,
    trial: Trial = PROFILES,
  ) =>
    itRefuses(
      title,
      (hsm) => {
        const { key } = importKek(hsm)
        const key_hsm = base64url(byok(key.kid, nodeCiphertext(key, target)))
        return () => importKey(hsm, 'content', { ...jwk, key_hsm } as JsonWebKey)
      },
      refusal,
      trial,
    )
  const managedHsm: Trial = { profiles: ['managed-hsm'] }
  const holdsNo = (kind: string, reason: string) =>
    badParameter(
      `The transfer blob does not hold a key of type ${kind}: The DER is damaged: ${reason}.`,
    )

  refuses(
    'a key on a curve where RSA is asked for',
    { kty: 'RSA-HSM' },
    nodeTarget(ecJwk()),
    badParameter('The transfer blob holds a key of type EC, not RSA.'),
  )
  refuses(
    'an RSA key where EC is asked for',
    { kty: 'EC-HSM' },
    nodeTarget(rsaJwk()),
    badParameter('The transfer blob holds a key of type RSA, not EC.'),
  )
  refuses(
    'PKCS#8 where oct is asked for',
    { kty: 'oct-HSM' },
    nodeTarget(ecJwk()),
    badParameter('A key of type oct with 1104 bits cannot be imported.'),
    managedHsm,
  )
  refuses(
    'a symmetric key of 40 bits',
    { kty: 'oct-HSM' },
    new Uint8Array(5),
    badParameter('A key of type oct with 40 bits cannot be imported.'),
    managedHsm,
  )
  refuses(
    'an RSA key of 1024 bits',
    { kty: 'RSA-HSM' },
    RSA_1024,
    badParameter('A key of type RSA with 1024 bits cannot be imported.'),
  )
  refuses(
    'another curve than crv',
    { kty: 'EC-HSM', crv: 'P-384' },
    nodeTarget(ecJwk()),
    badParameter('The transfer blob holds a key on curve P-256, not P-384.'),
  )
  refuses(
    'a curve, with an unknown crv',
    { kty: 'EC-HSM', crv: 'P-192' },
    nodeTarget(ecJwk()),
    badParameter('Invalid crv value: P-192'),
  )
  refuses(
    'a curve, with a crv that is no text',
    { kty: 'EC-HSM', crv: {} },
    nodeTarget(ecJwk()),
    badParameter('Invalid crv value: it must be a string'),
  )
  refuses(
    'bytes where RSA is asked for',
    { kty: 'RSA-HSM' },
    new Uint8Array(32),
    holdsNo('RSA', 'PrivateKeyInfo has bytes after its end'),
  )
  refuses(
    'SEC 1 without PKCS#8 around it',
    { kty: 'EC-HSM' },
    nodeKey(ecJwk()).export({ type: 'sec1', format: 'der' }),
    holdsNo('EC', 'AlgorithmIdentifier is of another type'),
  )
  refuses(
    'PKCS#1 without PKCS#8 around it',
    { kty: 'RSA-HSM' },
    nodeKey(rsaJwk()).export({ type: 'pkcs1', format: 'der' }),
    holdsNo('RSA', 'AlgorithmIdentifier is of another type'),
  )
  refuses(
    'a public key',
    { kty: 'EC-HSM' },
    nodePublicKey(ecJwk() as BundleKey).export({ type: 'spki', format: 'der' }),
    holdsNo('EC', 'the version of PrivateKeyInfo is of another type'),
  )
  refuses(
    'a byte too much',
    { kty: 'EC-HSM' },
    Buffer.concat([nodeTarget(ecJwk()), Buffer.alloc(1)]),
    holdsNo('EC', 'PrivateKeyInfo has bytes after its end'),
  )
  refuses(
    'a symmetric key, in a vault',
    { kty: 'oct-HSM' },
    nodeTarget(octJwk()),
    keyTypeNotSupported('oct-HSM'),
    { profiles: ['vault-premium'] },
  )
})

describe('importKey of a good transfer blob', () => {
  itRefuses(
    'to a name that a deleted key holds',
    (hsm) => {
      const { key } = importKek(hsm)
      createKey(hsm, 'orders', { kty: 'EC-HSM' })
      deleteKey(hsm, 'orders')
      return underKek(hsm, key)
    },
    nameIsDeleted('orders'),
    PROFILES,
  )
  itRefuses(
    'beyond the limit of keys',
    (hsm) => underKek(hsm, importKek(hsm).key),
    forbidden('The limit of 1 keys has been reached.'),
    { ...PROFILES, limits: { keys: 1 } },
  )
  itRefuses(
    'with an operation that its type cannot do',
    (hsm) => {
      const key_hsm = base64url(createTransferBlob(importKek(hsm).key, ecJwk()))
      return () => importKey(hsm, 'orders', { kty: 'EC-HSM', key_ops: ['wrapKey'], key_hsm })
    },
    unsupportedOperations(['wrapKey'], ['sign', 'verify']),
    PROFILES,
  )
  itRefuses(
    'of an unknown type',
    (hsm) => () => importKey(hsm, 'orders', { kty: 'OKP', key_hsm: 'e30' }),
    keyTypeNotSupported('OKP'),
  )
  itRefuses(
    'in a vault that has no keys of an HSM',
    (hsm) => () => importKey(hsm, 'orders', { kty: 'RSA', key_hsm: 'e30' }),
    HARDWARE_KEY,
    { profiles: ['vault-standard'] },
  )
  itRefuses(
    'without a type',
    (hsm) => () => importKey(hsm, 'orders', { key_hsm: 'e30' } as JsonWebKey),
    badParameter('The property "key" must be a valid JsonWebKey object.'),
  )
})
