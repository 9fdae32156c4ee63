/** The types that editors show: names complete, misspelt literals do not compile, results are narrowed. */

import {
  type AES_ALGORITHMS,
  type AesGcmAlgorithm,
  type AkpPrivateKey,
  type Algorithm,
  type AlgorithmName,
  type AlgorithmNameFor,
  EC_ALGORITHMS,
  type EcdsaAlgorithm,
  type EcPrivateKey,
  findAlgorithm,
  findRsaAesKeyWrapAlgorithm,
  generateKey,
  type KeySpec,
  type KnownLiteral,
  makeRsaKey,
  type OctKey,
  type RSA_AES_KEY_WRAP_ALGORITHMS,
  RSA_ALGORITHMS,
  type RsaAesKeyWrapAlgorithm,
  type RsaKeySpec,
  type RsaPkcs1SignatureAlgorithm,
  type RsaPrivateKey,
  type RsaPssAlgorithm,
  Secret,
} from '../src/index.ts'

/** Compiles only if both types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const same = <A, B>(_: Same<A, B>): void => undefined

declare const text: string
declare const size: number
declare const spec: KeySpec
declare const rsaSpec: RsaKeySpec
const random = (length: number) => new Uint8Array(length)

// Tables: every row is present, and has the type of its scheme.
same<typeof RSA_ALGORITHMS.RS256, RsaPkcs1SignatureAlgorithm>(true)
same<typeof RSA_ALGORITHMS.PS256, RsaPssAlgorithm>(true)
same<typeof EC_ALGORITHMS.ES256K, EcdsaAlgorithm>(true)
same<typeof AES_ALGORITHMS.A128GCM, AesGcmAlgorithm>(true)
same<typeof RSA_AES_KEY_WRAP_ALGORITHMS.RSA_AES_KEY_WRAP_256, RsaAesKeyWrapAlgorithm>(true)
// @ts-expect-error: no such row
EC_ALGORITHMS.es256
// @ts-expect-error: a row of another table
EC_ALGORITHMS.RS256
// @ts-expect-error: names from the wire go through findAlgorithm
RSA_ALGORITHMS[text]

// findAlgorithm: a literal gives its row, a string may have none.
same<ReturnType<typeof es256>, EcdsaAlgorithm>(true)
function es256() {
  return findAlgorithm('ES256')
}
same<ReturnType<typeof pssOrGcm>, RsaPssAlgorithm | AesGcmAlgorithm>(true)
function pssOrGcm(alg: 'PS512' | 'A256GCM') {
  return findAlgorithm(alg)
}
same<ReturnType<typeof anyName>, Algorithm>(true)
function anyName(alg: AlgorithmName) {
  return findAlgorithm(alg)
}
same<ReturnType<typeof fromTheWire>, Algorithm | undefined>(true)
function fromTheWire() {
  return findAlgorithm(text)
}
// @ts-expect-error: a misspelt name
findAlgorithm('es256')
// @ts-expect-error: one of the two is misspelt
findAlgorithm(text === '' ? 'ES256' : 'ES265')
// @ts-expect-error: not a string
findAlgorithm(size)
findRsaAesKeyWrapAlgorithm('RSA_AES_KEY_WRAP_256').hash
// @ts-expect-error: possibly undefined
findRsaAesKeyWrapAlgorithm(text).hash
// @ts-expect-error: a misspelt name
findRsaAesKeyWrapAlgorithm('RSA_AES_KEY_WRAP_265')

// AlgorithmNameFor: the names of one operation.
same<AlgorithmNameFor<'sign'>, AlgorithmNameFor<'verify'>>(true)
// @ts-expect-error: RS256 does not encrypt
export const encryption: AlgorithmNameFor<'encrypt'> = 'RS256'

// KnownLiteral in the parameters of a function.
interface SignParameters<Alg extends string = string, Size extends number = number> {
  readonly alg: KnownLiteral<AlgorithmNameFor<'sign'>, Alg>
  readonly keySize?: KnownLiteral<2048 | 3072 | 4096, Size> | undefined
}
declare function sign<Alg extends string, Size extends number>(
  parameters: SignParameters<Alg, Size>,
): void

sign({ alg: 'ES256' })
sign({ alg: 'ES256', keySize: 2048 })
sign({ alg: text, keySize: size })
sign({ alg: `ES${size}` })
sign({ alg: 'ES256', keySize: undefined })
for (const alg of ['ES256', 'RS256'] as const) sign({ alg })
for (const alg of ['ES256', 'RS256']) sign({ alg })
// @ts-expect-error: a misspelt name
sign({ alg: 'es256' })
// @ts-expect-error: a name of another operation
sign({ alg: 'A128KW' })
// @ts-expect-error: a size that is not offered
sign({ alg: 'ES256', keySize: 2047 })
// @ts-expect-error: no such parameter
sign({ alg: 'ES256', keysize: 2048 })
// @ts-expect-error: a number is not a name
sign({ alg: size })
const annotated: SignParameters = { alg: text, keySize: size }
sign(annotated)
sign({ ...annotated, alg: 'PS256' })
export const asString: string = annotated.alg
export const asNumber: number | undefined = annotated.keySize
const higherOrder: (parameters: SignParameters) => void = sign
higherOrder(annotated)

// generateKey: the type of the key follows from the spec, and the private part is present.
same<ReturnType<typeof rsaKey>, RsaPrivateKey>(true)
function rsaKey() {
  return generateKey({ kty: 'RSA', bits: 2048 }, random)
}
same<ReturnType<typeof ecKey>, EcPrivateKey>(true)
function ecKey() {
  return generateKey({ kty: 'EC', crv: 'P-256' }, random)
}
same<ReturnType<typeof octKey>, OctKey>(true)
function octKey() {
  return generateKey({ kty: 'oct', bits: 256 }, random)
}
same<ReturnType<typeof akpKey>, AkpPrivateKey>(true)
function akpKey() {
  return generateKey({ kty: 'AKP', alg: 'ML-DSA-65' }, random)
}
same<ReturnType<typeof anyKey>, RsaPrivateKey | EcPrivateKey | OctKey | AkpPrivateKey>(true)
function anyKey() {
  return generateKey(spec, random)
}
makeRsaKey(Secret.reveal(generateKey(rsaSpec, random).privateKey))
// @ts-expect-error: not a parameter set
generateKey({ kty: 'AKP', alg: 'ML-DSA-66' }, random)
// @ts-expect-error: an RSA key has no curve
generateKey({ kty: 'RSA', crv: 'P-256' }, random)
// @ts-expect-error: misspelt
generateKey({ kty: 'EC', crv: 'p-256' }, random)
// @ts-expect-error: no such member
generateKey({ kty: 'oct', bits: 128, e: 3 }, random)
// @ts-expect-error: present and undefined is not absent
generateKey({ kty: 'RSA', bits: 2048, e: undefined }, random)
