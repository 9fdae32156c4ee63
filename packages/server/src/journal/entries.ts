/** What a record's payload is made of: entries, each of which says something of one HSM or of the server. */

import { serverError } from '../server-error.ts'

/** `state` replaces all that came before of this HSM, `changes` follow it; `server` is what the server keeps of itself. */
export type EntryKind = 'state' | 'changes' | 'server'

/** One thing that is kept. */
export interface Entry {
  readonly kind: EntryKind
  /** Which HSM it is of; empty where it is of the server. */
  readonly name: string
  readonly bytes: Uint8Array
}

const KINDS: readonly EntryKind[] = ['state', 'changes', 'server']

/** kind, 1 | length of the name, 2 | length of the bytes, 4 | name in UTF-8 | bytes */
const FIXED_LENGTH = 7

/** The entries as a payload, in pieces; the bytes of none are copied. */
export function toPayload(entries: readonly Entry[]): readonly Uint8Array[] {
  return entries.flatMap(({ kind, name, bytes }) => {
    const nameBytes = Buffer.from(name)
    const head = Buffer.alloc(FIXED_LENGTH)
    head.writeUInt8(KINDS.indexOf(kind))
    head.writeUInt16BE(nameBytes.length, 1)
    head.writeUInt32BE(bytes.length, 3)
    return [head, nameBytes, bytes]
  })
}

/**
 * The entries of a payload, as views of it.
 *
 * @throws `BadState` - bytes that {@link toPayload} does not make.
 */
export function fromPayload(payload: Buffer): readonly Entry[] {
  const entries: Entry[] = []
  for (let offset = 0; offset < payload.length; ) {
    const kind = KINDS[payload.readUInt8(offset)]
    const name = offset + FIXED_LENGTH
    const bytes = name + payload.readUInt16BE(offset + 1)
    const end = bytes + payload.readUInt32BE(offset + 3)
    if (kind === undefined || end > payload.length) {
      throw serverError(
        'BadState',
        'The state holds what this version of the server does not know.',
      )
    }
    entries.push({
      kind,
      name: payload.toString('utf8', name, bytes),
      bytes: payload.subarray(bytes, end),
    })
    offset = end
  }
  return entries
}
