/** The HSMs of a server as the source of a journal: what has changed in each since it was last written. */

import { setImmediate } from 'node:timers/promises'
import { exportChanges, exportState, exportStateInParts, forkHsm, type Hsm } from 'pocket-hsm'
import type { Entry } from './entries.ts'
import type { JournalSource, SourceSnapshot } from './journal.ts'

/** An HSM that a journal stores. */
export interface StoredHsm {
  readonly name: string
  /** The present HSM; after a reset another fork. */
  readonly hsm: () => Hsm
}

/** What a journal stores about the server. */
export interface StoredServer {
  /** Milliseconds by which its clock is ahead of the machine's. */
  readonly clockOffset: number
  /** Whether its HSMs were made with a seed. */
  readonly isSeeded: boolean
  /** What the management plane stores, as JSON text; absent if the server has none. */
  readonly management?: string
}

/** What has been written. */
interface Written {
  readonly hsms: ReadonlyMap<string, Hsm>
  readonly server: StoredServer
}

/**
 * Makes the source of a journal.
 *
 * @param stored - Returns the present HSMs, each under a name of its own.
 * @param isWritten - Whether an HSM is in the journal already, as it is now.
 */
export function createHsmSource(
  stored: () => readonly StoredHsm[],
  server: () => StoredServer,
  isWritten: (name: string) => boolean,
): JournalSource {
  const present = (): Written => ({
    hsms: new Map(stored().map(({ name, hsm }) => [name, forkHsm(hsm())])),
    server: server(),
  })
  const first = present()
  let written: Written = {
    ...first,
    hsms: new Map([...first.hsms].filter(([name]) => isWritten(name))),
  }
  return {
    collect: () => {
      const now = present()
      const entries = changes(now, written)
      written = now
      return entries
    },
    takeSnapshot: (): SourceSnapshot => {
      const snapshot = written
      return { all: () => everything(snapshot), since: () => changes(written, snapshot) }
    },
  }
}

function changes(now: Written, before: Written): readonly Entry[] {
  const entries = [...now.hsms].flatMap(([name, hsm]): readonly Entry[] => {
    const earlier = before.hsms.get(name)
    if (earlier === undefined) return [{ kind: 'state', name, bytes: exportState(hsm) }]
    const bytes = exportChanges(hsm, earlier)
    return bytes === undefined ? [] : [{ kind: 'changes', name, bytes }]
  })
  return toText(now) === toText(before) ? entries : [...entries, serverEntry(now)]
}

/** Exports part by part: requests run in between. */
async function everything(snapshot: Written): Promise<readonly Entry[]> {
  const entries = [serverEntry(snapshot)]
  for (const [name, hsm] of snapshot.hsms) {
    const parts: Uint8Array[] = []
    for (const part of exportStateInParts(hsm)) {
      parts.push(part)
      await setImmediate()
    }
    entries.push({ kind: 'state', name, bytes: Buffer.concat(parts) })
  }
  return entries
}

const toText = ({ server }: Written) => JSON.stringify(server)

function serverEntry(written: Written): Entry {
  return { kind: 'server', name: '', bytes: Buffer.from(toText(written)) }
}
