/** The shape of a key in JSON (RFC 7517 section 4; RFC 7518 section 6). */

/**
 * A key as JOSE and the service write it. Numbers and bytes are base64url text.
 *
 * Reading asks for the members of the key's type alone; others are passed over.
 */
export interface JsonWebKey {
  /** Key type: `RSA`, `EC` or `oct`. */
  readonly kty: string
  /** RSA modulus. */
  readonly n?: string | undefined
  /** RSA public exponent. */
  readonly e?: string | undefined
  /** RSA private exponent, or EC private scalar. */
  readonly d?: string | undefined
  /** First RSA prime. */
  readonly p?: string | undefined
  /** Second RSA prime. */
  readonly q?: string | undefined
  /** d mod p - 1. */
  readonly dp?: string | undefined
  /** d mod q - 1. */
  readonly dq?: string | undefined
  /** Inverse of q modulo p. */
  readonly qi?: string | undefined
  /** RSA primes beyond two: a key that has them is refused. */
  readonly oth?: unknown
  /** Curve: `P-256`, `P-384`, `P-521`, or secp256k1 as `P-256K`, `SECP256K1` or `secp256k1`. */
  readonly crv?: string | undefined
  /** First coordinate of the public point. */
  readonly x?: string | undefined
  /** Second coordinate of the public point. */
  readonly y?: string | undefined
  /** Bytes of a symmetric key. */
  readonly k?: string | undefined
  /** Identifier of the key. Not read here. */
  readonly kid?: string | undefined
  /** What the key may do. Not read here. */
  readonly key_ops?: readonly string[] | undefined
  /** Intended use. Not read here. */
  readonly use?: string | undefined
  /** Intended algorithm. Not read here. */
  readonly alg?: string | undefined
  /** Certificates of the key, its own first: base64 of DER. Not read here. */
  readonly x5c?: readonly string[] | undefined
  /** A key in transit to an HSM, encrypted. Not read here. */
  readonly key_hsm?: string | undefined
}
