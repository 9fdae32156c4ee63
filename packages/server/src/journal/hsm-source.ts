/** HSMs as a journal sees them: what has changed in each since it was last written down. */

import { setImmediate } from 'node:timers/promises'
import { exportChanges, exportState, forkHsm, type Hsm } from 'pocket-hsm'
import type { ServerClock } from '../server-clock.ts'
import type { Entry } from './entries.ts'
import type { FrozenSource, JournalSource } from './journal.ts'

/** An HSM that is kept. */
export interface KeptHsm {
  readonly name: string
  /** The HSM as it is now, or another fork of it since a reset. */
  readonly hsm: () => Hsm
}

/** What is written down: each HSM by name, and by how many milliseconds the clock is ahead. */
interface Noted {
  readonly hsms: ReadonlyMap<string, Hsm>
  readonly offset: number
}

/**
 * Makes the source of a journal.
 *
 * @param kept - The HSMs, each under a name of its own.
 * @param isNoted - Whether an HSM as it is now is in the journal already.
 */
export function createHsmSource(
  kept: readonly KeptHsm[],
  clock: Pick<ServerClock, 'offset'>,
  isNoted: (name: string) => boolean,
): JournalSource {
  const present = (): Noted => ({
    hsms: new Map(kept.map(({ name, hsm }) => [name, forkHsm(hsm())])),
    offset: clock.offset(),
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
    if (earlier === undefined) return [{ kind: 'state', name, octets: exportState(hsm) }]
    const octets = exportChanges(hsm, earlier)
    return octets === undefined ? [] : [{ kind: 'changes', name, octets }]
  })
  return now.offset === before.offset ? entries : [...entries, clockEntry(now)]
}

/** One HSM after the other: requests are answered in between. */
async function everything(frozen: Noted): Promise<readonly Entry[]> {
  const entries = [clockEntry(frozen)]
  for (const [name, hsm] of frozen.hsms) {
    entries.push({ kind: 'state', name, octets: exportState(hsm) })
    await setImmediate()
  }
  return entries
}

function clockEntry({ offset }: Noted): Entry {
  return { kind: 'clock', name: '', octets: Buffer.from(String(offset)) }
}
