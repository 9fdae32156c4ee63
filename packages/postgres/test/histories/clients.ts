/** Clients that do random things to the same few keys at the same time, and record what they were answered. */

import { oneByWeight, oneOf, type Random } from '../support/random.ts'
import type { Answer, Asked, KeyOperation, Kind } from './life-cycle.ts'
import type { Recorder } from './recorder.ts'
import {
  answerOf,
  firstPage,
  type Json,
  NotSent,
  nameOf,
  pathOf,
  type Received,
  type RequestKind,
  requestOf,
  type Send,
} from './requests.ts'

/** How often each operation is chosen. */
const WEIGHTS: Readonly<Record<Kind, number>> = {
  create: 8,
  rotate: 8,
  update: 12,
  delete: 6,
  recover: 7,
  purge: 5,
  backup: 3,
  restore: 5,
  get: 14,
  'get-deleted': 3,
  sign: 8,
  versions: 5,
  list: 2,
  'list-deleted': 1,
}

/** A scene of clients. */
export interface Scene {
  readonly send: Send
  readonly random: Random
  readonly recorder: Recorder
  /** The names that the clients share. No other client uses them. */
  readonly names: readonly string[]
  /** Keys that nobody changes: each list has each once. */
  readonly residents: readonly string[]
  /** Counts operations by kind and outcome. */
  readonly tally: Map<string, number>
  /** Whether nobody changes the keys any more. */
  readonly isQuiet?: boolean
}

const PAGE = 10

/** Runs clients until each has done so many operations; then asks for the versions of each key. */
export async function runClients(scene: Scene, clients: number, operations: number): Promise<void> {
  const backups = new Map<string, Map<string, string>>(scene.names.map((name) => [name, new Map()]))
  let last = 0
  const client = async () => {
    for (let count = 0; count < operations; count += 1) {
      const kind = oneByWeight(scene.random, WEIGHTS)
      last += 1
      if (kind === 'list' || kind === 'list-deleted') await listOnce(scene, kind, String(last))
      else await askOnce(scene, backups, kind, String(last))
    }
  }
  await Promise.all(Array.from({ length: clients }, client))
  for (const name of scene.names) {
    for (const kind of ['versions', 'get', 'get-deleted'] as const) {
      last += 1
      await readInTheEnd({ ...scene, isQuiet: true }, name, kind, String(last))
    }
  }
}

type Backups = ReadonlyMap<string, Map<string, string>>

async function askOnce(
  scene: Scene,
  backups: Backups,
  kind: RequestKind,
  id: string,
): Promise<void> {
  const { random, names } = scene
  const name = oneOf(random, names)
  const ofKey = backups.get(name) ?? new Map<string, string>()
  if (kind === 'restore' && ofKey.size === 0) return
  const backup = kind === 'restore' ? oneOf(random, [...ofKey.keys()]) : undefined
  const asked: Asked = {
    ...{ kind, id },
    ...(kind === 'update' && { enabled: random() < 0.8 }),
    ...(backup !== undefined && { backup }),
  }
  const json = await record(scene, name, asked, ofKey.get(backup ?? ''))
  if (kind === 'backup' && json?.value !== undefined) ofKey.set(id, json.value)
}

/** Sends one request, and records it, whatever comes of it. */
async function record(
  { send, recorder, tally, isQuiet }: Scene,
  name: string,
  asked: Asked,
  backup?: string,
): Promise<Json> {
  const { kind } = asked
  const called = recorder.now()
  const end = (output: Answer | undefined, otherwise = 'no response') => {
    const outcome = output?.status ?? otherwise
    tally.set(`${kind} ${outcome}`, (tally.get(`${kind} ${outcome}`) ?? 0) + 1)
    recorder.add(name, operationOf(asked, called, recorder, output))
  }
  if (kind === 'list' || kind === 'list-deleted') throw new Error(`${kind} has several requests.`)
  try {
    const first = await send(requestOf(kind, name, asked, backup))
    recorder.look(first)
    // Pages are no snapshot while others change the key.
    if (first.json?.nextLink !== undefined && !isQuiet) return undefined
    const received = await withAllPages(send, first)
    const answer = read(() => answerOf(kind, received), recorder)
    end(answer, `no answer but ${received.status}`)
    return answer?.status === 200 ? received.json : undefined
  } catch (error) {
    if (!(error instanceof NotSent)) end(undefined)
    return undefined
  }
}

const operationOf = (
  input: Asked,
  called: number,
  { now }: Recorder,
  output: Answer | undefined,
): KeyOperation => ({
  input,
  called,
  returned: output === undefined ? Number.POSITIVE_INFINITY : now(),
  ...(output && { output }),
})

/** The items of all pages in one response; each page is from any server. The status is that of the last. */
async function withAllPages(send: Send, first: Received): Promise<Received> {
  const value: unknown[] = []
  let page = first
  while (page.json?.nextLink !== undefined && page.status === 200) {
    value.push(...page.json.value)
    page = await send({ method: 'GET', path: pathOf(page.json.nextLink) })
  }
  if (value.length === 0 || page.status !== 200) return page
  return { ...page, json: { ...page.json, value: [...value, ...page.json.value] } }
}

function read(readIt: () => Answer | undefined, { report }: Recorder): Answer | undefined {
  try {
    return readIt()
  } catch (error) {
    report((error as Error).message)
    return undefined
  }
}

/** Walks through the pages of a list, each from any server. It is an operation on every key. */
async function listOnce(scene: Scene, kind: 'list' | 'list-deleted', id: string): Promise<void> {
  const { send, recorder, names, residents, tally } = scene
  const called = recorder.now()
  const seen = new Map<string, number>()
  try {
    const { status, json } = await withAllPages(send, await send(firstPage(kind, PAGE)))
    if (status !== 200) throw new Error(`${kind}: ${status}`)
    for (const item of json.value) seen.set(nameOf(item), (seen.get(nameOf(item)) ?? 0) + 1)
  } catch {
    tally.set(`${kind} unknown`, (tally.get(`${kind} unknown`) ?? 0) + 1)
    return
  }
  tally.set(`${kind} 200`, (tally.get(`${kind} 200`) ?? 0) + 1)
  const returned = recorder.now()
  for (const name of names) {
    const output = { status: 200, listed: seen.has(name) }
    recorder.add(name, { input: { kind, id }, called, returned, output })
  }
  if (kind === 'list-deleted') return
  for (const name of residents) {
    const times = seen.get(name) ?? 0
    if (times !== 1) recorder.report(`a list has ${name} ${times} times`)
  }
}

const MOST_TRIES = 200

/** Reads until it gets an answer. */
async function readInTheEnd(
  scene: Scene,
  name: string,
  kind: 'versions' | 'get' | 'get-deleted',
  id: string,
): Promise<void> {
  const before = () => scene.recorder.historyOf(name).length
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const length = before()
    await record(scene, name, { kind, id: `${id}.${tries}` })
    const last = scene.recorder.historyOf(name).at(-1)
    if (before() > length && last?.output !== undefined) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  scene.recorder.report(`no server says what became of ${name}`)
}
