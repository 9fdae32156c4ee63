/** The entries of a record's payload: each is about one HSM, or about the server. */

import { serverError } from '../server-error.ts'

/** `state` is a whole HSM and replaces earlier entries of it, `changes` follow it, `server` is about the server. */
export type EntryKind = 'state' | 'changes' | 'server'

/** One entry. */
export interface Entry {
  readonly kind: EntryKind
  /** The name of the HSM; empty in an entry of the server. */
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
 * @throws `BadState` - bytes that {@link toPayload} does not make, or not all of them.
 */
export function fromPayload(payload: Buffer): readonly Entry[] {
  const entries: Entry[] = []
  for (let offset = 0; offset < payload.length; ) {
    const nameStart = offset + FIXED_LENGTH
    if (nameStart > payload.length) throw cutOff()
    const bytesStart = nameStart + payload.readUInt16BE(offset + 1)
    const end = bytesStart + payload.readUInt32BE(offset + 3)
    const kind = KINDS[payload.readUInt8(offset)]
    if (kind === undefined) {
      throw serverError(
        'BadState',
        'The state has an entry of a kind that this version does not know.',
      )
    }
    if (end > payload.length) throw cutOff()
    const name = payload.toString('utf8', nameStart, bytesStart)
    entries.push({ kind, name, bytes: payload.subarray(bytesStart, end) })
    offset = end
  }
  return entries
}

const cutOff = (): Error => serverError('BadState', 'The state has an entry that is not complete.')
