/** JWK import: private, public or symmetric keys (RFC 7517; RFC 7518 section 6). */

import { type CryptoError, cryptoError } from '../crypto-error.ts'
import { findCurve } from '../ec/curve-names.ts'
import { CURVES } from '../ec/curves.ts'
import { checkSamePoint, makeEcKey, makeEcPublicKey } from '../ec/make-ec-key.ts'
import { fromBase64url } from '../encoding/base64.ts'
import { bytesToBigInt, withoutExtraZeros } from '../encoding/bytes.ts'
import type { CurveName, EcKey, KeyMaterial, OctKey, RsaKey } from '../key-material.ts'
import { checkedRsaKey, checkedRsaPublicKey, MULTI_PRIME } from '../rsa/checked-rsa-key.ts'
import type { JsonWebKey } from './json-web-key.ts'
import { makeOctKey } from './make-oct-key.ts'

/**
 * Imports a JWK: a private or symmetric key if it has `d` or `k`, a public key otherwise.
 *
 * Numbers may have extra leading zeros or lack them. An RSA private key may omit p, q, dp, dq and qi, which are
 * computed from d; an EC private key may omit x and y. Members that the key type does not have are ignored.
 *
 * @param jwk - Not changed. A member with the value `undefined` or `null` counts as absent.
 * @throws {@link CryptoError} `INVALID_KEY` - not an object, or a member that is missing, not base64url, too long, or
 * inconsistent with the others; the message names the member and never shows its value.
 * @throws {@link CryptoError} `UNSUPPORTED_KEY` - another key type or curve, more than two primes, or an RSA
 * modulus outside 1024 to 8192 bits.
 * @see RFC 7518 sections 6.2, 6.3 and 6.4
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
    'The key type of the JWK is not supported: kty must be RSA, EC or oct.',
  )
}

type Importer = (jwk: JsonWebKey) => KeyMaterial

const IMPORTERS: ReadonlyMap<string, Importer> = new Map<string, Importer>([
  ['RSA', importRsa],
  ['EC', importEc],
  ['oct', importOct],
])

/** Characters of a member: more than the longest modulus needs, even with leading zeros. */
const MAXIMUM_TEXT_LENGTH = 2048

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

type NumberMember = 'n' | 'e' | 'd' | 'p' | 'q' | 'dp' | 'dq' | 'qi'
type ByteMember = NumberMember | 'x' | 'y' | 'k'

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
