/** JWK import: private, public or symmetric keys (RFC 7517; RFC 7518 section 6). */

import { type CryptoError, cryptoError } from '../crypto-error.ts'
import { findCurve } from '../ec/curve-names.ts'
import { CURVES } from '../ec/curves.ts'
import { checkSamePoint, makeEcKey, makeEcPublicKey } from '../ec/make-ec-key.ts'
import { fromBase64url } from '../encoding/base64.ts'
import { bytesToBigInt, withoutExtraZeros } from '../encoding/bytes.ts'
import type {
  AkpKey,
  CurveName,
  EcKey,
  KeyMaterial,
  MlDsaParameterSet,
  OctKey,
  RsaKey,
} from '../key-material.ts'
import { checkSamePublicKey, makeMlDsaKey, makeMlDsaPublicKey } from '../ml-dsa/make-ml-dsa-key.ts'
import { findParameterSet, ML_DSA_LENGTHS, SEED_LENGTH } from '../ml-dsa/parameter-sets.ts'
import { checkedRsaKey, checkedRsaPublicKey, MULTI_PRIME } from '../rsa/checked-rsa-key.ts'
import type { JsonWebKey } from './json-web-key.ts'
import { makeOctKey } from './make-oct-key.ts'

/**
 * Imports a JWK: a private or symmetric key if it has `d`, `priv` or `k`, a public key otherwise.
 *
 * Numbers may have extra leading zeros or lack them. An RSA private key may omit p, q, dp, dq and qi, which are
 * computed from d; an EC private key may omit x and y, an ML-DSA private key pub. Members that the key type does not have are ignored.
 *
 * @param jwk - Not changed. A member with the value `undefined` or `null` counts as absent.
 * @throws {@link CryptoError} `INVALID_KEY` - not an object, or a member that is missing, not base64url, too long, or
 * inconsistent with the others; the message names the member and never shows its value.
 * @throws {@link CryptoError} `UNSUPPORTED_KEY` - another key type, curve or `alg` of ML-DSA, more than two primes, or an RSA
 * modulus outside 1024 to 8192 bits.
 * @see RFC 7518 sections 6.2, 6.3 and 6.4; "ML-DSA for JOSE and COSE" section 3
 *
 * @example
 * ```ts
 * import { importJwk } from '@pocket-hsm/crypto'
 *
 * importJwk({ kty: 'oct', k: 'AAECAwQFBgcICQoLDA0ODw' }).kty // 'oct'
 * ```
 */
export function importJwk(jwk: JsonWebKey): KeyMaterial {
  if (typeof jwk !== 'object' || jwk === null) {
    throw cryptoError('INVALID_KEY', 'The JWK is not an object.')
  }
  const importKey = IMPORTERS.get(jwk.kty)
  if (importKey !== undefined) return importKey(jwk)
  if (typeof jwk.kty !== 'string') throw invalidMember('kty', 'is not a string')
  throw cryptoError(
    'UNSUPPORTED_KEY',
    'The key type of the JWK is not supported: kty must be RSA, EC, AKP or oct.',
  )
}

type Importer = (jwk: JsonWebKey) => KeyMaterial

const IMPORTERS: ReadonlyMap<string, Importer> = new Map<string, Importer>([
  ['RSA', importRsa],
  ['EC', importEc],
  ['oct', importOct],
  ['AKP', importAkp],
])

/** Characters of a member: more than the longest modulus or ML-DSA public key needs. */
const MAXIMUM_TEXT_LENGTH = 4096

function importRsa(jwk: JsonWebKey): RsaKey {
  if (isPresent(jwk.oth)) throw cryptoError('UNSUPPORTED_KEY', MULTI_PRIME)
  const n = numberOf(jwk, 'n')
  const e = numberOf(jwk, 'e')
  const optional = (member: NumberMember) =>
    isPresent(jwk[member]) ? numberOf(jwk, member) : undefined
  const [p, q, dp, dq, qi] = [
    optional('p'),
    optional('q'),
    optional('dp'),
    optional('dq'),
    optional('qi'),
  ]
  if ([jwk.d, p, q, dp, dq, qi].every((member) => !isPresent(member))) {
    return checkedRsaPublicKey(n, e)
  }
  return checkedRsaKey({ n, e, d: numberOf(jwk, 'd'), p, q, dp, dq, qi })
}

