/** The attestation authority of a release, if the key's own policy names it. */

import { fromBase64url, type Hsm } from 'pocket-hsm'
import { getUnrecorded } from '../wire/get-unrecorded.ts'

/**
 * Prepares a release: fetches the keys of an attestation authority, so that the HSM's `attestationKeys` returns them.
 *
 * @param issuer - As the token spells it. The key's policy names it; nothing in the token is verified yet.
 */
export type ReleasePreparation = (issuer: string) => Promise<void>

/**
 * Returns the issuer of an attestation token if the release policy of the key names it as an authority.
 *
 * A caller must not be able to choose the addresses that the server connects to, so no other issuer is returned.
 */
export function namedIssuer(hsm: Hsm, reference: string, token: string): string | undefined {
  try {
    const { iss } = parseJson(fromBase64url(token.split('.')[1] ?? ''))
    const policy = getUnrecorded(hsm, reference).releasePolicy
    if (typeof iss !== 'string' || policy === undefined) return undefined
    const { anyOf } = parseJson(policy.data)
    const names = (anyOf as readonly { readonly authority: string }[]).map(
      ({ authority }) => authority,
    )
    return names.some((name) => withoutSlash(name) === withoutSlash(iss)) ? iss : undefined
  } catch {
    // The operation itself reports what is wrong with the key or the token.
    return undefined
  }
}

const parseJson = (bytes: Uint8Array): Readonly<Record<string, unknown>> =>
  JSON.parse(new TextDecoder().decode(bytes))

/** A Managed HSM appends a slash to the authorities in policies. */
const withoutSlash = (url: string): string => url.replace(/\/$/, '')
