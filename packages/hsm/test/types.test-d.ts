/** The types that editors show: names and sizes complete, misspelt literals do not compile, plain values pass. */

import {
  addToRsaPool,
  buildHsm,
  type ComingCall,
  type CreateKeyParameters,
  createHsm,
  createKey,
  createRsaPool,
  type DecryptParameters,
  decrypt,
  type EncryptParameters,
  encrypt,
  type FreshRsaKeys,
  fillRsaPool,
  type Hsm,
  type KeyBundle,
  type KeyOperationResult,
  missingRsaKey,
  type ReleaseKeyParameters,
  type RsaPoolRequest,
  releaseKey,
  type SignParameters,
  sign,
  type UnwrapKeyParameters,
  unwrapKey,
  type VerifyParameters,
  verify,
  type WrapKeyParameters,
  wrapKey,
} from '../src/index.ts'

declare const text: string
declare const size: number
declare const maybeText: string | undefined
declare const maybeSize: number | undefined
const value = new Uint8Array(32)
const digest = value
const hsm = createHsm()

// createKey: type, size and curve.
createKey(hsm, 'k', { kty: 'RSA-HSM', keySize: 3072, publicExponent: 3 })
createKey(hsm, 'k', { kty: 'oct', keySize: 128 })
createKey(hsm, 'k', { kty: 'EC', crv: 'P-256K', keyOps: ['sign'], attributes: { exp: size } })
createKey(hsm, 'k', { kty: 'EC', crv: undefined, keySize: undefined })
createKey(hsm, 'k', { kty: text, keySize: size, crv: text })
createKey(hsm, 'k', { kty: 'EC', keySize: maybeSize, crv: maybeText })
for (const kty of ['RSA', 'EC'] as const) createKey(hsm, 'k', { kty })
for (const keySize of [2048, 4096]) createKey(hsm, 'k', { kty: 'RSA', keySize })
// @ts-expect-error: misspelt
createKey(hsm, 'k', { kty: 'rsa-hsm' })
// @ts-expect-error: one of the two is misspelt
createKey(hsm, 'k', { kty: text === '' ? 'EC' : 'ES' })
// @ts-expect-error: a size that no type has
createKey(hsm, 'k', { kty: 'RSA', keySize: 2047 })
// @ts-expect-error: misspelt
createKey(hsm, 'k', { kty: 'EC', crv: 'p-256' })
// @ts-expect-error: a number is not a curve
createKey(hsm, 'k', { kty: 'EC', crv: size })
// @ts-expect-error: text is not a size
createKey(hsm, 'k', { kty: 'RSA', keySize: '2048' })
// @ts-expect-error: misspelt operation
createKey(hsm, 'k', { kty: 'EC', keyOps: ['Sign'] })
// @ts-expect-error: no such member
createKey(hsm, 'k', { kty: 'RSA', keysize: 2048 })
// @ts-expect-error: no such attribute
createKey(hsm, 'k', { kty: 'RSA', attributes: { expires: size } })
// @ts-expect-error: the type is missing
createKey(hsm, 'k', { keySize: 2048 })
const annotated: CreateKeyParameters = { kty: text, keySize: size, crv: text }
createKey(hsm, 'k', annotated)
createKey(hsm, 'k', { ...annotated, kty: 'EC' })
export const kty: string = annotated.kty
export const keySize: number | undefined = annotated.keySize
const creating: (hsm: Hsm, name: string, parameters: CreateKeyParameters) => KeyBundle = createKey
creating(hsm, 'k', annotated)
missingRsaKey(hsm, { operation: 'createKey', name: 'k', parameters: { kty: 'RSA', keySize: 4096 } })
missingRsaKey(hsm, { operation: 'createKey', name: 'k', parameters: annotated })
// @ts-expect-error: misspelt
missingRsaKey(hsm, { operation: 'createKey', name: 'k', parameters: { kty: 'rsa' } })
const coming: ComingCall = { operation: 'createKey', name: text, parameters: annotated }
missingRsaKey(hsm, coming)

// Fixtures: the curve is checked, the size may come from JSON.
buildHsm({ seed: text, keys: [{ name: 'k', versions: [{ kty: 'RSA', keySize: size }] }] })
// @ts-expect-error: misspelt
buildHsm({ seed: text, keys: [{ name: 'k', versions: [{ kty: 'EC', crv: 'p-256' }] }] })

// The pool: the sizes of RSA keys.
const pool = createRsaPool()
fillRsaPool(pool, [{ keySize: 2048, count: 3 }, { keySize: 4096, seed: text, name: 'k' }, {}])
fillRsaPool(pool, [{ keySize: size, place: text }], { atMost: 1 })
fillRsaPool(pool, [])
addToRsaPool(pool, value)
// @ts-expect-error: a size that no RSA key has
fillRsaPool(pool, [{ keySize: 2047 }])
// @ts-expect-error: the second size is wrong
fillRsaPool(pool, [{ keySize: 2048 }, { keySize: 256 }])
// @ts-expect-error: no such member
fillRsaPool(pool, [{ keySize: 2048, amount: 3 }])
const requests: readonly RsaPoolRequest[] = [{ keySize: size }, { keySize: 3072 }]
fillRsaPool(pool, requests)
const fresh: FreshRsaKeys = { keySize: size }
fillRsaPool(pool, [fresh])

