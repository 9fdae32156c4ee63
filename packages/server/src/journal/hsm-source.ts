/** HSMs as a journal sees them: what has changed in each since it was last written down. */

import { setImmediate } from 'node:timers/promises'
import { exportChanges, exportState, exportStateInParts, forkHsm, type Hsm } from 'pocket-hsm'
import type { Entry } from './entries.ts'
import type { FrozenSource, JournalSource } from './journal.ts'

/** An HSM that is kept. */
export interface KeptHsm {
  readonly name: string
  /** The HSM as it is now, or another fork of it since a reset. */
  readonly hsm: () => Hsm
}

/** What a server keeps of itself. */
export interface KeptServer {
  /** By how many milliseconds its clock is ahead of the machine's. */
  readonly clockOffset: number
  /** Whether its HSMs were made with a seed. */
  readonly isSeeded: boolean
}

/** What is written down. */
interface Noted {
  readonly hsms: ReadonlyMap<string, Hsm>
  readonly server: KeptServer
}

/**
 * Makes the source of a journal.
 *
 * @param kept - The HSMs, each under a name of its own.
 * @param isNoted - Whether an HSM as it is now is in the journal already.
 */
export function createHsmSource(
  kept: readonly KeptHsm[],
  server: () => KeptServer,
  isNoted: (name: string) => boolean,
): JournalSource {
  const present = (): Noted => ({
    hsms: new Map(kept.map(({ name, hsm }) => [name, forkHsm(hsm())])),
    server: server(),
  })
  const first = present()
  let noted: Noted = { ...first, hsms: new Map([...first.hsms].filter(([name]) => isNoted(name))) }
  return {
    collect: () => {
      const now = present()
      const entries = changes(now, noted)
      noted = now
      return entries
    },
    freeze: (): FrozenSource => {
      const frozen = noted
      return { all: () => everything(frozen), since: () => changes(noted, frozen) }
    },
  }
}

function changes(now: Noted, before: Noted): readonly Entry[] {
  const entries = [...now.hsms].flatMap(([name, hsm]): readonly Entry[] => {
    const earlier = before.hsms.get(name)
    if (earlier === undefined) return [{ kind: 'state', name, bytes: exportState(hsm) }]
    const bytes = exportChanges(hsm, earlier)
    return bytes === undefined ? [] : [{ kind: 'changes', name, bytes }]
  })
  return toText(now) === toText(before) ? entries : [...entries, serverEntry(now)]
}

/** Part by part: requests are answered in between. */
async function everything(frozen: Noted): Promise<readonly Entry[]> {
  const entries = [serverEntry(frozen)]
  for (const [name, hsm] of frozen.hsms) {
    const parts: Uint8Array[] = []
    for (const part of exportStateInParts(hsm)) {
      parts.push(part)
      await setImmediate()
    }
    entries.push({ kind: 'state', name, bytes: Buffer.concat(parts) })
  }
  return entries
}

const toText = ({ server }: Noted) => JSON.stringify(server)

function serverEntry(noted: Noted): Entry {
  return { kind: 'server', name: '', bytes: Buffer.from(toText(noted)) }
}
