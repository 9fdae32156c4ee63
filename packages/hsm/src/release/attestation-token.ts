/**
 * The attestation token of a release: its issuer, the claims about the target, and the key to wrap for.
 *
 * @see RFC 7519 (JSON Web Token); Microsoft Azure Attestation, attestation token
 */

import {
  fromBase64,
  importCertificateKey,
  importJwk,
  isCryptoError,
  type JsonWebKey,
  type KeyMaterial,
  type RsaKey,
} from '@pocket-hsm/crypto'
import { badParameter, type HsmError } from '../hsm-error.ts'
import type { Claims } from '../keys/evaluate-policy.ts'
import type { StepContext } from '../keys/key-step.ts'
import type { AttestationKeys, AttestationTokenHeader } from './attestation-keys.ts'
import { isSignedBy, type Jws, parseJws, signatureAlgorithm } from './jws.ts'

/** What a verified token says. */
export interface AttestedTarget {
  readonly issuer: string
  readonly claims: Claims
  /** The target's own key, which the released key is wrapped for. */
  readonly encryptionKey: RsaKey
  readonly encryptionKid: string
}

/**
 * Verifies a token.
 *
 * @param nonce - What the caller gave with it: where the token has one too, they must be the same.
 * @throws {@link HsmError} 400 `BadParameter` - not a token of the form that attestation services write.
 * @throws {@link HsmError} 403 `Forbidden` - a token that nothing vouches for; the error's cause says why.
 */
export function verifyTarget(
  target: unknown,
  nonce: string | undefined,
  { attestationKeys }: { readonly attestationKeys: AttestationKeys },
  { refuse, now }: Pick<StepContext, 'refuse' | 'now'>,
): AttestedTarget {
  const jws = parseJws(target)
  if (jws === undefined) throw malformed('it is not a JWS in compact form')
  const { header, claims } = jws
  const issuer = claims['iss']
  const [notBefore, expiry] = [instantOf(claims, 'nbf'), instantOf(claims, 'exp')]
  if (typeof issuer !== 'string' || issuer === '') throw malformed('iss is missing')
  if (signatureAlgorithm(header.alg) === undefined) throw malformed('alg is not supported')
  const [encryptionKid, encryptionKey] = encryptionKeyOf(claims)

  const keys = attestationKeys(issuer, tokenHeader(header))
  if (!Array.isArray(keys)) throw unverified(`there are no attestationKeys for ${issuer}`)
  if (!isSignedByAny(jws, keys)) throw unverified(`no key of ${issuer} made its signature`)
  if (expiry === undefined) throw unverified('it has no exp')
  if (now >= expiry) throw unverified('it has expired')
  if (notBefore !== undefined && now < notBefore) throw unverified('it is not yet valid')
  if (nonce !== undefined && 'nonce' in claims && claims['nonce'] !== nonce) {
    throw unverified('its nonce is another one')
  }
  return { issuer, claims, encryptionKey, encryptionKid }

  function unverified(reason: string): HsmError {
    return refuse('targetNotVerified', {
      cause: new Error(`The token was not accepted: ${reason}.`),
    })
  }
}

function tokenHeader({ alg, kid, jku }: Jws['header']): AttestationTokenHeader {
  return {
    alg,
    ...(typeof kid === 'string' && { kid }),
    ...(typeof jku === 'string' && { jku }),
  }
}

/**
 * RFC 7515 section 4.1.4: `kid` is a hint; a key with another `kid` is skipped, one without is tried. A key for
 * another purpose or algorithm is skipped too (RFC 7517 sections 4.2 to 4.4).
 */
function isSignedByAny(jws: Jws, keys: readonly JsonWebKey[]): boolean {
  const { kid } = jws.header
  return keys.some((jwk) => {
    if (kid !== undefined && jwk?.kid !== undefined && jwk.kid !== kid) return false
    if (!isForVerifying(jwk, jws.header.alg)) return false
    const key = publicKeyOf(jwk)
    return key !== undefined && isSignedBy(jws, key)
  })
}

function isForVerifying(jwk: JsonWebKey | null | undefined, algorithm: string): boolean {
  const { use, key_ops, alg } = membersOf(jwk)
  if (use !== undefined && use !== 'sig') return false
  if (alg !== undefined && alg !== algorithm) return false
  return key_ops === undefined || (Array.isArray(key_ops) && key_ops.includes('verify'))
}

/** Some attestation services publish certificates and no numbers (RFC 7517 section 4.7). */
function publicKeyOf(jwk: JsonWebKey): KeyMaterial | undefined {
  try {
    const [certificate] = jwk.x5c ?? []
    const hasNumbers = jwk.n !== undefined || jwk.x !== undefined
    return hasNumbers || certificate === undefined
      ? importJwk(jwk)
      : importCertificateKey(fromBase64(certificate))
  } catch (error) {
    if (isCryptoError(error) || error instanceof TypeError) return undefined
    throw error
  }
}

/** RFC 7519 section 2: NumericDate, which may have a fraction. */
function instantOf(claims: Claims, name: 'nbf' | 'exp'): number | undefined {
  const instant = claims[name]
  if (instant === undefined || typeof instant === 'number') return instant
  throw malformed(`${name} is not a number`)
}

/** The first RSA key of `x-ms-runtime` that is marked for encryption; it must have a name. */
function encryptionKeyOf(claims: Claims): readonly [string, RsaKey] {
  const { keys } = membersOf(claims['x-ms-runtime'])
  const jwk = (Array.isArray(keys) ? keys : []).map(membersOf).find(isForEncryption)
  if (jwk === undefined) throw malformed('x-ms-runtime.keys has no RSA key for encryption')
  const { kid, n, e } = jwk
  if (typeof kid !== 'string' || kid === '') throw malformed('the key for encryption has no kid')
  const key = publicKeyOf({ kty: 'RSA', n: n as string, e: e as string })
  if (key?.kty === 'RSA' && key.bits >= LEAST_BITS && key.bits <= MOST_BITS) return [kid, key]
  throw malformed(`the key for encryption is no RSA key of ${LEAST_BITS} to ${MOST_BITS} bits`)
}

const LEAST_BITS = 2048
const MOST_BITS = 4096

function isForEncryption({ kty, use, key_use, key_ops }: Claims): boolean {
  if (kty !== 'RSA') return false
  return (
    key_use === 'enc' || use === 'enc' || (Array.isArray(key_ops) && key_ops.includes('encrypt'))
  )
}

const membersOf = (value: unknown): Claims =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Claims) : {}

const malformed = (problem: string): HsmError =>
  badParameter(`The target is not an attestation token: ${problem}.`)
