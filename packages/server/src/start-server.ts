/** Starts a server: HSMs behind a socket. */

import { createRequire } from 'node:module'
import type { ProfileName } from 'pocket-hsm'
import { CONSOLE_PATH } from './console/console-path.ts'
import { allHostsOf, type Hosts, localHostOf } from './hsms/hosts.ts'
import { parseSettings } from './hsms/settings.ts'
import { createLog, type Log } from './log/create-log.ts'
import { observeRequests } from './log/observe-requests.ts'
import { inUrl, reachableAt } from './network/addresses.ts'
import { escapeControls } from './network/escape-controls.ts'
import { allowedHostsOf, withGuard } from './network/guard.ts'
import { type KeyPair, listen } from './network/listen.ts'
import type { Respond } from './network/respond.ts'
import type { Ops } from './ops/start-ops.ts'
import type { ServerOptions, ServerSettings } from './options.ts'
import { createRsaThreads } from './rsa-threads/rsa-threads.ts'
import { certificateOf } from './startup/certificate-of.ts'
import { openHsms } from './startup/open-hsms.ts'
import { identityVariables } from './tokens/server-identity.ts'

/** The manifest, found by the package's own name wherever this code was bundled. */
const { version: VERSION } = createRequire(import.meta.url)('@pocket-hsm/server/package.json') as {
  readonly version: string
}

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
  /** With `console`: the address of the page. */
  readonly consoleUrl?: string
  /** With `opsPort`: the address of the listener for operators, without a slash at the end. */
  readonly opsUrl?: string
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
 * @throws `BadFile` - an audit log that cannot be written.
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
  // Wrong options are errors before anything starts; warnings about them come once, from the second parsing.
  const asked = parseSettings({ ...options, warn: () => {} })
  const { log, warn } = await logOf(options)
  const ops = await opsOf(asked, log)
  try {
    const server = await startServing({ ...options, warn }, ops, log)
    log?.message('info', `Listening: a ${server.profile} at ${server.url}, version ${VERSION}.`)
    return ops === undefined ? server : { ...server, opsUrl: ops.url }
  } catch (error) {
    await ops?.close()
    throw error
  }
}

async function startServing(
  options: ServerOptions & Required<Pick<ServerOptions, 'warn'>>,
  ops: Ops | undefined,
  log: Log | undefined,
): Promise<PocketServer> {
  const threads = createRsaThreads(options.warn)
  const opened = await openHsms(options, threads.makeRsaKey, ops?.metrics.observeDatabase)
  const { settings, hosts, respond, close } = opened
  const { http, names, profile } = settings
  try {
    const certificate = http ? undefined : await certificateOf(settings, managedNamesOf(hosts))
    const guarded = withGuard(respond, allowedHostsOf(settings, allHostsOf(hosts)))
    const certified = withCertificates(guarded, hosts, settings)
    const observe = observeRequests([
      ...(log === undefined ? [] : [log.request]),
      ...(ops === undefined ? [] : [ops.metrics.countRequest]),
    ])
    const { address, port, ...listener } = await listen(
      certified.respond,
      settings,
      certificate,
      observe,
    )
    certified.use(listener.setCertificate)
    ops?.serve({ ...opened, rsaQueue: threads.queueLength })
    const scheme = http ? 'http' : 'https'
    const url = `${scheme}://${inUrl(reachableAt(address))}:${port}`
    return {
      url,
      names,
      urls: Object.fromEntries(
        names.map((name) => [name, `${scheme}://${localHostOf(name)}:${port}`]),
      ),
      profile,
      ...(settings.console && { consoleUrl: `${url}${CONSOLE_PATH}` }),
      ...(certificate?.caFile !== undefined && { caFile: certificate.caFile }),
      ...(settings.identity && { environment: identityVariables(url) }),
      close: async () => {
        log?.message('info', 'Stopping: no more requests are accepted.')
        ops?.stop()
        opened.endStreams()
        await listener
          .close()
          .finally(threads.close)
          .finally(close)
          .finally(() => ops?.close())
      },
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** With a log, warnings are lines of it; they also go to the function of the options. */
async function logOf(options: ServerOptions) {
  const warnUser = warningsOf(options)
  const log = await createLog(options.log ?? undefined, warnUser)
  const warn = (text: string) => {
    log?.message('warn', text)
    warnUser(text)
  }
  return { log, warn }
}

/** The library for metrics is loaded only if there is a listener for them. */
async function opsOf(
  { opsPort, opsHost }: ServerSettings,
  log: Log | undefined,
): Promise<Ops | undefined> {
  if (opsPort === undefined) return undefined
  const { startOps } = await import('./ops/start-ops.ts')
  return startOps({ host: opsHost, port: opsPort, version: VERSION }, log)
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
