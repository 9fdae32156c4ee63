/** The JSON form of a key (RFC 7517 section 4; RFC 7518 section 6). */

/**
 * A JSON Web Key, as in JOSE and in the service's API. Numbers and bytes are base64url strings.
 *
 * Import reads only the members of the key's type and ignores the others.
 */
export interface JsonWebKey {
  /** Key type: `RSA`, `EC`, `oct`, or `AKP` for ML-DSA. */
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
  /** d mod (p - 1). */
  readonly dp?: string | undefined
  /** d mod (q - 1). */
  readonly dq?: string | undefined
  /** Inverse of q modulo p. */
  readonly qi?: string | undefined
  /** Further RSA primes: a key that has them is not supported. */
  readonly oth?: unknown
  /** Curve: `P-256`, `P-384`, `P-521`, or secp256k1 as `P-256K`, `SECP256K1` or `secp256k1`. */
  readonly crv?: string | undefined
  /** First coordinate of the public point. */
  readonly x?: string | undefined
  /** Second coordinate of the public point. */
  readonly y?: string | undefined
  /** Bytes of a symmetric key. */
  readonly k?: string | undefined
  /** Public key of ML-DSA, in the encoding of FIPS 204. */
  readonly pub?: string | undefined
  /** Private key of ML-DSA: the seed. */
  readonly priv?: string | undefined
  /** Identifier of the key. Ignored on import. */
  readonly kid?: string | undefined
  /** Permitted operations. Ignored on import. */
  readonly key_ops?: readonly string[] | undefined
  /** Intended use. Ignored on import. */
  readonly use?: string | undefined
  /** Intended algorithm. Part of an `AKP` key; otherwise ignored on import. */
  readonly alg?: string | undefined
  /** Certificates of the key, the key's own certificate first: base64 of DER. Ignored on import. */
  readonly x5c?: readonly string[] | undefined
  /** A BYOK transfer blob: the key, encrypted for an HSM. Ignored on import. */
  readonly key_hsm?: string | undefined
}
