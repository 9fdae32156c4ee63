/** Starts a server: HSMs behind a socket. */

import type { ProfileName } from 'pocket-hsm'
import { allHostsOf, type Hosts, localHostOf } from './hsms/hosts.ts'
import { inUrl, reachableAt } from './network/addresses.ts'
import { escapeControls } from './network/escape-controls.ts'
import { allowedHostsOf, withGuard } from './network/guard.ts'
import { type KeyPair, listen } from './network/listen.ts'
import type { Respond } from './network/respond.ts'
import type { ServerOptions, ServerSettings } from './options.ts'
import { createRsaThreads } from './rsa-threads/rsa-threads.ts'
import { certificateOf } from './startup/certificate-of.ts'
import { openHsms } from './startup/open-hsms.ts'
import { identityVariables } from './tokens/server-identity.ts'

/** A running server. */
export interface PocketServer {
  /**
   * The address of the server for a client on this machine: scheme, address and port, without a slash at the end. With
   * one name or none, the HSM is there; with several names, `urls` has the address of each.
   */
  readonly url: string
  /** The names of its HSMs, as they were given. */
  readonly names: readonly string[]
  /** The address of each HSM by its name, in the order of the names; empty without names. */
  readonly urls: Readonly<Record<string, string>>
  /** The service that its HSMs behave like: the state's, if there is a state. */
  readonly profile: ProfileName
  /** The file with the certificate that clients have to trust; absent if the server made none. */
  readonly caFile?: string
  /**
   * With `identity`: the environment variables that point the credentials of every language at the server. Set those of
   * one kind of credential: `AZURE_AUTHORITY_HOST`, `AZURE_TENANT_ID`, `AZURE_CLIENT_ID` and `AZURE_CLIENT_SECRET` for a
   * service principal, `AZURE_POD_IDENTITY_AUTHORITY_HOST`, or `IDENTITY_ENDPOINT` and `IDENTITY_HEADER`, for a managed
   * identity.
   */
  readonly environment?: Readonly<Record<string, string>>
  /** Accepts no more requests, gives those under way 5 seconds to finish, and frees the port. */
  readonly close: () => Promise<void>
}

/**
 * Starts HSMs over HTTPS, for any client of Key Vault or Managed HSM keys.
 *
 * Without a `state` the keys are lost when the server closes; with one, everything that a response shows is on disk. The
 * first start creates a certificate authority in a folder; later starts use it again, so that clients trust it once.
 *
 * @param options - See {@link ServerOptions}; every member is optional.
 * @throws `BadOption` - an unknown option, or a value that its comment does not allow.
 * @throws `RefusedBinding` - an address that other machines can reach, without TLS or without `auth: 'jwt'`, and without
 *   `force`.
 * @throws `BadCertificate` - a certificate that cannot be read or does not fit its key, or a folder that cannot be
 *   written.
 * @throws `BadState` - a state that is in use by another server or damaged, or whose key is missing or wrong.
 * @throws `NotListening` - an address that is not this machine's, or a port that is in use.
 * @throws HsmError 400 `BadParameter` - an option that `createHsm` refuses.
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
  const warn = warningsOf(options)
  const threads = createRsaThreads(warn)
  const { settings, hosts, respond, close } = await openHsms(
    { ...options, warn },
    threads.makeRsaKey,
  )
  const { http, names, profile } = settings
  try {
    const certificate = http ? undefined : await certificateOf(settings, managedNamesOf(hosts))
    const guarded = withGuard(respond, allowedHostsOf(settings, allHostsOf(hosts)))
    const certified = withCertificates(guarded, hosts, settings)
    const { address, port, ...listener } = await listen(certified.respond, settings, certificate)
    certified.use(listener.setCertificate)
    const scheme = http ? 'http' : 'https'
    const url = `${scheme}://${inUrl(reachableAt(address))}:${port}`
    return {
      url,
      names,
      urls: Object.fromEntries(
        names.map((name) => [name, `${scheme}://${localHostOf(name)}:${port}`]),
      ),
      profile,
      ...(certificate?.caFile !== undefined && { caFile: certificate.caFile }),
      ...(settings.identity && { environment: identityVariables(url) }),
      close: () => listener.close().finally(threads.close).finally(close),
    }
  } catch (error) {
    await close()
    throw error
  }
}

const managedNamesOf = ({ all }: Hosts): readonly string[] =>
  all.flatMap(({ name, storedAs }) => (storedAs === undefined ? [] : [name]))

/** Before a response shows an HSM that was added, the certificate has its hosts. */
function withCertificates(respond: Respond, hosts: Hosts, settings: ServerSettings) {
  let known = hosts.all
  let use: (certificate: KeyPair) => void = () => {}
  let last: Promise<void> = Promise.resolve()
  const renew = () =>
    certificateOf(settings, managedNamesOf(hosts)).then(use, (error) =>
      settings.warn(error.message),
    )
  return {
    use: (take: typeof use) => {
      use = take
    },
    respond: (async (request, peer) => {
      const response = await respond(request, peer)
      const isOld = hosts.all !== known && !settings.http && settings.certificate === undefined
      known = hosts.all
      if (isOld) last = last.then(renew)
      await last
      return response
    }) satisfies Respond,
  }
}

/** Warnings quote what clients and authorities have sent: nothing in them may control a terminal. */
function warningsOf({ warn }: ServerOptions): (text: string) => void {
  return (text) => warn?.(escapeControls(text))
}
