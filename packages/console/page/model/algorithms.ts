/** Which algorithms a key has, for the choices of the page; the HSM decides. */

/** An operation with a key. */
export type CryptoOperation =
  | 'encrypt'
  | 'decrypt'
  | 'sign'
  | 'verify'
  | 'wrapKey'
  | 'unwrapKey'
  | 'secureWrapKey'
  | 'secureUnwrapKey'
  | 'releaseKey'

/** The operations with a key, with the name of each. */
export const CRYPTO_OPERATIONS: Readonly<Record<CryptoOperation, string>> = {
  encrypt: 'Encrypt',
  decrypt: 'Decrypt',
  sign: 'Sign',
  verify: 'Verify',
  wrapKey: 'Wrap key',
  unwrapKey: 'Unwrap key',
  secureWrapKey: 'Secure wrap key',
  secureUnwrapKey: 'Secure unwrap key',
  releaseKey: 'Release key',
}

/** What decides about a key's algorithms. */
export interface AlgorithmKey {
  readonly kty: string
  readonly crv?: string
  readonly keySize?: number
  /** The parameter set of ML-DSA. */
  readonly alg?: string
  /** Of a key that an external key manager has. */
  readonly externalKey?: { readonly id: string }
  readonly attributes?: { readonly exportable: boolean }
}

const RSA_ENCRYPTION = ['RSA-OAEP-256', 'RSA-OAEP', 'RSA1_5']
const RSA_SIGNATURE = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']
const EC_SIGNATURE: Readonly<Record<string, string>> = {
  'P-256': 'ES256',
  'P-384': 'ES384',
  'P-521': 'ES512',
  'P-256K': 'ES256K',
}

type Family = 'encryption' | 'signature' | 'wrapping' | 'secureWrapping'

const FAMILY: Readonly<Record<Exclude<CryptoOperation, 'releaseKey'>, Family>> = {
  encrypt: 'encryption',
  decrypt: 'encryption',
  sign: 'signature',
  verify: 'signature',
  wrapKey: 'wrapping',
  unwrapKey: 'wrapping',
  secureWrapKey: 'secureWrapping',
  secureUnwrapKey: 'secureWrapping',
}

/** How a released key is encrypted for its target. */
const RELEASE_ENCRYPTION = ['CKM_RSA_AES_KEY_WRAP', 'RSA_AES_KEY_WRAP_256', 'RSA_AES_KEY_WRAP_384']

/** The kind of a type: `EC-HSM` is `EC`. */
export const kindOf = (kty: string): string => kty.replace(/-HSM$/, '')

const ALGORITHMS: Readonly<
  Record<string, (key: AlgorithmKey) => Readonly<Partial<Record<Family, readonly string[]>>>>
> = {
  RSA: () => ({
    encryption: RSA_ENCRYPTION,
    wrapping: RSA_ENCRYPTION,
    secureWrapping: ['RSA-OAEP-256'],
    signature: RSA_SIGNATURE,
  }),
  AKP: ({ alg }) => ({ signature: [alg ?? []].flat() }),
  EC: ({ crv = '' }) => ({ signature: [EC_SIGNATURE[crv] ?? []].flat() }),
  oct: ({ keySize = 256 }) => ({
    encryption: [`A${keySize}GCM`, `A${keySize}CBCPAD`, `A${keySize}CBC`],
    wrapping: [`A${keySize}KW`, 'CKM_AES_KEY_WRAP', 'CKM_AES_KEY_WRAP_PAD'],
    secureWrapping: [
      `A${keySize}KW`,
      `A${keySize}KWPAD`,
      'CKM_AES_KEY_WRAP',
      'CKM_AES_KEY_WRAP_PAD',
    ],
    signature: ['HS256', 'HS384', 'HS512'],
  }),
}

/** External keys wrap and unwrap, and that by these. */
const EXTERNAL_WRAPPING: Readonly<Record<string, readonly string[]>> = {
  RSA: ['RSA-OAEP-256', 'RSA-OAEP'],
  oct: ['A256KW', 'A256KWP'],
}

/**
 * The algorithms of a key for an operation, the usual one first; none if the key has none.
 *
 * @param profile - Only a Managed HSM makes wrapped keys.
 */
export function algorithmsOf(
  key: AlgorithmKey,
  operation: CryptoOperation,
  profile = 'managed-hsm',
): readonly string[] {
  if (key.externalKey !== undefined) {
    const wraps = operation === 'wrapKey' || operation === 'unwrapKey'
    return wraps ? (EXTERNAL_WRAPPING[kindOf(key.kty)] ?? []) : []
  }
  if (operation === 'releaseKey') return key.attributes?.exportable ? RELEASE_ENCRYPTION : []
  if (FAMILY[operation] === 'secureWrapping' && profile !== 'managed-hsm') return []
  return ALGORITHMS[kindOf(key.kty)]?.(key)[FAMILY[operation]] ?? []
}

/** Whether the HSM signs the message itself. */
export const signsMessage = (alg: string): boolean => alg.startsWith('ML-DSA')

/** The digest that a signature algorithm signs, by its name in Web Crypto. */
export function digestOf(alg: string): 'SHA-256' | 'SHA-384' | 'SHA-512' {
  if (alg.includes('384')) return 'SHA-384'
  return alg.includes('512') ? 'SHA-512' : 'SHA-256'
}
