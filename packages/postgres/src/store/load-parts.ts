/** From rows to a partial HSM. */

import {
  createPartialHsm,
  forkHsm,
  type Hsm,
  HsmError,
  type HsmEvent,
  type OpenedKey,
  openKeyPart,
} from 'pocket-hsm'
import type { Queries } from '../driver/driver.ts'
import { databaseError } from '../errors/database-error.ts'
import { type KeyRow, type LoadedRows, loadRows } from '../rows/load.ts'
import type { Needs } from './needs.ts'
import type { StoreContext, Template } from './store-context.ts'

/** A partial HSM, and what was known when it was loaded. */
export interface Loaded {
  readonly rows: LoadedRows
  readonly hsm: Hsm
  /** A fork of the same moment. */
  readonly since: Hsm
  /** The revisions of the keys in it. */
  readonly revisions: ReadonlyMap<string, number>
  /** Whether it has every key. */
  readonly isWhole: boolean
  /** Events of the calls on it; empty unless events are recorded. */
  readonly events: readonly HsmEvent[]
}

/** Loads what is needed, in one statement. */
export async function loadParts(
  context: StoreContext,
  queries: Queries,
  { names, page, all }: Pick<Needs, 'names' | 'page' | 'all'>,
): Promise<Loaded> {
  const { id, cache, template } = context
  const cached = new Map([...names].map((name) => [name, cache.get(id, name)]))
  const rows = await loadRows(queries, context.load, {
    hsm: id,
    revision: template.revision,
    names: [...cached].map(([name, key]) => [name, key?.revision ?? 0]),
    page,
    mostKeys: all ? MOST_KEYS_AT_ONCE : undefined,
  })
  if (rows === undefined) throw hsmDeleted(context)
  if (all && rows.keys.length > MOST_KEYS_AT_ONCE) throw tooManyKeys()
  const current = templateOf(context, template, rows)
  const found = new Set(rows.keys.map(({ name }) => name))
  const keys = rows.keys.map((row) => ({
    opened: opened(context, current, row, cached.get(row.name)?.opened),
    sequence: row.sequence,
  }))
  const absent = [...names].filter((name) => !found.has(name))
  return partialOf(context, current.hsm, rows, keys, { absent, page, isWhole: all })
}

/** The most keys of an operation on all keys at once: four times as many as a Managed HSM may have. */
const MOST_KEYS_AT_ONCE = 20_000

const tooManyKeys = (): HsmError =>
  databaseError(
    'TooManyKeys',
    `The operation is about all keys at once, and the HSM in PostgreSQL has more than ${MOST_KEYS_AT_ONCE}.`,
  )

/** The error for an HSM that is not in the database any more. */
export function hsmDeleted({ name }: Pick<StoreContext, 'name'>): HsmError {
  return databaseError('HsmDeleted', `The HSM ${name} is no longer in the database.`)
}

/** Makes the partial HSM of keys that were opened. */
export function partialOf(
  context: StoreContext,
  template: Hsm,
  rows: LoadedRows,
  keys: readonly { readonly opened: OpenedKey; readonly sequence: number }[],
  {
    absent = [],
    page,
    isAllDue = !rows.isDue,
    isWhole = false,
  }: {
    readonly absent?: readonly string[]
    readonly page?: Needs['page']
    /** Whether every key that is due is among the keys, or none is due. */
    readonly isAllDue?: boolean
    /** Whether the keys are all that there are. */
    readonly isWhole?: boolean
  },
): Loaded {
  const { now, keyCount, purges, draws, hasEvents } = rows
  const events: HsmEvent[] = []
  const hsm = createPartialHsm(template, {
    keys,
    absent,
    keyCount: isWhole ? 'loaded' : keyCount,
    now,
    purges: [...new Map(purges.map((each) => [each.name, each])).values()],
    randomDraws: draws,
    ...(isAllDue && { dueUntil: Math.floor(now / 1000) }),
    ...(page && { page: { list: page.list, after: page.after, count: page.count } }),
    ...(hasEvents && { listener: (event: HsmEvent) => void events.push(event) }),
  })
  context.noteTime(now)
  const revisions = new Map(rows.keys.map(({ name, revision }) => [name, revision]))
  return { rows, hsm, since: forkHsm(hsm), revisions, events, isWhole }
}

/** The HSM without keys, as of the rows. */
export function templateOf(context: StoreContext, known: Template, rows: LoadedRows): Template {
  if (rows.bytes === undefined) return known
  const template = { revision: rows.revision, hsm: context.importTemplate(rows.bytes) }
  if (template.revision > context.template.revision) context.template = template
  return template
}

/** Opens a key, unless that was done before. */
export function opened(
  { id, cache, name: hsmName }: StoreContext,
  { hsm }: Template,
  { name, revision, bytes }: KeyRow,
  known?: OpenedKey,
): OpenedKey {
  if (bytes === undefined) {
    if (known !== undefined) {
      cache.note(true)
      return known
    }
    throw damaged(hsmName, name)
  }
  const held = cache.get(id, name)
  cache.note(held?.revision === revision)
  if (held?.revision === revision) return held.opened
  try {
    const key = openKeyPart(hsm, name, bytes)
    cache.set(id, name, { revision, opened: key }, bytes.length)
    return key
  } catch (error) {
    throw error instanceof HsmError ? damaged(hsmName, name, error) : error
  }
}

function damaged(hsm: string, name: string, cause?: unknown): HsmError {
  return databaseError(
    'DamagedRow',
    `The key ${name} of the HSM ${hsm} is damaged in the database.`,
    cause,
  )
}
