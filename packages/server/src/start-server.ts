/** A server: HSMs behind a socket. */

import type { HandlerOptions } from '@pocket-hsm/rest'
import type { ProfileName } from 'pocket-hsm'
import { inUrl, reachableAt } from './addresses.ts'
import { createAnswer } from './answer.ts'
import { createAttestation } from './attestation.ts'
import { certificateOf } from './certificate-of.ts'
import { withControl } from './control/create-control.ts'
import { createJsonFetcher, type FetchJson } from './fetch-json.ts'
import { createHosts } from './hosts.ts'
import type { Journal } from './journal/journal.ts'
import { openStateOf } from './journal/state-of-options.ts'
import { withJournal } from './journal/with-journal.ts'
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
  /** The service that they behave like: where a state says it, as that says. */
  readonly profile: ProfileName
  /** The file with the certificate of the authority that clients have to trust; absent where none was made. */
  readonly caFile?: string
  /** Takes no more requests, lets those that are being answered finish within 5 seconds, and frees the port. */
  readonly close: () => Promise<void>
}

/**
 * Starts HSMs over HTTPS, for any client of Key Vault or Managed HSM keys.
 *
 * Without a `state` the keys are gone when it is closed; with one, whatever was answered is on the disk. The first start makes a certificate authority and keeps it in a folder; later
 * ones use it again, so that clients need to trust it once.
 *
 * @param options - See {@link ServerOptions}; every member is optional.
 * @throws `BadOption` - an option outside the values that its comment names.
 * @throws `RefusedBinding` - an address that other machines can reach, without TLS or `auth: 'jwt'`, and not forced.
 * @throws `BadCertificate` - a certificate that cannot be read, does not fit its key, or a folder that cannot be
 *   written.
 * @throws `BadState` - a state that another server has, that is damaged, or whose key is missing or another.
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
  const asked = parseSettings(options)
  const clock = createServerClock()
  const fetchJson = createJsonFetcher()
  const { attestationKeys, prepareRelease } = createAttestation({
    given: asked.attestationKeys,
    fetchJson,
    warn: asked.warn,
  })
  const engine = { clock: clock.now, attestationKeys }
  const { settings, isSeeded, state } = await openStateOf(options, asked, engine)
  const { http, limits, authority, names, control, warn } = settings
  clock.setOffset(state?.server?.clockOffset ?? 0)
  let kept: Journal | undefined
  try {
    const hosts = createHosts(
      settings,
      engine,
      {
        maxBodyLength: limits.maxBodyLength,
        prepareRelease,
        ...(await authorizerOf(settings, fetchJson)),
        // What is made elsewhere is not of the seed.
        ...(!isSeeded && { makeRsaKey: createRsaKeyMaker() }),
        ...(authority !== undefined && { challenge: { authorization: authority } }),
      },
      state,
    )
    const certificate = http ? undefined : await certificateOf(settings)
    kept = await state?.keep(hosts.all, () => ({ clockOffset: clock.offset(), isSeeded }))
    const answer = createAnswer(hosts, settings)
    const controlled = control ? withControl(answer, { hosts, clock }) : answer
    const durable = kept === undefined ? controlled : withJournal(controlled, kept, warn)
    const listener = await listen(durable, settings, certificate)
    const scheme = http ? 'http' : 'https'
    return {
      url: `${scheme}://${inUrl(reachableAt(listener.address))}:${listener.port}`,
      names,
      profile: settings.profile,
      ...(certificate?.caFile !== undefined && { caFile: certificate.caFile }),
      close: () => listener.close().finally(kept?.close),
    }
  } catch (error) {
    await (kept?.close ?? state?.release)?.()
    throw error
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
