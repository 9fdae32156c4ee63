/** The key of a trusted execution environment, and what its software does with a released or unwrapped key. */

import {
  bytesToUtf8,
  exportJwk,
  findRsaAesKeyWrapAlgorithm,
  fromBase64,
  fromBase64url,
  generateKey,
  importCertificateKey,
  isCryptoError,
  type JsonWebKey,
  jwkThumbprint,
  type RandomSource,
  type RsaKey,
  rsaOaepDecrypt,
  toBase64url,
  toPublicJwk,
  unwrapRsaAes,
} from '@pocket-hsm/crypto'
import { hostRandom } from '../host.ts'
import { badParameter, type HsmError } from '../hsm-error.ts'
import { type KeyType, kindOf } from '../service/profiles.ts'
import { fromPrivateBytes } from '../state/private-bytes.ts'
import { isSignedBy, parseJws } from './jws.ts'

/** The key pair of an enclave. Its private half cannot be reached or printed from it. */
export interface EnclaveKey {
  /** The public half, for attestation tokens: RSA of 2048 bits, with its thumbprint (RFC 7638) as `kid`. */
  readonly publicJwk: JsonWebKey & { readonly kid: string }
  /**
   * Opens what {@link releaseKey} returned.
   *
   * Sees that the first certificate of `x5c` verifies the JWS, and unwraps the key. Which root is to be trusted it
   * cannot know: that is the caller's to see.
   *
   * @param value - The JWS in compact form.
   * @returns The private or symmetric key in clear, with its key identifier as `kid`.
   * @throws {@link HsmError} 400 `BadParameter` - not a release, one that was changed, or one for another enclave.
   */
  readonly openRelease: (value: string) => JsonWebKey
  /**
   * Opens what {@link secureUnwrapKey} returned.
   *
   * @param value - The encrypted key.
   * @returns The bytes of the key in clear.
   * @throws {@link HsmError} 400 `BadParameter` - not an encrypted key, one that was changed, or one for another enclave.
   */
  readonly openUnwrappedKey: (value: Uint8Array) => Uint8Array
}

/**
 * Makes the key pair of an enclave.
 *
 * @param random - The source of the key. Defaults to the host's generator.
 * @see Azure Key Vault secure key release; PKCS #11 v3.1 section 6.1.9, CKM_RSA_AES_KEY_WRAP
 *
 * @example
 * ```ts
 * import { createEnclaveKey } from 'pocket-hsm'
 *
 * createEnclaveKey().publicJwk.kty // 'RSA'
 * ```
 */
export function createEnclaveKey(random: RandomSource = hostRandom): EnclaveKey {
  const key = generateKey({ kty: 'RSA', bits: 2048 }, random) as RsaKey
  const members = toPublicJwk(key)
  const kid = toBase64url(jwkThumbprint(members))
  return Object.freeze({
    publicJwk: { ...members, kid },
    openRelease: (value: string) => {
      try {
        return openRelease(value, key)
      } catch (error) {
        if (isCryptoError(error) || error instanceof SyntaxError) throw notRelease(error.message)
        throw error
      }
    },
    openUnwrappedKey: (value: Uint8Array) => {
      try {
        return rsaOaepDecrypt(key, { hash: 'SHA-256' }, value)
      } catch (error) {
        if (isCryptoError(error)) throw badParameter('The unwrapped key cannot be opened.')
        throw error
      }
    },
  })
}

function openRelease(value: string, enclaveKey: RsaKey): JsonWebKey {
  const jws = parseJws(value)
  const x5c = jws?.header['x5c']
  const certificate = Array.isArray(x5c) ? x5c[0] : undefined
  if (jws === undefined || typeof certificate !== 'string')
    throw notRelease('it is no JWS with x5c')
  if (!isSignedBy(jws, importCertificateKey(fromBase64(certificate)))) {
    throw notRelease('its certificate does not verify it')
  }
  const member = (name: string) => textAt(jws.claims, ['response', 'key', 'key', name])
  const keyHsm: unknown = JSON.parse(bytesToUtf8(fromBase64url(member('key_hsm'))))
  const algorithm = findRsaAesKeyWrapAlgorithm(textAt(keyHsm, ['header', 'enc']))
  if (algorithm === undefined) throw notRelease('its algorithm is not known')
  const wrapped = fromBase64url(textAt(keyHsm, ['ciphertext']))
  const bytes = unwrapRsaAes(enclaveKey, algorithm, wrapped)
  const key = fromPrivateBytes(kindOf(member('kty') as KeyType), bytes)
  return { kid: member('kid'), ...exportJwk(key) }
}

function textAt(value: unknown, path: readonly string[]): string {
  const found = path.reduce(
    (at: unknown, name) =>
      typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[name] : undefined,
    value,
  )
  if (typeof found === 'string') return found
  throw notRelease(`${path.join('.')} is missing`)
}

const notRelease = (problem: string): HsmError =>
  badParameter(`The release cannot be opened: ${problem}`)
