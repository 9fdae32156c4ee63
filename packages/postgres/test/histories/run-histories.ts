/** Histories, one after the other, each with keys of its own: recorded, checked, counted. */

import { createRandom } from '../support/random.ts'
import { checkHistory } from './check-history.ts'
import { runClients } from './clients.ts'
import { type KeyOperation, type KeyState, lifeCycleOf } from './life-cycle.ts'
import { createRecorder, type Recorder } from './recorder.ts'
import { requestOf, type Send } from './requests.ts'

/** What to run. */
export interface HistoriesOptions {
  readonly send: Send
  readonly seed: number
  readonly clients: number
  /** Keys that the clients of one history share. */
  readonly keys: number
  /** Operations of each client in one history. */
  readonly operations: number
  /** Says whether there shall be one more history, after so many. */
  readonly goesOn: (histories: number) => boolean
  /** Keys that are there all the time; none by default. */
  readonly residents?: number
  /** Told of each history that was checked. */
  readonly afterHistory?: (keys: readonly KeyHistory[]) => void | Promise<void>
}

/** What was recorded of one key. */
export interface KeyHistory {
  readonly name: string
  readonly operations: readonly KeyOperation[]
}

/** The counts of all histories. */
export interface HistoriesCounts {
  readonly histories: number
  readonly keys: number
  readonly operations: number
  /** Operations without an answer: each happened once or not at all. */
  readonly unknown: number
  readonly signatures: number
  /** Places that the search went through. */
  readonly tried: number
  /** By operation and status. */
  readonly outcomes: Readonly<Record<string, number>>
  /** What was wrong. */
  readonly wrong: readonly string[]
}

/** Runs and checks. It stops at the first history that is not linearizable. */
export async function runHistories(options: HistoriesOptions): Promise<HistoriesCounts> {
  const { send, seed, clients, keys, operations, goesOn, residents = 0, afterHistory } = options
  const random = createRandom(seed)
  const tally = new Map<string, number>()
  const counts = { histories: 0, keys: 0, operations: 0, unknown: 0, signatures: 0, tried: 0 }
  const wrong: string[] = []
  const residentNames = Array.from({ length: residents }, (_, index) => `resident-${index}`)
  for (const name of residentNames) await createResident(send, name)
  while (wrong.length === 0 && goesOn(counts.histories)) {
    const recorder = createRecorder()
    const names = Array.from({ length: keys }, (_, index) => `h${counts.histories}-${index}`)
    const scene = { send, random, recorder, names, residents: residentNames, tally }
    await runClients(scene, clients, operations)
    wrong.push(...recorder.wrong())
    counts.signatures += recorder.signatures()
    counts.histories += 1
    const recorded = names.map((name) => ({ name, operations: recorder.historyOf(name) }))
    for (const history of recorded) {
      counts.keys += 1
      counts.operations += history.operations.length
      counts.unknown += history.operations.filter(({ output }) => output === undefined).length
      const { tried, fault } = judge(history)
      counts.tried += tried
      if (fault !== undefined) wrong.push(fault)
    }
    await afterHistory?.(recorded)
    await removeKeys(send, recorder, names)
  }
  const outcomes = Object.fromEntries([...tally].sort())
  return { ...counts, outcomes, wrong }
}

/** Checks the history of one key: its order, and that no version was made twice. */
export function judge({ name, operations }: KeyHistory): {
  readonly tried: number
  readonly fault?: string
} {
  const made = operations.flatMap(({ input: { kind }, output }) =>
    kind === 'create' || kind === 'rotate' ? (output?.shown?.version ?? []) : [],
  )
  if (new Set(made).size < made.length)
    return { tried: 0, fault: `${name}: a version was made twice` }
  const verdict = checkHistory(lifeCycleOf(operations), operations)
  const { tried } = verdict
  if (verdict.verdict === 'linearizable') return { tried }
  if (verdict.verdict === 'undecided') return { tried, fault: `${name}: undecided` }
  return { tried, fault: inWords(name, verdict) }
}

function inWords(
  name: string,
  {
    order,
    state,
    stuck,
  }: {
    readonly order: readonly KeyOperation[]
    readonly state: KeyState
    readonly stuck: readonly KeyOperation[]
  },
): string {
  const line = ({ input, output, called, returned }: KeyOperation) =>
    `  ${called}-${returned} ${JSON.stringify(input)} ${cut(JSON.stringify(output) ?? 'no answer')}`
  const { status, versions } = state
  return [
    `${name} is not linearizable. The longest order has ${order.length} operations and ends with`,
    ...order.slice(-12).map(line),
    ` and leaves it ${status} with ${versions.length} versions, at last ${JSON.stringify(versions.slice(-2))}, after which none of these is possible:`,
    ...stuck.map(line),
  ].join('\n')
}

const cut = (text: string): string => (text.length > 600 ? `${text.slice(0, 600)} …` : text)

const MOST_TRIES = 200

/** Creates a key; more than once, if an attempt had no answer. */
async function createResident(send: Send, name: string): Promise<void> {
  let last: unknown
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    try {
      const { status } = await send(requestOf('create', name, { kind: 'create', id: 'resident' }))
      if (status === 200) return
      last = new Error(`${name} could not be created: ${status}`)
    } catch (error) {
      last = error
    }
    await pause()
  }
  throw last
}

const pause = () => new Promise((resolve) => setTimeout(resolve, 100))

/** Deletes and purges the keys of a history, so that lists stay short. */
async function removeKeys(
  send: Send,
  { report }: Recorder,
  names: readonly string[],
): Promise<void> {
  const removeKey = async (name: string) => {
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      try {
        await send(requestOf('delete', name))
        await send(requestOf('purge', name))
        const statuses = [
          (await send(requestOf('get', name))).status,
          (await send(requestOf('get-deleted', name))).status,
        ]
        if (statuses.every((status) => status === 404)) return
      } catch {
        // No server was there.
      }
      await pause()
    }
    report(`${name} could not be removed`)
  }
  await Promise.all(names.map(removeKey))
}
