/** The options of `serve` about callers: whose tokens are accepted, who may do what, which attestations are trusted, where external keys are. */

import { type Command, Option } from 'commander'
import type { ServerOptions } from '../../options.ts'
import { readAttestationKeys } from './option-files.ts'
import { several } from './parse-option.ts'

/** The options, as commander names them. */
export interface AccessOptions extends Pick<ServerOptions, 'rbac' | 'auth' | 'authority'> {
  readonly identity?: boolean
  readonly audience?: readonly string[]
  readonly attestationKeys?: readonly string[]
  readonly attestationIssuer?: readonly string[]
  readonly administrator?: readonly string[]
  readonly ekmProxy?: string
}

/** Adds the options to `serve`. */
export function addAccessOptions(command: Command): void {
  command
    .option(
      '--identity',
      'stand-in for Entra ID and managed identities, which gives tokens to everyone (default: off)',
    )
    .addOption(
      new Option(
        '--auth <who>',
        'accepted tokens. any: any bearer token; none: no token required; jwt: tokens that the authority signed (default: any; with --identity: jwt)',
      ).choices(['any', 'none', 'jwt']),
    )
    .option(
      '--authority <url>',
      'token issuer (OpenID Connect authority), for the challenge and --auth jwt',
    )
    .option(
      '--audience <text>',
      'audience of accepted tokens, with --auth jwt; may be repeated (default: the service of the profile)',
      several,
    )
    .option(
      '--attestation-keys <issuer=file>',
      'key set (JWKS) of an attestation authority; may be repeated (default: fetched from the issuer)',
      several,
    )
    .option(
      '--attestation-issuer <url>',
      'attestation authority whose keys may be fetched from a private or loopback address; may be repeated',
      several,
    )
    .option(
      '--ekm-proxy <url>',
      'EKM proxy with the keys of the external key manager, in place of the host of an EKM connection (default: none)',
    )
    .option('--rbac', 'local role-based access control: callers need roles (default: off)')
    .option(
      '--administrator <object-id>',
      'object id of an administrator, with --rbac; may be repeated',
      several,
    )
}

/** Returns the options as those of a server. */
export async function accessOptions(
  options: AccessOptions,
): Promise<
  Pick<
    ServerOptions,
    | 'identity'
    | 'auth'
    | 'authority'
    | 'audiences'
    | 'rbac'
    | 'administrators'
    | 'attestationKeys'
    | 'attestationIssuers'
    | 'ekmProxy'
  >
> {
  const { identity, auth, authority, audience, rbac, administrator } = options
  const { attestationKeys, attestationIssuer, ekmProxy } = options
  return {
    ...(identity !== undefined && { identity }),
    ...(auth !== undefined && { auth }),
    ...(authority !== undefined && { authority }),
    ...(audience && { audiences: audience }),
    ...(rbac !== undefined && { rbac }),
    ...(administrator && { administrators: administrator }),
    ...(attestationKeys && { attestationKeys: await readAttestationKeys(attestationKeys) }),
    ...(attestationIssuer && { attestationIssuers: attestationIssuer }),
    ...(ekmProxy !== undefined && { ekmProxy }),
  }
}
