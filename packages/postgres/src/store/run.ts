/** One request: load, run, store; again if another request was faster. */

import { randomInt } from 'node:crypto'
import { type Hsm, missingParts } from 'pocket-hsm'
import { databaseError } from '../errors/database-error.ts'
import { observeTransaction } from '../measure/observe-transaction.ts'
import { applyDue } from './apply-due.ts'
import { loadParts } from './load-parts.ts'
import { needsOf, withMissing } from './needs.ts'
import { forget, type RunOnce, repeatOf, storedResult } from './once.ts'
import { type Stored, storeChanges } from './store-changes.ts'
import { pause, retrying, type StoreContext } from './store-context.ts'

/** How often a request runs because others have changed what it had loaded. */
const MOST_CONFLICTS = 20
/** How often it runs because it needs more than was loaded. */
const MOST_ROUNDS = 40

type Outcome<Result> =
  | { readonly isKept: true; readonly result: Result }
  | { readonly isKept: false; readonly error: unknown }

/**
 * Runs `work` on a partial HSM and stores what it has changed, all of it or nothing.
 *
 * @param names - The keys that it is about, as far as they are known: each one that is missing costs a round trip.
 * @param once - How to do the request once, if its client may send it again.
 * @throws What `work` throws; then nothing is stored.
 * @throws HsmError 503 - `Conflict`, `DatabaseAway` and the others of `DatabaseErrorCode`.
 */
export async function runOnStore<Result>(
  context: StoreContext,
  work: (hsm: Hsm) => Result | Promise<Result>,
  names: readonly string[],
  once?: RunOnce<Result>,
): Promise<Result> {
  const { outcome } = await observeTransaction(context.observe, () =>
    runUntilStored(context, work, names, once),
  )
  if (outcome.isKept) return outcome.result
  throw outcome.error
}

interface Ended<Result> {
  readonly outcome: Outcome<Result>
  readonly result: 'read' | 'write'
}

async function runUntilStored<Result>(
  context: StoreContext,
  work: (hsm: Hsm) => Result | Promise<Result>,
  names: readonly string[],
  once: RunOnce<Result> | undefined,
): Promise<Ended<Result>> {
  const { observe } = context
  let needs = needsOf(names)
  let conflicts = 0
  let giveTurn: (() => void) | undefined
  try {
    for (let round = 0; round < MOST_ROUNDS; round++) {
      if (needs.due && (await applyDue(context)) === 0 && round > 2) await pause(jitter(round))
      const loaded = await retrying(context.recoveryMs, () =>
        loadParts(context, context.driver, needs),
      )
      if (loaded.rows.isDue && (needs.due || loaded.rows.hasEvents)) {
        needs = { ...needs, due: true }
        observe({ kind: 'rerun', reason: 'due' })
        continue
      }
      const outcome = await outcomeOf(work, loaded.hsm)
      const missing = missingParts(loaded.hsm)
      if (missing.length > 0) {
        needs = withMissing(needs, missing)
        observe({ kind: 'rerun', reason: 'missing' })
        continue
      }
      const repeat = outcome.isKept ? repeatOf(context, once, outcome.result) : undefined
      const result = await storeChanges(context, loaded, outcome.isKept, repeat)
      const earlier = await earlierResult(context, result, once)
      if (earlier !== undefined) return { outcome: { isKept: true, ...earlier }, result: 'read' }
      if (repeat !== undefined && once !== undefined && result === 'write') {
        await forget(context, once)
      }
      if (result === 'read' || result === 'write') return { outcome, result }
      observe({ kind: 'rerun', reason: 'conflict' })
      conflicts += 1
      if (conflicts >= MOST_CONFLICTS) break
      // Requests of this process for the same key go on one after the other.
      giveTurn ??= await context.takeTurn(`${context.id}/${[...needs.names][0] ?? ''}`)
      if (conflicts > 1) await pause(jitter(conflicts))
    }
  } finally {
    giveTurn?.()
  }
  throw databaseError(
    'Conflict',
    conflicts < MOST_CONFLICTS
      ? 'The work looked for too many keys that it had not named, one after the other.'
      : 'Other requests kept changing the same keys: try again in a moment.',
  )
}

/** The result of a request that was stored before, which its client is about to learn now. */
async function earlierResult<Result>(
  context: StoreContext,
  stored: Stored,
  once: RunOnce<Result> | undefined,
): Promise<{ readonly result: Result } | undefined> {
  if (stored !== 'repeated' || once === undefined) return undefined
  const earlier = await retrying(context.recoveryMs, () => storedResult(context, once))
  if (earlier !== undefined) await forget(context, once)
  return earlier
}

async function outcomeOf<Result>(
  work: (hsm: Hsm) => Result | Promise<Result>,
  hsm: Hsm,
): Promise<Outcome<Result>> {
  try {
    return { isKept: true, result: await work(hsm) }
  } catch (error) {
    return { isKept: false, error }
  }
}

const LONGEST_PAUSE_MS = 100

/** A random pause that grows with the attempts, so that servers do not meet again and again. */
const jitter = (attempt: number): number =>
  randomInt(1, Math.min(LONGEST_PAUSE_MS, 2 ** Math.min(attempt, 7)) + 1)
