/** Addresses and names: which are of this machine, which a server may have. */

import { BlockList, isIP } from 'node:net'

/** 127.0.0.0/8 (RFC 1122 section 3.2.1.3) and ::1 (RFC 4291 section 2.5.3). */
const LOOPBACK = new BlockList()
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4')
LOOPBACK.addAddress('::1', 'ipv6')

const NAME =
  /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i

/** Whether only this machine can reach an address: names under `localhost` are (RFC 6761 section 6.3). */
export function isLoopback(host: string): boolean {
  const address = host.replace(/^\[|\]$/g, '').toLowerCase()
  const version = isIP(address)
  if (version === 0) return address === 'localhost' || address.endsWith('.localhost')
  return LOOPBACK.check(address, version === 4 ? 'ipv4' : 'ipv6')
}

/** Whether a server may have this name. */
export function isServedName(name: string): boolean {
  return NAME.test(name) && isIP(name) === 0
}

const HOST_HEADER = /^([a-z0-9._-]+|\[[0-9a-f:.]+\])(:\d{1,5})?$/i

/** Whether a Host header names a host and nothing else (RFC 9112 section 3.2). */
export function isHostHeader(host: string): boolean {
  return HOST_HEADER.test(host)
}

/** An address as it stands in a URL. */
export function inUrl(address: string): string {
  return isIP(address) === 6 ? `[${address}]` : address
}

const ANY_ADDRESS: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' }

/** Where a client on this machine reaches what listens at an address. */
export function reachableAt(address: string): string {
  return ANY_ADDRESS[address] ?? address
}
