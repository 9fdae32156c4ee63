/** The stand-in for Entra ID beside the HSMs: which requests are its own, and which of its tokens are accepted. */

import { createIdentityHandler, type IdentityHandler } from '@pocket-hsm/identity'
import { type Authorizer, authorizationOf, type ChallengeOptions } from '@pocket-hsm/rest'
import { noteFacts } from '../network/request-facts.ts'
import type { Respond } from '../network/respond.ts'
import type { ServerSettings } from '../options.ts'
import { type AzCloud, answerAzLogin } from './az-login.ts'

/** Makes the stand-in of the options, if any; throws `BadOption` for one of its options. */
export function createServerIdentity({
  identity,
  seed,
}: Pick<ServerSettings, 'identity' | 'seed'>): IdentityHandler | undefined {
  if (identity === false) return undefined
  const own = identity === true ? {} : identity
  return createIdentityHandler({ ...(seed !== undefined && { seed }), ...own })
}

/** Answers the requests of the stand-in, and what az asks at a login; the HSMs answer the others. */
export function withIdentity(respond: Respond, identity: IdentityHandler, cloud: AzCloud): Respond {
  return async (request, peer) => {
    const url = new URL(request.url)
    if (identity.handles(url)) {
      noteFacts({ operation: 'identity' })
      return identity(request)
    }
    return answerAzLogin(request, url, cloud) ?? (await respond(request, peer))
  }
}

/**
 * The challenge of a server with the stand-in: itself, without a tenant. The tenant for clients that need one is `adfs`,
 * which every credential accepts that has it as its own.
 */
export const IDENTITY_CHALLENGE: ChallengeOptions = {
  authorization: ({ origin }) => origin,
  tenant: 'adfs',
}

/** Hosts below `localhost` are in the challenge without a name. */
const LOCAL = 'https://localhost'

/** Accepts the tokens of the stand-in for one of the audiences. The port of an audience makes no difference. */
export function createIdentityAuthorizer(
  identity: IdentityHandler,
  audiences: readonly string[],
): Authorizer {
  const accepted = new Set([...audiences, LOCAL].map(withoutPort))
  return ({ token }) => {
    const { claims, refused } = identity.verifyToken(token)
    if (claims === undefined) return refusedBecause(String(refused))
    if (accepted.has(withoutPort(String(claims['aud'])))) return authorizationOf(claims)
    return refusedBecause('it is for another service')
  }
}

const refusedBecause = (reason: string) =>
  ({ refused: 401, message: `The token was not accepted: ${reason}.` }) as const

const withoutPort = (audience: string): string => audience.replace(/(?::\d+)?\/?$/, '')

/** An application for credentials that read the environment: any other would do as well. */
const CLIENT = '00000000-0000-4000-8000-00000000c0de'

/**
 * The environment variables that point the credentials of every language at a server.
 *
 * The tenant is `adfs`: with it, the libraries ask nothing at Microsoft about an authority that they do not know.
 */
export function identityVariables(url: string): Readonly<Record<string, string>> {
  return {
    AZURE_AUTHORITY_HOST: url,
    AZURE_TENANT_ID: 'adfs',
    AZURE_CLIENT_ID: CLIENT,
    AZURE_CLIENT_SECRET: 'any',
    AZURE_POD_IDENTITY_AUTHORITY_HOST: url,
    IDENTITY_ENDPOINT: `${url}/msi/token`,
    IDENTITY_HEADER: 'any',
  }
}
