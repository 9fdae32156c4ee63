/** Whether an HSM is activated, and what downloads and uploads of the security domain have made of it. */

import { fromBase64url, Secret, toBase64url } from '@pocket-hsm/crypto'
import { type AdministrationMember, administrationMember, readMember } from './administration.ts'
import type { HsmState } from './hsm-state.ts'

/** A security domain: what `createSecurityDomain` makes. */
interface Domain {
  readonly id: string
  readonly secret: Secret<Uint8Array>
}

/** The activation of an HSM. Instants are milliseconds since 1970 on its clock. */
export interface Activation {
  /** Whether it is activated, whatever the clock says. */
  readonly isActivated: boolean
  /** How many times the security domain was downloaded; under a seed, each download has randomness of its own. */
  readonly downloads: number
  /** When the latest download is complete. */
  readonly downloadedAt?: number
  /** When the upload is complete. */
  readonly uploadedAt?: number
  /** The uploaded domain, which takes the place of the HSM's own in backups. */
  readonly domain?: Domain
}

interface ActivationJson extends Omit<Activation, 'domain'> {
  readonly domain?: { readonly id: string; readonly secret: string }
}

/** The activation: that of a new HSM is complete. */
export const ACTIVATION: AdministrationMember<Activation> = administrationMember<
  Activation,
  ActivationJson
>({
  name: 'activation',
  staysWithHsm: true,
  initial: { isActivated: true, downloads: 0 },
  serialize: ({ domain, ...rest }) => ({
    ...rest,
    ...(domain && {
      domain: { id: domain.id, secret: toBase64url(Secret.reveal(domain.secret)) },
    }),
  }),
  parse: ({ domain, ...rest }) => ({
    ...rest,
    ...(domain && { domain: { id: domain.id, secret: new Secret(fromBase64url(domain.secret)) } }),
  }),
})

/** The activation of an HSM that is created without. */
export const NOT_ACTIVATED: Activation = { isActivated: false, downloads: 0 }

/**
 * Whether an HSM is activated.
 *
 * @param now - Returns the instant in milliseconds. Called only if a download or an upload is in progress.
 */
export function isActivated(
  { isActivated, downloadedAt, uploadedAt }: Activation,
  now: () => number,
): boolean {
  if (isActivated) return true
  const completed = Math.min(downloadedAt ?? Infinity, uploadedAt ?? Infinity)
  return completed < Infinity && now() >= completed
}

/** The security domain that protects backups: the uploaded one, or else the HSM's own. */
export function domainInUse({
  state,
  securityDomain,
}: {
  readonly state: HsmState
  readonly securityDomain: Domain
}): Domain {
  return readMember(state, ACTIVATION).domain ?? securityDomain
}
