// The other side of every exchange: what a program without an HSM does with Web Crypto.

const { subtle } = crypto

const RS256 = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
const PS256 = { name: 'RSA-PSS', hash: 'SHA-256' }
const OAEP = { name: 'RSA-OAEP', hash: 'SHA-256' }
const P256 = { name: 'ECDSA', namedCurve: 'P-256' }
const ES256 = { name: 'ECDSA', hash: 'SHA-256' }

/** The public half of a key in the HSM. `-HSM` says where the private half is; RFC 7518 knows the type without it. */
const publicJwkOf = ({ key: { kty, n, e, crv, x, y } }) =>
  kty.startsWith('RSA') ? { kty: 'RSA', n, e } : { kty: 'EC', crv, x, y }

const importPublic = (bundle, algorithm, usage) =>
  subtle.importKey('jwk', publicJwkOf(bundle), algorithm, true, [usage])

/** Whether two bundles, or a bundle and a CryptoKey, have the same public half. */
export const hasPublicHalf = async (bundle, publicKey) => {
  const { kty, n, e, crv, x, y } = await subtle.exportKey('jwk', publicKey)
  return (
    JSON.stringify(publicJwkOf(bundle)) ===
    JSON.stringify(publicJwkOf({ key: { kty, n, e, crv, x, y } }))
  )
}

/** The public key of a PEM file. */
export function publicKeyOfPem(pem) {
  const base64 = pem.replaceAll(/-----[^-]+-----|\s/g, '')
  const spki = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
  return subtle.importKey('spki', spki, RS256, true, ['verify'])
}

/** What an HSM signs. */
export const digestOf = async (message) => new Uint8Array(await subtle.digest('SHA-256', message))

/** Whether a signature of the message, not of its digest, is right by the public half in a bundle. */
export const verifies = {
  RS256: async (bundle, message, signature) =>
    subtle.verify(RS256, await importPublic(bundle, RS256, 'verify'), signature, message),
  PS256: async (bundle, message, signature) =>
    subtle.verify(
      { ...PS256, saltLength: 32 },
      await importPublic(bundle, PS256, 'verify'),
      signature,
      message,
    ),
  ES256: async (bundle, message, signature) =>
    subtle.verify(ES256, await importPublic(bundle, P256, 'verify'), signature, message),
}

/** A key pair on P-256 of Web Crypto's making, its private JWK, and what it signs. */
export async function makeTwin() {
  const { privateKey, publicKey } = await subtle.generateKey(P256, true, ['sign', 'verify'])
  // Web Crypto's `key_ops` names what its own key object may do: one half of what the pair can.
  const { kty, crv, x, y, d } = await subtle.exportKey('jwk', privateKey)
  return {
    publicKey,
    jwk: { kty, crv, x, y, d },
    sign: async (message) => new Uint8Array(await subtle.sign(ES256, privateKey, message)),
    verify: (message, signature) => subtle.verify(ES256, publicKey, signature, message),
  }
}

/** Encrypts for the public half in a bundle with RSA-OAEP-256. */
export const encryptsForBundle = async (bundle, bytes) =>
  new Uint8Array(await subtle.encrypt(OAEP, await importPublic(bundle, OAEP, 'encrypt'), bytes))

/** An RSA key of Web Crypto's making: its private JWK, and what it decrypts with RSA-OAEP-256. */
export async function makeRsaKey() {
  const algorithm = { ...OAEP, modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1) }
  const { privateKey } = await subtle.generateKey(algorithm, true, ['encrypt', 'decrypt'])
  const { alg, key_ops, ext, ...jwk } = await subtle.exportKey('jwk', privateKey)
  return {
    jwk,
    decrypt: async (bytes) => new Uint8Array(await subtle.decrypt(OAEP, privateKey, bytes)),
  }
}

/** Encrypts with A256GCM. */
export async function encryptsGcm(bytes, value, aad) {
  const iv = crypto.getRandomValues(new Uint8Array(12))
  const key = await subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt'])
  const sealed = await subtle.encrypt({ name: 'AES-GCM', iv, additionalData: aad }, key, value)
  const tagAt = sealed.byteLength - 16
  return { value: new Uint8Array(sealed, 0, tagAt), tag: new Uint8Array(sealed, tagAt), iv, aad }
}

/** Decrypts A256GCM; rejects when the tag is wrong. */
export async function decryptsGcm(bytes, { value, iv, tag, aad }) {
  const key = await subtle.importKey('raw', bytes, 'AES-GCM', false, ['decrypt'])
  const sealed = Uint8Array.of(...value, ...tag)
  return new Uint8Array(
    await subtle.decrypt({ name: 'AES-GCM', iv, additionalData: aad }, key, sealed),
  )
}

/** Wraps a key with A256KW. */
export async function wrapsAesKw(bytes, contentKey) {
  const kek = await subtle.importKey('raw', bytes, 'AES-KW', false, ['wrapKey'])
  const key = await subtle.importKey('raw', contentKey, 'AES-GCM', true, ['encrypt'])
  return new Uint8Array(await subtle.wrapKey('raw', key, kek, 'AES-KW'))
}

/** Unwraps a key with A256KW; rejects when it was not wrapped with this one. */
export async function unwrapsAesKw(bytes, wrapped) {
  const kek = await subtle.importKey('raw', bytes, 'AES-KW', false, ['unwrapKey'])
  const key = await subtle.unwrapKey('raw', wrapped, kek, 'AES-KW', 'AES-GCM', true, ['encrypt'])
  return new Uint8Array(await subtle.exportKey('raw', key))
}