function importEc(jwk: JsonWebKey): EcKey {
  const crv = curveOf(jwk)
  const hasPublicKey = isPresent(jwk.x) || isPresent(jwk.y) || !isPresent(jwk.d)
  const publicKey = hasPublicKey
    ? makeEcPublicKey(crv, fieldOf(jwk, 'x', crv), fieldOf(jwk, 'y', crv))
    : undefined
  if (!isPresent(jwk.d) && publicKey !== undefined) return publicKey
  const key = makeEcKey(crv, fieldOf(jwk, 'd', crv))
  if (publicKey !== undefined) checkSamePoint(key, publicKey)
  return key
}

function importOct(jwk: JsonWebKey): OctKey {
  return makeOctKey(bytesOf(jwk, 'k'))
}

function importAkp(jwk: JsonWebKey): AkpKey {
  const alg = parameterSetOf(jwk)
  const hasPublicKey = isPresent(jwk.pub) || !isPresent(jwk.priv)
  const publicKey = hasPublicKey
    ? makeMlDsaPublicKey(alg, fixedBytesOf(jwk, 'pub', ML_DSA_LENGTHS[alg].publicKey))
    : undefined
  if (!isPresent(jwk.priv) && publicKey !== undefined) return publicKey
  const key = makeMlDsaKey(alg, fixedBytesOf(jwk, 'priv', SEED_LENGTH))
  if (publicKey !== undefined) checkSamePublicKey(key, publicKey)
  return key
}

type NumberMember = 'n' | 'e' | 'd' | 'p' | 'q' | 'dp' | 'dq' | 'qi'
type ByteMember = NumberMember | 'x' | 'y' | 'k' | 'pub' | 'priv'

const isPresent = (member: unknown): boolean => member !== undefined && member !== null

function curveOf({ crv }: JsonWebKey): CurveName {
  if (typeof crv !== 'string') throw invalidMember('crv', 'is missing or not a string')
  const name = findCurve(crv)
  if (name !== undefined) return name
  throw cryptoError(
    'UNSUPPORTED_KEY',
    'The curve of the JWK is not supported: crv must be P-256, P-384, P-521 or P-256K (secp256k1).',
  )
}

function parameterSetOf({ alg }: JsonWebKey): MlDsaParameterSet {
  if (typeof alg !== 'string') throw invalidMember('alg', 'is missing or not a string')
  const name = findParameterSet(alg)
  if (name !== undefined) return name
  throw cryptoError(
    'UNSUPPORTED_KEY',
    'The algorithm of the JWK is not supported: alg must be ML-DSA-44, ML-DSA-65 or ML-DSA-87.',
  )
}

function fixedBytesOf(jwk: JsonWebKey, member: 'pub' | 'priv', length: number): Uint8Array {
  const bytes = bytesOf(jwk, member)
  if (bytes.length === length) return bytes
  throw invalidMember(member, `must have ${length} bytes for its algorithm`)
}

function numberOf(jwk: JsonWebKey, member: NumberMember): bigint {
  return bytesToBigInt(bytesOf(jwk, member))
}

/** RFC 7518 sections 6.2.1.2 and 6.2.2.1 ask for the full width; missing and extra leading zeros are accepted. */
function fieldOf(jwk: JsonWebKey, member: 'x' | 'y' | 'd', crv: CurveName): Uint8Array {
  const field = withoutExtraZeros(bytesOf(jwk, member), CURVES[crv].width)
  if (field === undefined) throw invalidMember(member, 'is too long for its curve')
  return field
}

function bytesOf(jwk: JsonWebKey, member: ByteMember): Uint8Array {
  const text: unknown = jwk[member]
  if (typeof text !== 'string') throw invalidMember(member, 'is missing or not a string')
  if (text.length > MAXIMUM_TEXT_LENGTH) throw invalidMember(member, 'is too long')
  try {
    return fromBase64url(text)
  } catch {
    throw invalidMember(member, 'is not base64url')
  }
}

const invalidMember = (member: string, problem: string): CryptoError =>
  cryptoError('INVALID_KEY', `The JWK is not valid: ${member} ${problem}.`)