// encrypt and decrypt
encrypt(hsm, 'k', { alg: 'A256GCM', value, aad: value })
encrypt(hsm, 'k', { alg: 'RSA-OAEP-256', value })
encrypt(hsm, 'k', { alg: text, value })
// @ts-expect-error: misspelt
encrypt(hsm, 'k', { alg: 'A256-GCM', value })
// @ts-expect-error: it signs
encrypt(hsm, 'k', { alg: 'ES256', value })
// @ts-expect-error: no such member
encrypt(hsm, 'k', { alg: 'A256GCM', value, nonce: value })
// @ts-expect-error: the value is missing
encrypt(hsm, 'k', { alg: 'A256GCM' })
const toEncrypt: EncryptParameters = { alg: text, value }
decrypt(hsm, 'k', encrypt(hsm, 'k', toEncrypt))
decrypt(hsm, 'k', { ...encrypt(hsm, 'k', toEncrypt), alg: 'A128CBCPAD' })
// @ts-expect-error: misspelt
decrypt(hsm, 'k', { alg: 'a256gcm', value })
// @ts-expect-error: it wraps
decrypt(hsm, 'k', { alg: 'A256KW', value })
// @ts-expect-error: no such member
decrypt(hsm, 'k', { alg: 'A256GCM', value, authTag: value })
const toDecrypt: DecryptParameters = { alg: text, value, iv: value, tag: value }
decrypt(hsm, 'k', toDecrypt)

// sign and verify
sign(hsm, 'k', { alg: 'ES256', value })
sign(hsm, 'k', { alg: 'HS512', value })
sign(hsm, 'k', { alg: text, value })
sign(hsm, 'k', { alg: `ES${size}`, value })
for (const alg of ['ES256', 'RS256'] as const) sign(hsm, 'k', { alg, value })
for (const alg of ['ES256', 'RS256']) sign(hsm, 'k', { alg, value })
// @ts-expect-error: misspelt
sign(hsm, 'k', { alg: 'es256', value })
// @ts-expect-error: it wraps
sign(hsm, 'k', { alg: 'A256KW', value })
// @ts-expect-error: a number is not a name
sign(hsm, 'k', { alg: size, value })
// @ts-expect-error: possibly undefined
sign(hsm, 'k', { alg: maybeText, value })
// @ts-expect-error: no such member
sign(hsm, 'k', { alg: 'ES256', value, digest })
const toSign: SignParameters = { alg: text, value }
sign(hsm, 'k', toSign)
const signing: (hsm: Hsm, key: string, parameters: SignParameters) => KeyOperationResult = sign
verify(hsm, 'k', { ...signing(hsm, 'k', toSign), digest })
verify(hsm, 'k', { alg: 'PS256', digest, value })
// @ts-expect-error: misspelt
verify(hsm, 'k', { alg: 'PS-256', digest, value })
// @ts-expect-error: no such member
verify(hsm, 'k', { alg: 'PS256', digest, signature: value })
const toVerify: VerifyParameters = { alg: text, digest, value }
verify(hsm, 'k', toVerify)

// wrapKey and unwrapKey
wrapKey(hsm, 'k', { alg: 'CKM_AES_KEY_WRAP_PAD', value })
wrapKey(hsm, 'k', { alg: text, value })
// @ts-expect-error: misspelt
wrapKey(hsm, 'k', { alg: 'A256WK', value })
// @ts-expect-error: it encrypts
wrapKey(hsm, 'k', { alg: 'A256GCM', value })
// @ts-expect-error: no such member
wrapKey(hsm, 'k', { alg: 'A256KW', value, iv: value })
const toWrap: WrapKeyParameters = { alg: text, value }
unwrapKey(hsm, 'k', wrapKey(hsm, 'k', toWrap))
unwrapKey(hsm, 'k', { alg: 'RSA-OAEP', value })
// @ts-expect-error: misspelt
unwrapKey(hsm, 'k', { alg: 'RSA_OAEP', value })
// @ts-expect-error: no such member
unwrapKey(hsm, 'k', { alg: 'A256KW', value, iv: value })
const toUnwrap: UnwrapKeyParameters = { alg: text, value }
unwrapKey(hsm, 'k', toUnwrap)

// releaseKey
releaseKey(hsm, 'k', { target: text })
releaseKey(hsm, 'k', { target: text, enc: 'RSA_AES_KEY_WRAP_384', nonce: text })
releaseKey(hsm, 'k', { target: text, enc: maybeText })
// @ts-expect-error: misspelt
releaseKey(hsm, 'k', { target: text, enc: 'RSA_AES_KEY_WRAP_265' })
// @ts-expect-error: no such member
releaseKey(hsm, 'k', { target: text, encryption: 'RSA_AES_KEY_WRAP_384' })
const toRelease: ReleaseKeyParameters = { target: text, enc: text }
releaseKey(hsm, 'k', toRelease)
