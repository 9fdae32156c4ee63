/** Addresses and host names: which are this machine's own, which are private, which a server can have. */

import { BlockList, isIP } from 'node:net'

/** 127.0.0.0/8 (RFC 1122 section 3.2.1.3) and ::1 (RFC 4291 section 2.5.3). */
const LOOPBACK = blockList([
  ['127.0.0.0', 8],
  ['::1', 128],
])

/** The blocks of RFC 6890 and its registries that are not globally reachable, and multicast. */
const NOT_PUBLIC = blockList([
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  ['::', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
])

function blockList(subnets: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList()
  for (const [net, prefix] of subnets) {
    list.addSubnet(net, prefix, isIP(net) === 4 ? 'ipv4' : 'ipv6')
  }
  return list
}

const NAME =
  /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i

const withoutBrackets = (host: string): string => host.replace(/^\[|\]$/g, '').toLowerCase()

/**
 * Whether only this machine can reach a host: a loopback address, `localhost` or a name under it.
 *
 * @see RFC 6761 section 6.3
 */
export function isLoopback(host: string): boolean {
  const address = withoutBrackets(host)
  const version = isIP(address)
  if (version === 0) return address === 'localhost' || address.endsWith('.localhost')
  return LOOPBACK.check(address, version === 4 ? 'ipv4' : 'ipv6')
}

/** Whether an IP address is on the public internet: neither loopback nor private, link-local or reserved. */
export function isPublicAddress(address: string): boolean {
  const version = isIP(withoutBrackets(address))
  if (version === 0) return false
  return !NOT_PUBLIC.check(withoutBrackets(address), version === 4 ? 'ipv4' : 'ipv6')
}

/** Whether a host is an IP address, in brackets or not. */
export function isAddress(host: string): boolean {
  return isIP(withoutBrackets(host)) !== 0
}

/** Whether a server can have this name. */
export function isServedName(name: string): boolean {
  return NAME.test(name) && isIP(name) === 0
}

const HOST_HEADER = /^([a-z0-9._-]+|\[[0-9a-f:.]+\])(:\d{1,5})?$/i

/**
 * Whether a Host header is a host with an optional port, and nothing else.
 *
 * @see RFC 9112 section 3.2
 */
export function isHostHeader(host: string): boolean {
  return HOST_HEADER.test(host) && URL.canParse(`http://${host}`)
}

/** An address as it is written in a URL. */
export function inUrl(address: string): string {
  return isIP(address) === 6 ? `[${address}]` : address
}

const ANY_ADDRESS: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' }

/** The address at which a client on this machine reaches a server that listens at `address`. */
export function reachableAt(address: string): string {
  return ANY_ADDRESS[address] ?? address
}
