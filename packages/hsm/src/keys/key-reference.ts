/** How a key is named: `name`, `name/version`, or the whole key identifier. */

import { badParameter, printable } from '../hsm-error.ts'

/** A parsed reference. Without `version` the current one is meant. */
export interface KeyReference {
  readonly name: string
  /** In lower case, as versions are compared without regard to case. */
  readonly version?: string
}

const NAME = /^[0-9a-zA-Z-]{1,127}$/
type Collection = 'keys' | 'deletedkeys'

/** The collections whose identifiers an operation takes: `az` gives those of deleted keys to some. */
const COLLECTIONS: Readonly<Record<Collection, RegExp>> = {
  keys: /^(https?:\/\/[^/]+)\/keys\/(.+)$/i,
  deletedkeys: /^(https?:\/\/[^/]+)\/(?:deleted)?keys\/(.+)$/i,
}

/** Reads a reference; a key identifier must be this HSM's own. */
export function parseKeyReference(
  baseUrl: string,
  reference: string,
  collection: Collection = 'keys',
): KeyReference {
  if (typeof reference !== 'string') {
    throw badParameter('A key is named by a string: its name, name/version or key identifier.')
  }
  const identifier = COLLECTIONS[collection].exec(reference)
  if (identifier !== null && identifier[1]?.toLowerCase() !== baseUrl) {
    throw badParameter(`The key identifier ${reference} is not of ${baseUrl}.`)
  }
  const [name = '', version, ...rest] = (identifier?.[2] ?? reference).split('/')
  if (rest.length > 0) throw invalidName(reference)
  return { name: parseKeyName(name), ...(version && { version: version.toLowerCase() }) }
}

/** The name of the vault or HSM at an address: the first label of its host. */
export function containerName(baseUrl: string): string {
  return baseUrl.replace(/^\w+:\/\/|[.:].*$/g, '')
}

/** Reads the name of a key: 1 to 127 letters, digits and hyphens. */
export function parseKeyName(name: string): string {
  if (typeof name !== 'string' || !NAME.test(name)) throw invalidName(name)
  return name
}

/** Reads the name of a deleted key: its `recoveryId` names it too. */
export function parseDeletedNameOf(baseUrl: string, reference: string): string {
  return parseKeyReference(baseUrl, reference, 'deletedkeys').name
}

function invalidName(name: unknown): Error {
  return badParameter(`The request URI contains an invalid name: ${printable(name)}`)
}
