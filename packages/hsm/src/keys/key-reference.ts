/** How a key is named: `name`, `name/version`, or the whole key identifier. */

import { badParameter, printable } from '../hsm-error.ts'
import { serviceError } from '../service/error-texts.ts'
import { methodOf } from '../service/operation-methods.ts'
import type { Profile } from '../service/profiles.ts'

/** A parsed reference. Without `version` the current one is meant. */
export interface KeyReference {
  readonly name: string
  /** In lower case, as versions are compared without regard to case. */
  readonly version?: string
}

/** The HSM whose keys references name. */
export interface ReferenceContext {
  readonly baseUrl: string
  readonly profile: Pick<Profile, 'family'>
}

const NAME = /^[0-9a-zA-Z-]{1,127}$/
const VERSION = /^[0-9a-f]{32}$/i
/** A segment of a path that may be the name of an operation. */
const SEGMENT = /^[0-9a-zA-Z-]+$/

type Collection = 'keys' | 'deletedkeys'

/** The collections whose identifiers an operation takes: `az` gives those of deleted keys to some. */
const COLLECTIONS: Readonly<Record<Collection, RegExp>> = {
  keys: /^(https?:\/\/[^/]+)\/keys\/(.+)$/i,
  deletedkeys: /^(https?:\/\/[^/]+)\/(?:deleted)?keys\/(.+)$/i,
}

/**
 * Parses a reference; a key identifier must belong to this HSM.
 *
 * The service takes what follows a name for an operation, unless it is a version: so does the error.
 *
 * @param operation - The function that was called with the reference.
 */
export function parseKeyReference(
  { baseUrl, profile }: ReferenceContext,
  reference: string,
  operation: string,
  collection: Collection = 'keys',
): KeyReference {
  if (typeof reference !== 'string') {
    throw badParameter('A key is named by a string: its name, name/version or key identifier.')
  }
  // Most references are a bare name: splitting it would take longer than all other checks of a call.
  if (NAME.test(reference)) return { name: reference }
  const identifier = COLLECTIONS[collection].exec(reference)
  if (identifier !== null && identifier[1]?.toLowerCase() !== baseUrl) {
    throw badParameter(`The key identifier ${reference} is not of ${baseUrl}.`)
  }
  const [name = '', version = '', ...rest] = (identifier?.[2] ?? reference).split('/')
  if (rest.length > 0) throw invalidName(reference)
  const parsed = parseKeyName(name)
  if (version === '') return { name: parsed }
  if (VERSION.test(version)) return { name: parsed, version: version.toLowerCase() }
  if (!SEGMENT.test(version)) throw invalidName(reference)
  const facts = { method: methodOf(operation), operation: version }
  throw serviceError('operationInPath', profile.family, facts)
}

/** The name of the vault or HSM at an address: the first label of its host. */
export function containerName(baseUrl: string): string {
  return baseUrl.replace(/^\w+:\/\/|[.:].*$/g, '')
}

/** Reads the name of a key: 1 to 127 letters, digits and hyphens. */
export function parseKeyName(name: string): string {
  if (!isKeyName(name)) throw invalidName(name)
  return name
}

/** Whether a key can have this name. */
export function isKeyName(name: unknown): name is string {
  return typeof name === 'string' && NAME.test(name)
}

/** Reads the name of a deleted key: its `recoveryId` names it too. */
export function parseDeletedNameOf(
  context: ReferenceContext,
  reference: string,
  operation: string,
): string {
  return parseKeyReference(context, reference, operation, 'deletedkeys').name
}

function invalidName(name: unknown): Error {
  return badParameter(`The request URI contains an invalid name: ${printable(name)}`)
}
