/** Who vouches for the target of a release, where the key's own policy lets them. */

import { fromBase64url, getKey, type Hsm } from 'pocket-hsm'

/**
 * Gets ready for a release: fetches the keys of an authority, so that `attestationKeys` of the HSM has them.
 *
 * @param issuer - As the token spells it. The policy of the key names it; nothing of the token is verified yet.
 */
export type ReleasePreparation = (issuer: string) => Promise<void>

/**
 * The issuer of an attestation token, if the release policy of the key names it as an authority.
 *
 * What is fetched from an address that a caller names is fetched for the caller: hence from no other.
 */
export function namedIssuer(hsm: Hsm, reference: string, token: string): string | undefined {
  try {
    const { iss } = parseJson(fromBase64url(token.split('.')[1] ?? ''))
    const policy = getKey(hsm, reference).releasePolicy
    if (typeof iss !== 'string' || policy === undefined) return undefined
    const { anyOf } = parseJson(policy.data)
    const names = (anyOf as readonly { readonly authority: string }[]).map(
      ({ authority }) => authority,
    )
    return names.some((name) => withoutSlash(name) === withoutSlash(iss)) ? iss : undefined
  } catch {
    // What is wrong with key or token is for the operation to say.
    return undefined
  }
}

const parseJson = (bytes: Uint8Array): Readonly<Record<string, unknown>> =>
  JSON.parse(new TextDecoder().decode(bytes))

/** A Managed HSM puts a slash at the end of those in policies. */
const withoutSlash = (url: string): string => url.replace(/\/$/, '')
