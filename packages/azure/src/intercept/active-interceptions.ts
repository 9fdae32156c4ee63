/** The interceptions of this process, and which of them answers a request. */

import type { Handler, Hsm } from '@pocket-hsm/rest'
import { host } from '#host'
import type { InterceptedRequest } from '../host/interception-host.ts'
import { hostnameOf, isServiceHost, isTokenAddress } from './azure-hosts.ts'
import { endedInterception, otherRequest, unknownService } from './errors.ts'

/** One call of interceptAzure. */
export interface ActiveInterception {
  /** Returns the HSM with an address, such as `contoso.vault.azure.net`. */
  readonly findHsm: (host: string) => Hsm | undefined
  /** The addresses of its HSMs, for an error. */
  readonly addresses: () => readonly string[]
  readonly handlerOf: (hsm: Hsm) => Handler
  /** Issues tokens; absent if requests for tokens are not its concern. */
  readonly identity?: Handler | undefined
  /** Whether a request that is none of Azure's has to fail. */
  readonly refuses: (request: Request) => boolean
}

/** The oldest first. */
const active: ActiveInterception[] = []

let stop: (() => void) | undefined

/**
 * Adds an interception in front of those that are there.
 *
 * @returns Removes it. Only the first call has an effect.
 */
export function addInterception(interception: ActiveInterception): () => void {
  stop ??= host.startInterception(answer, isAnswered)
  active.push(interception)
  return () => {
    const index = active.indexOf(interception)
    if (index < 0) return
    active.splice(index, 1)
    if (active.length > 0) return
    stop?.()
    stop = undefined
  }
}

async function answer(intercepted: InterceptedRequest): Promise<void> {
  if (!isOpen(intercepted)) return
  try {
    const response = await responseTo(intercepted.request)
    if (response !== undefined && isOpen(intercepted)) intercepted.respond(response)
  } catch (error) {
    if (isOpen(intercepted)) intercepted.fail(error as Error)
  }
}

/** Whether a request still waits: one that was aborted fails with the reason of its signal if nobody answers it. */
const isOpen = ({ isSettled, request }: InterceptedRequest): boolean =>
  !isSettled() && !request.signal.aborted

/** Returns the response, or `undefined` for a request that goes to the network. */
async function responseTo(request: Request): Promise<Response | undefined> {
  const url = new URL(request.url)
  const handler = findHandler(url)
  if (handler !== undefined) return await handler(request)
  const isService = isServiceHost(hostnameOf(url))
  if (active.length === 0 && (isService || isTokenAddress(url))) throw endedInterception(request)
  if (isService) {
    throw unknownService(
      url,
      active.toReversed().flatMap(({ addresses }) => addresses()),
    )
  }
  if (active.toReversed().some(({ refuses }) => refuses(request))) throw otherRequest(request)
  return undefined
}

/** Whether a request to a URL is answered or fails, whatever else it is. */
const isAnswered = (url: URL): boolean =>
  findHandler(url) !== undefined || isServiceHost(hostnameOf(url))

/** The handler of the HSM with an address, or the one that issues tokens: each of the newest interception that has one. */
function findHandler(url: URL): Handler | undefined {
  const newestFirst = active.toReversed()
  const address = url.host.replace(url.hostname, hostnameOf(url))
  for (const { findHsm, handlerOf } of newestFirst) {
    const hsm = findHsm(address)
    if (hsm !== undefined) return handlerOf(hsm)
  }
  if (!isTokenAddress(url)) return undefined
  return newestFirst.find((each) => each.identity !== undefined)?.identity
}
