/** The owner's side of bring your own key: what a tool of the source HSM does to let a key out. */

import {
  importJwk,
  isCryptoError,
  type JsonWebKey,
  type RandomSource,
  type RsaKey,
  wrapRsaAes,
} from '@pocket-hsm/crypto'
import { hostRandom } from '../host.ts'
import { badParameter } from '../hsm-error.ts'
import { parseJwk } from '../keys/jwk-input.ts'
import { checkOptions, OPTION_CHECKS, optionTable } from '../options/check-options.ts'
import { PROFILES } from '../service/profiles.ts'
import { toPrivateBytes } from '../state/private-bytes.ts'
import { parseKekIdentifier, serializeTransferBlob, TRANSFER_ALGORITHM } from './transfer-blob.ts'

/** The public part of a KEK: the `key` of its bundle has these members. */
export interface TransferKek {
  /** The key identifier, with its version. */
  readonly kid: string
  /** RSA modulus, base64url. */
  readonly n?: string | undefined
  /** RSA public exponent, base64url. */
  readonly e?: string | undefined
}

/** How a transfer blob is made. Everything has a default. */
export interface TransferBlobOptions {
  /** Free text that names the tool that made the blob. Defaults to `pocket-hsm`. */
  readonly generator?: string | undefined
  /** Size in bits of the AES key between KEK and key. Defaults to 256. */
  readonly aesKeyBits?: 128 | 192 | 256 | undefined
  /** The source of the AES key and of OAEP's seed. Defaults to the host's generator. */
  readonly random?: RandomSource | undefined
}

/**
 * Wraps a key into the `.byok` file that {@link importKey} takes as `key_hsm`, under the public part of a KEK.
 *
 * Needs no HSM: it is the other side's work. Nothing is kept or changed.
 *
 * @param kek - The KEK's bundle's `key`, or its `kid`, `n` and `e`.
 * @param key - A private key as a JWK, a symmetric one with `k`; or the bytes to wrap as they are: a symmetric key,
 *   or PKCS#8 DER.
 * @returns The bytes of the file, UTF-8 JSON. Base64url makes a `key_hsm` of them.
 * @throws {@link HsmError} 400 `BadParameter` - a `kid` that is not a key identifier with a version, `n` and `e` that
 *   are no RSA public key, a key that is not valid or has no private part, no bytes, or an option outside its values.
 * @see Azure Key Vault "Bring your own key specification"; PKCS #11 v3.1 section 6.1.9, CKM_RSA_AES_KEY_WRAP
 *
 * @example
 * ```ts
 * import { createHsm, createKey, createTransferBlob, importKey } from 'pocket-hsm'
 *
 * const hsm = createHsm()
 * const kek = createKey(hsm, 'kek', { kty: 'RSA-HSM', keyOps: ['import'] })
 * const blob = createTransferBlob(kek.key, { kty: 'oct', k: 'AAECAwQFBgcICQoLDA0ODw' })
 * const key_hsm = Buffer.from(blob).toString('base64url')
 * importKey(hsm, 'content', { kty: 'oct-HSM', key_hsm }).key.kty // 'oct-HSM'
 * ```
 */
export function createTransferBlob(
  kek: TransferKek,
  key: JsonWebKey | Uint8Array,
  options: TransferBlobOptions = {},
): Uint8Array {
  checkOptions('createTransferBlob', options, OPTIONS)
  const { generator = 'pocket-hsm', aesKeyBits = 256, random = hostRandom } = options
  try {
    const kid = parseKekIdentifier(kek?.kid)
    const publicKey = importJwk({ kty: 'RSA', n: kek.n, e: kek.e }) as RsaKey
    const target =
      key instanceof Uint8Array ? key : toPrivateBytes(parseJwk(key, PROFILES['vault-premium']))
    const ciphertext = wrapRsaAes(publicKey, TRANSFER_ALGORITHM, target, aesKeyBits, random)
    return serializeTransferBlob({ kid, ciphertext }, generator)
  } catch (error) {
    throw isCryptoError(error) ? badParameter(error.message) : error
  }
}

const OPTIONS = optionTable<TransferBlobOptions>({
  generator: OPTION_CHECKS.string,
  aesKeyBits: OPTION_CHECKS.number,
  random: OPTION_CHECKS.function,
})
