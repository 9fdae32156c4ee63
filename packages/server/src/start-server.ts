/** A server: HSMs behind a socket. */

import type { ProfileName } from 'pocket-hsm'
import { inUrl, reachableAt } from './network/addresses.ts'
import { listen } from './network/listen.ts'
import type { ServerOptions } from './options.ts'
import { createRsaThreads } from './rsa-threads/rsa-threads.ts'
import { certificateOf } from './startup/certificate-of.ts'
import { openHsms } from './startup/open-hsms.ts'

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
 * Without a `state` the keys are gone when it is closed; with one, whatever was answered is on the disk. The first start
 * makes a certificate authority and keeps it in a folder; later ones use it again, so that clients need to trust it once.
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
  const threads = createRsaThreads((text) => options.warn?.(text))
  const { settings, answer, close } = await openHsms(options, threads.makeRsaKey)
  const { http, names, profile } = settings
  try {
    const certificate = http ? undefined : await certificateOf(settings)
    const listener = await listen(answer, settings, certificate)
    const scheme = http ? 'http' : 'https'
    return {
      url: `${scheme}://${inUrl(reachableAt(listener.address))}:${listener.port}`,
      names,
      profile,
      ...(certificate?.caFile !== undefined && { caFile: certificate.caFile }),
      close: () => listener.close().finally(threads.close).finally(close),
    }
  } catch (error) {
    await close()
    throw error
  }
}
