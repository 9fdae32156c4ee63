/** JWKs from callers: the service's key types next to JOSE's, and its two error texts. */

import {
  type CryptoError,
  fromBase64url,
  importJwk,
  isCryptoError,
  type JsonWebKey,
  type KeyMaterial,
} from '@pocket-hsm/crypto'
import type { HsmError } from '../hsm-error.ts'
import { serviceError } from '../service/error-texts.ts'
import type { KeyKind, Profile } from '../service/profiles.ts'

type Family = Pick<Profile, 'family'>

/** Checks that a JWK is an object with a type. */
export function checkJwk(jwk: JsonWebKey, { family }: Family): void {
  if (typeof jwk === 'object' && jwk !== null && typeof jwk.kty === 'string') return
  throw serviceError('invalidJwk', family, {})
}

/** Parses the key in a JWK whose `kty` may end in `-HSM`. */
export function parseJwk(jwk: JsonWebKey, profile: Family): KeyMaterial {
  checkJwk(jwk, profile)
  const kty = KINDS[jwk.kty.toLowerCase().replace(/-hsm$/, '')]
  try {
    return importJwk({ ...jwk, kty: kty ?? jwk.kty })
  } catch (error) {
    throw isCryptoError(error) ? invalidKey(jwk, kty, error, profile) : error
  }
}

/** The types as JOSE spells them, by their lower case; older clients call a symmetric key `AES`. */
const KINDS: Readonly<Record<string, KeyKind>> = Object.assign(Object.create(null), {
  rsa: 'RSA',
  ec: 'EC',
  oct: 'oct',
  aes: 'oct',
  akp: 'AKP',
})

/** The members that hold bytes: those of the public key, and those that may be there. */
const MEMBERS = {
  RSA: { needed: ['n', 'e'], possible: ['d', 'p', 'q', 'dp', 'dq', 'qi'] },
  EC: { needed: ['x', 'y'], possible: ['d'] },
  AKP: { needed: ['pub'], possible: ['priv'] },
} as const

/** A JWK of the right form that holds no key has a text of its own; the cause says what is wrong. */
function invalidKey(
  jwk: JsonWebKey,
  kind: KeyKind | undefined,
  cause: CryptoError,
  { family }: Family,
): HsmError {
  const rule = cause.code === 'INVALID_KEY' && hasForm(jwk, kind) ? 'invalidKey' : 'invalidJwk'
  return serviceError(rule, family, { cause, ...(kind !== undefined && { kind }) })
}

function hasForm(jwk: JsonWebKey, kind: KeyKind | undefined): boolean {
  if (kind === undefined || kind === 'oct') return false
  if (kind === 'EC' && typeof jwk.crv !== 'string') return false
  if (kind === 'AKP' && typeof jwk.alg !== 'string') return false
  const members = jwk as unknown as Readonly<Record<string, unknown>>
  const isPresent = (name: string) => members[name] !== undefined && members[name] !== null
  const { needed, possible } = MEMBERS[kind]
  return [...needed, ...possible.filter(isPresent)].every((name) => isBase64url(members[name]))
}

function isBase64url(text: unknown): boolean {
  if (typeof text !== 'string') return false
  try {
    fromBase64url(text)
    return true
  } catch {
    return false
  }
}
