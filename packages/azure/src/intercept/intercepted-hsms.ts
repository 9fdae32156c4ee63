/** The HSMs of an interception, by host. */

import type { Hsm } from '@pocket-hsm/rest'
import { kindOf } from '../transport/source.ts'

/** One HSM, several with different addresses, or HSMs by the host that clients call. */
export type InterceptedHsms = Hsm | readonly Hsm[] | Readonly<Record<string, Hsm>>

/**
 * Reads HSMs into a map by host.
 *
 * @param owner - The function that was called with them, for the error.
 * @throws TypeError - something that is no HSM, or two HSMs with one address.
 */
export function hsmsByHost(owner: string, hsms: InterceptedHsms): Map<string, Hsm> {
  const byHost = new Map<string, Hsm>()
  for (const [host, hsm] of entriesOf(owner, hsms)) {
    if (!isHsm(hsm)) {
      throw new TypeError(`${owner} needs HSMs from createHsm, not ${kindOf(hsm)}.`)
    }
    const key = (host ?? new URL(hsm.baseUrl).host).toLowerCase()
    if (byHost.has(key)) {
      throw new TypeError(
        `${owner} was given two HSMs at ${key}. Give each a baseUrl of its own, or pass HSMs by host.`,
      )
    }
    byHost.set(key, hsm)
  }
  return byHost
}

/** The addresses of HSMs, for an error. */
export function addressesOf(byHost: ReadonlyMap<string, Hsm>): readonly string[] {
  return [...byHost.keys()].map((host) => `https://${host}`)
}

function entriesOf(
  owner: string,
  hsms: InterceptedHsms,
): readonly (readonly [string | undefined, unknown])[] {
  if (Array.isArray(hsms)) return hsms.map((hsm) => [undefined, hsm])
  if (isHsm(hsms)) return [[undefined, hsms]]
  if (typeof hsms === 'object' && hsms !== null) return Object.entries(hsms)
  throw new TypeError(
    `${owner} needs an HSM from createHsm, a list of them, or HSMs by host, not ${kindOf(hsms)}.`,
  )
}

const isHsm = (value: unknown): value is Hsm =>
  typeof (value as Partial<Hsm> | null)?.baseUrl === 'string'
