/** Kills a server repeatedly at random moments, and compares its state with the responses before. */

import { access, open, readdir } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { type BlobStorage, createBackupSlot } from './backup-slot.ts'
import { type ChildServer, startChild } from './child-server.ts'
import { createRegisters } from './registers.ts'
import { type Ask, createSlot, type Json, type Slot } from './slot.ts'

/** The counts of all rounds. */
export interface KillCounts {
  readonly rounds: number
  /** Rounds in which the server was killed before it could be reached. */
  readonly killedAtStart: number
  /** Rounds in which it was killed while it rewrote its journal. */
  readonly killedWhileRewriting: number
  /** Rounds in which the journal was rewritten. */
  readonly rewritten: number
  /** Rounds after which an incomplete record was removed, with a warning. */
  readonly cut: number
  /** Writes with a response, to keys and to everything else by name; each of them was there afterwards. */
  readonly acknowledged: number
  readonly acknowledgedOf: Readonly<Record<string, number>>
  /** Writes without a response that were there in full, and that were not there at all. */
  readonly unansweredKept: number
  readonly unansweredGone: number
  /** What was wrong. */
  readonly wrong: readonly string[]
}

const SLOTS = 6
const LONGEST_MS = 400

/**
 * A server is not killed before so many writes of a round have their responses, however long they take: one at least to
 * a role definition, to role assignments, to a setting and to a job.
 */
export const LEAST_WRITES = 4

/** Runs rounds on one state, one after the other: as many as asked for, and more until the journal was rewritten. */
export async function killRounds(
  state: string,
  rounds: number,
  random: () => number,
  storage: BlobStorage,
): Promise<KillCounts> {
  const others = [...createRegisters(), createBackupSlot(storage)]
  const keys = Array.from({ length: SLOTS }, (_, index) => createSlot(`key-${index}`))
  const slots = [...others, ...keys]
  const counts = {
    killedAtStart: 0,
    killedWhileRewriting: 0,
    rewritten: 0,
    cut: 0,
    unansweredKept: 0,
    unansweredGone: 0,
  }
  const wrong: string[] = []
  let id = await journalId(state)
  let round = 0
  for (; wrong.length === 0 && (round < rounds || counts.rewritten === 0); round += 1) {
    const server = startChild({}, '--state', state)
    const isEarly = random() < 0.1
    if (isEarly) {
      await Promise.race([setTimeout(random() * 400), server.url.catch(() => {})])
      counts.killedAtStart += 1
    } else {
      const ask = asker(await server.url)
      for (const slot of slots) {
        const result = await slot.check(ask)
        if (result.wrong !== undefined) wrong.push(`round ${round}: ${result.wrong}`)
        if (result.kept === true) counts.unansweredKept += 1
        if (result.kept === false) counts.unansweredGone += 1
      }
      if (wrong.length === 0) await writeUntilKilled(server, ask, { slots, others }, random)
    }
    await server.kill()
    await server.url.catch(() => {})
    counts.cut += server.said().includes('were removed') ? 1 : 0
    counts.killedWhileRewriting += (await hasDraft(state)) ? 1 : 0
    const now = await journalId(state)
    counts.rewritten += now === id ? 0 : 1
    id = now
  }
  const acknowledged = slots.reduce((sum, slot) => sum + slot.acknowledged(), 0)
  const acknowledgedOf = Object.fromEntries(
    others.map((slot) => [slot.name, slot.acknowledged()] as const),
  )
  return { rounds: round, ...counts, acknowledged, acknowledgedOf, wrong }
}

/** Every slot writes, and one client reads any of them, until the server is killed. */
async function writeUntilKilled(
  server: ChildServer,
  ask: Ask,
  { slots, others }: { readonly slots: readonly Slot[]; readonly others: readonly Slot[] },
  random: () => number,
): Promise<void> {
  let failures = 0
  const hasFailed = () => failures > 0
  const untilGone = async (run: () => Promise<void>) => {
    try {
      for (;;) await run()
    } catch (error) {
      failures += 1
      throw error
    }
  }
  const clients = [
    ...slots.map((slot) => untilGone(() => slot.write(ask, random))),
    untilGone(() => (slots[Math.floor(random() * slots.length)] as Slot).look(ask)),
  ]
  const gone = Promise.allSettled(clients)
  const before = others.map((slot) => slot.acknowledged())
  const isEarly = () => others.some((slot, index) => slot.acknowledged() === before[index])
  // A client that fails ends at once, and its count stays as it is.
  while (isEarly() && !hasFailed()) await setTimeout(10)
  await setTimeout(random() * LONGEST_MS)
  await server.kill()
  for (const { reason } of (await gone) as PromiseRejectedResult[]) {
    if (!(reason instanceof TypeError)) throw reason
  }
}

function asker(url: string): Ask {
  return async (method, path, body) => {
    const separator = path.includes('?') ? '&' : '?'
    const response = await fetch(`${url}${path}${separator}api-version=7.6`, {
      method,
      headers: { authorization: 'Bearer any', 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, json: (text === '' ? {} : JSON.parse(text)) as Json }
  }
}

/** Whether a rewriting was interrupted. */
async function hasDraft(path: string): Promise<boolean> {
  const names = await readdir(dirname(path))
  return names.some((name) => name.startsWith(`${basename(path)}.`) && name.endsWith('.new'))
}

/** The bytes that identify one rewriting of the journal. */
async function journalId(path: string): Promise<string | undefined> {
  if (!(await isThere(path))) return undefined
  const handle = await open(path)
  const { buffer } = await handle.read(Buffer.alloc(16), 0, 16, 40)
  await handle.close()
  return buffer.toString('hex')
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
