/** An attestation authority for tests: it signs any claims about any target. */

import {
  generateKey,
  importJwk,
  isCryptoError,
  type JsonWebKey,
  jwkThumbprint,
  type KeySpec,
  type RandomSource,
  toBase64url,
  toPublicJwk,
} from '@pocket-hsm/crypto'
import { checkClock, hostClock, hostRandom } from '../host.ts'
import { badParameter } from '../hsm-error.ts'
import { isSameAuthority } from '../keys/evaluate-policy.ts'
import {
  checkOptions,
  OPTION_CHECKS,
  optionTable,
  requireOption,
} from '../options/check-options.ts'
import type { AttestationKeys } from './attestation-keys.ts'
import { signJws } from './jws.ts'

/** The options of `createAttestationAuthority`. Every one has a default. */
export interface AttestationAuthorityOptions {
  /** Its URL, which policies name and tokens have as `iss`. Defaults to `https://attestation.pocket-hsm.test`. */
  readonly issuer?: string
  /** Returns milliseconds since 1970. Defaults to `Date.now`; pass the clock of the HSM if that has its own. */
  readonly clock?: () => number
  /** The source of its key and of the randomness in signatures. Defaults to the host's generator. */
  readonly random?: RandomSource
  /** The signature algorithm of its tokens. Defaults to `RS256`, which the real services use; an `ES256` key is generated faster. */
  readonly alg?: 'RS256' | 'PS256' | 'ES256'
}

/** The contents of a token. */
export interface AttestationTokenParameters {
  /** The public RSA key of the target, which released keys are wrapped for. Private members are ignored. */
  readonly enclaveKey: JsonWebKey
  /** Any claims. They override those that the authority writes; `undefined` leaves one out. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined
  /** Lifetime in seconds. Defaults to 28,800, which is eight hours. A negative number makes an expired token. */
  readonly expiresIn?: number | undefined
  /** Unix seconds. Defaults to now. */
  readonly notBefore?: number | undefined
  readonly nonce?: string | undefined
}

/** An attestation authority. Its private key cannot be reached or printed through it. */
export interface AttestationAuthority {
  readonly issuer: string
  /** Its public key, as published. */
  readonly jwks: { readonly keys: readonly JsonWebKey[] }
  /** The document published under `/.well-known/openid-configuration`. */
  readonly openIdConfiguration: {
    readonly issuer: string
    /** Where `jwks` is published. */
    readonly jwks_uri: string
    readonly response_types_supported: readonly string[]
    readonly subject_types_supported: readonly string[]
    readonly id_token_signing_alg_values_supported: readonly string[]
  }
  /** The option of {@link createHsm} that trusts this authority: returns its public key. */
  readonly attestationKeys: AttestationKeys
  /** Issues an attestation token: a JWT with the enclave's key in `x-ms-runtime`. */
  readonly mintToken: (parameters: AttestationTokenParameters) => string
}

const ISSUER = 'https://attestation.pocket-hsm.test'
const LIFETIME_SECONDS = 28_800

const SPECS: Readonly<Record<string, KeySpec>> = {
  RS256: { kty: 'RSA', bits: 2048 },
  PS256: { kty: 'RSA', bits: 2048 },
  ES256: { kty: 'EC', crv: 'P-256' },
}

/**
 * Creates an attestation authority for tests.
 *
 * It replaces a service that examines hardware. It examines nothing, and signs any claims that you pass.
 *
 * @param options - See {@link AttestationAuthorityOptions}; every member is optional.
 * @throws {@link HsmError} 400 `BadParameter` - an algorithm that it does not have.
 * @see Microsoft Azure Attestation, attestation token; RFC 7519
 *
 * @example
 * ```ts
 * import { createAttestationAuthority, createEnclaveKey, createHsm } from 'pocket-hsm'
 *
 * const authority = createAttestationAuthority({ issuer: 'https://attest.example' })
 * const hsm = createHsm({ attestationKeys: authority.attestationKeys })
 * const { publicJwk } = createEnclaveKey()
 * authority.mintToken({ enclaveKey: publicJwk, claims: { debuggable: false } }).split('.').length // 3
 * ```
 */
export function createAttestationAuthority(
  options: AttestationAuthorityOptions = {},
): AttestationAuthority {
  checkOptions('createAttestationAuthority', options, AUTHORITY_OPTIONS)
  const { issuer = ISSUER, random = hostRandom, alg = 'RS256' } = options
  const clock = checkClock(options.clock ?? hostClock)
  const spec = Object.hasOwn(SPECS, alg) ? SPECS[alg] : undefined
  if (spec === undefined) throw badParameter(`An attestation authority does not sign with ${alg}.`)
  const key = generateKey(spec, random)
  const kid = toBase64url(jwkThumbprint(toPublicJwk(key)))
  const jwks = { keys: [{ ...toPublicJwk(key), kid, use: 'sig', alg }] }
  const jku = `${issuer.replace(/\/$/, '')}/certs`
  return Object.freeze({
    issuer,
    jwks,
    openIdConfiguration: {
      issuer,
      jwks_uri: jku,
      response_types_supported: ['token', 'none'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: [alg],
    },
    attestationKeys: (authority: string) =>
      isSameAuthority(authority, issuer) ? jwks.keys : undefined,
    mintToken: (parameters: AttestationTokenParameters) => {
      checkOptions('mintToken', parameters, TOKEN_OPTIONS)
      const claims = tokenClaims(issuer, Math.floor(clock() / 1000), parameters)
      return signJws({ alg, kid, typ: 'JWT', jku }, JSON.stringify(claims), key, random)
    },
  })
}

function tokenClaims(
  issuer: string,
  now: number,
  parameters: AttestationTokenParameters,
): Readonly<Record<string, unknown>> {
  const { claims, nonce, notBefore = now } = parameters
  const { expiresIn = LIFETIME_SECONDS } = parameters
  return {
    iss: issuer,
    iat: now,
    nbf: notBefore,
    exp: now + expiresIn,
    ...(nonce !== undefined && { nonce }),
    'x-ms-ver': '1.0',
    'x-ms-runtime': {
      keys: [runtimeKey(requireOption('mintToken', 'enclaveKey', parameters.enclaveKey))],
    },
    ...claims,
  }
}

/** The public part of a key, with a `kid` and its purpose. */
function runtimeKey(enclaveKey: JsonWebKey): JsonWebKey {
  try {
    const { n, e } = enclaveKey
    const publicJwk = toPublicJwk(importJwk({ kty: 'RSA', n, e }))
    const kid = enclaveKey.kid ?? toBase64url(jwkThumbprint(publicJwk))
    return { kid, ...publicJwk, use: 'enc', key_ops: ['encrypt'] }
  } catch (error) {
    if (!isCryptoError(error)) throw error
    throw badParameter(`The enclave key must be a public RSA key: ${error.message}`)
  }
}

const { function: aFunction, number, object, string } = OPTION_CHECKS

const AUTHORITY_OPTIONS = optionTable<AttestationAuthorityOptions>({
  issuer: string,
  clock: aFunction,
  random: aFunction,
  alg: string,
})

const TOKEN_OPTIONS = optionTable<AttestationTokenParameters>({
  enclaveKey: object,
  claims: object,
  expiresIn: number,
  notBefore: number,
  nonce: string,
})
