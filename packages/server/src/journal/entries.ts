/** What a record's payload is made of: entries, each of which says something of one HSM or of the server. */

import { serverError } from '../server-error.ts'

/** `state` replaces all that came before of this HSM, `changes` follow it; `server` is what the server keeps of itself. */
export type EntryKind = 'state' | 'changes' | 'server'

/** One thing that is kept. */
export interface Entry {
  readonly kind: EntryKind
  /** Which HSM it is of; empty where it is of the server. */
  readonly name: string
  readonly octets: Uint8Array
}

const KINDS: readonly EntryKind[] = ['state', 'changes', 'server']

/** kind, 1 | length of the name, 2 | length of the octets, 4 | name in UTF-8 | octets */
const FIXED_LENGTH = 7

/** The entries as a payload, in pieces; the octets of none are copied. */
export function toPayload(entries: readonly Entry[]): readonly Uint8Array[] {
  return entries.flatMap(({ kind, name, octets }) => {
    const nameOctets = Buffer.from(name)
    const head = Buffer.alloc(FIXED_LENGTH)
    head.writeUInt8(KINDS.indexOf(kind))
    head.writeUInt16BE(nameOctets.length, 1)
    head.writeUInt32BE(octets.length, 3)
    return [head, nameOctets, octets]
  })
}

/**
 * The entries of a payload, as views of it.
 *
 * @throws `BadState` - octets that {@link toPayload} does not make.
 */
export function fromPayload(payload: Buffer): readonly Entry[] {
  const entries: Entry[] = []
  for (let offset = 0; offset < payload.length; ) {
    const kind = KINDS[payload.readUInt8(offset)]
    const name = offset + FIXED_LENGTH
    const octets = name + payload.readUInt16BE(offset + 1)
    const end = octets + payload.readUInt32BE(offset + 3)
    if (kind === undefined || end > payload.length) {
      throw serverError(
        'BadState',
        'The state holds what this version of the server does not know.',
      )
    }
    entries.push({
      kind,
      name: payload.toString('utf8', name, octets),
      octets: payload.subarray(octets, end),
    })
    offset = end
  }
  return entries
}
