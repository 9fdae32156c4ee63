/** A server: HSMs behind a socket. */

import type { HandlerOptions } from '@pocket-hsm/rest'
import { inUrl, reachableAt } from './addresses.ts'
import { createAnswer } from './answer.ts'
import { createAttestation } from './attestation.ts'
import { certificateOf } from './certificate-of.ts'
import { withControl } from './control/create-control.ts'
import { createJsonFetcher, type FetchJson } from './fetch-json.ts'
import { createHosts } from './hosts.ts'
import { listen } from './listen.ts'
import type { ServerOptions, ServerSettings } from './options.ts'
import { createRsaKeyMaker } from './rsa-keys.ts'
import { createServerClock } from './server-clock.ts'
import { parseSettings } from './settings.ts'

/** A server that runs. */
export interface PocketServer {
  /** Where a client on this machine reaches it: scheme, address and port, no slash at the end. */
  readonly url: string
  /** The names of its HSMs, as they were given. */
  readonly names: readonly string[]
  /** The file with the certificate of the authority that clients have to trust; absent where none was made. */
  readonly caFile?: string
  /** Takes no more requests, lets those that are being answered finish within 5 seconds, and frees the port. */
  readonly close: () => Promise<void>
}

/**
 * Starts HSMs over HTTPS, for any client of Key Vault or Managed HSM keys.
 *
 * The keys are gone when it is closed. The first start makes a certificate authority and keeps it in a folder; later
 * ones use it again, so that clients need to trust it once.
 *
 * @param options - See {@link ServerOptions}; every member is optional.
 * @throws `BadOption` - an option outside the values that its comment names.
 * @throws `RefusedBinding` - an address that other machines can reach, without TLS or `auth: 'jwt'`, and not forced.
 * @throws `BadCertificate` - a certificate that cannot be read, does not fit its key, or a folder that cannot be
 *   written.
 * @throws `NotListening` - an address that is not this machine's or is taken.
 * @throws HsmError 400 `BadParameter` - what `createHsm` refuses.
 *
 * @example
 * ```ts
 * import { startServer } from '@pocket-hsm/server'
 *
 * const server = await startServer({ port: 0, http: true })
 * const response = await fetch(`${server.url}/keys/orders/create?api-version=7.6`, {
 *   method: 'POST',
 *   headers: { authorization: 'Bearer any' },
 *   body: JSON.stringify({ kty: 'EC-HSM' }),
 * })
 * response.status // 200
 * await server.close()
 * ```
 */
export async function startServer(options: ServerOptions = {}): Promise<PocketServer> {
  const settings = parseSettings(options)
  const { http, limits, seed, authority, names, control, warn } = settings
  const clock = createServerClock()
  const fetchJson = createJsonFetcher()
  const attestation = createAttestation({ given: settings.attestationKeys, fetchJson, warn })
  const hosts = createHosts(
    settings,
    { clock: clock.now, attestationKeys: attestation.attestationKeys },
    {
      maxBodyLength: limits.maxBodyLength,
      prepareRelease: attestation.prepareRelease,
      ...(await authorizerOf(settings, fetchJson)),
      // What is made elsewhere is not of the seed.
      ...(seed === undefined && { makeRsaKey: createRsaKeyMaker() }),
      ...(authority !== undefined && { challenge: { authorization: authority } }),
    },
  )
  const certificate = http ? undefined : await certificateOf(settings)
  const answer = createAnswer(hosts, settings)
  const listener = await listen(
    control ? withControl(answer, { hosts, clock }) : answer,
    settings,
    certificate,
  )
  const scheme = http ? 'http' : 'https'
  return {
    url: `${scheme}://${inUrl(reachableAt(listener.address))}:${listener.port}`,
    names,
    ...(certificate?.caFile !== undefined && { caFile: certificate.caFile }),
    close: listener.close,
  }
}

/** The library for tokens is loaded where they are verified. */
async function authorizerOf(
  { auth, authority, audiences }: ServerSettings,
  fetchJson: FetchJson,
): Promise<Pick<HandlerOptions, 'authorize'>> {
  if (auth !== 'jwt' || authority === undefined) return {}
  const { createJwtAuthorizer } = await import('./jwt-authorizer.ts')
  return { authorize: createJwtAuthorizer({ authority, audiences, fetchJson }) }
}
