/** Which algorithms a key has, for the choices of the page; the HSM decides. */

/** An operation with bytes. */
export type CryptoOperation = 'encrypt' | 'decrypt' | 'sign' | 'verify' | 'wrapKey' | 'unwrapKey'

/** The operations with bytes, with the name of each. */
export const CRYPTO_OPERATIONS: Readonly<Record<CryptoOperation, string>> = {
  encrypt: 'Encrypt',
  decrypt: 'Decrypt',
  sign: 'Sign',
  verify: 'Verify',
  wrapKey: 'Wrap key',
  unwrapKey: 'Unwrap key',
}

/** What decides about a key's algorithms. */
export interface AlgorithmKey {
  readonly kty: string
  readonly crv?: string
  readonly keySize?: number
}

const RSA_ENCRYPTION = ['RSA-OAEP-256', 'RSA-OAEP', 'RSA1_5']
const RSA_SIGNATURE = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']
const EC_SIGNATURE: Readonly<Record<string, string>> = {
  'P-256': 'ES256',
  'P-384': 'ES384',
  'P-521': 'ES512',
  'P-256K': 'ES256K',
}

type Family = 'encryption' | 'signature' | 'wrapping'

const FAMILY: Readonly<Record<CryptoOperation, Family>> = {
  encrypt: 'encryption',
  decrypt: 'encryption',
  sign: 'signature',
  verify: 'signature',
  wrapKey: 'wrapping',
  unwrapKey: 'wrapping',
}

/** The kind of a type: `EC-HSM` is `EC`. */
export const kindOf = (kty: string): string => kty.replace(/-HSM$/, '')

const ALGORITHMS: Readonly<
  Record<string, (key: AlgorithmKey) => Readonly<Partial<Record<Family, readonly string[]>>>>
> = {
  RSA: () => ({ encryption: RSA_ENCRYPTION, wrapping: RSA_ENCRYPTION, signature: RSA_SIGNATURE }),
  EC: ({ crv = '' }) => ({ signature: [EC_SIGNATURE[crv] ?? []].flat() }),
  oct: ({ keySize = 256 }) => ({
    encryption: [`A${keySize}GCM`, `A${keySize}CBCPAD`, `A${keySize}CBC`],
    wrapping: [`A${keySize}KW`, 'CKM_AES_KEY_WRAP', 'CKM_AES_KEY_WRAP_PAD'],
    signature: ['HS256', 'HS384', 'HS512'],
  }),
}

/** The algorithms of a key for an operation, the usual one first; none if the key has none. */
export function algorithmsOf(key: AlgorithmKey, operation: CryptoOperation): readonly string[] {
  return ALGORITHMS[kindOf(key.kty)]?.(key)[FAMILY[operation]] ?? []
}

/** The digest that a signature algorithm signs, by its name in Web Crypto. */
export function digestOf(alg: string): 'SHA-256' | 'SHA-384' | 'SHA-512' {
  if (alg.includes('384')) return 'SHA-384'
  return alg.includes('512') ? 'SHA-512' : 'SHA-256'
}
