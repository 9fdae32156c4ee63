/** Keeps what the page shows up to date: reads everything once, then follows the events. */

import { batch, type Signal, signal } from '@preact/signals'
import type { KeySummary } from 'pocket-hsm'
import type { Api, ApiError, KeyList, Overview, Status, Trail } from '../source/api.ts'
import type { ServerEvent } from '../source/server-events.ts'
import type { HsmClock } from './clock.ts'
import { changedKeys, type History, MOST_ENTRIES } from './history.ts'

/** How the page is connected. */
export type ConnectionState =
  | { readonly kind: 'connecting' | 'live' }
  /** It was connected, and tries again. */
  | { readonly kind: 'lost'; readonly message: string }
  /** Control requests need a token, or another one. */
  | { readonly kind: 'token'; readonly message: string }
  /** The server does not let this page control it. */
  | { readonly kind: 'refused'; readonly message: string }

/** What is kept up to date. */
export interface Connection {
  readonly state: Signal<ConnectionState>
  readonly overview: Signal<Overview | undefined>
  /** The name of the HSM that the page is about. */
  readonly hsm: Signal<string>
  readonly status: Signal<Status | undefined>
  /** `undefined` until they are there. */
  readonly keys: Signal<readonly KeySummary[] | undefined>
  /** Counts what may have changed besides keys: forks, roles. */
  readonly generation: Signal<number>
  /** Connects again from the start: another token, another HSM. */
  readonly restart: () => void
}

const WAITS_MS = [500, 1000, 2000, 5000]

/** With more changed keys than this, the whole list is read. */
const MOST_NAMES = 100

/**
 * Connects; it goes on until the page is closed.
 *
 * @param prepare - Is called with what the server says of itself, before anything else is read.
 */
export function createConnection(
  api: Api,
  hostname: string,
  clock: HsmClock,
  history: History,
  prepare: (about: Overview, profile: string) => Promise<void> = async () => {},
): Connection {
  const state = signal<ConnectionState>({ kind: 'connecting' })
  const overview = signal<Overview | undefined>(undefined)
  const hsm = signal('')
  const status = signal<Status | undefined>(undefined)
  const keys = signal<readonly KeySummary[] | undefined>(undefined)
  const generation = signal(0)
  let run = new AbortController()

  const readAll = async () => {
    const [list, trail] = await Promise.all([
      api.control<KeyList>('GET', '/keys'),
      api.control<Trail>('GET', `/audit?last=${MOST_ENTRIES}`),
    ])
    batch(() => {
      keys.value = list.keys
      history.replace(trail.entries, trail.total ?? trail.entries.length)
    })
  }

  const readKeys = async (names: readonly string[] | undefined) => {
    if (names?.length === 0) return
    if (names === undefined || names.length > MOST_NAMES) {
      keys.value = (await api.control<KeyList>('GET', '/keys')).keys
      return
    }
    const { keys: read } = await api.control<KeyList>('GET', `/keys?names=${names.join(',')}`)
    keys.value = merged(keys.value ?? [], names, read)
  }

  const HANDLERS: Readonly<Record<string, (data: never) => unknown>> = {
    status: (next: Status) => {
      clock.set(next)
      status.value = next
    },
    audit: ({ entries, total = 0 }: Trail) => {
      history.append(entries, total)
      generation.value += 1
      return readKeys(changedKeys(entries))
    },
    restored: async () => {
      await readAll()
      generation.value += 1
    },
  }
  const handle = ({ name, data }: ServerEvent) => HANDLERS[name]?.(data as never)

  const follow = async (signal: AbortSignal) => {
    const about = await api.control<Overview>('GET', '')
    const chosen = chooseHsm(about, hostname, hsm.value)
    api.choose(about.hsms.length > 1 ? chosen : undefined)
    batch(() => {
      overview.value = about
      hsm.value = chosen
    })
    await prepare(about, about.hsms.find(({ name }) => name === chosen)?.profile ?? '')
    await readAll()
    const events = api.events(history.total.value, signal)
    for await (const event of events) {
      if (signal.aborted) return
      state.value = LIVE
      await handle(event)
    }
  }

  const keepFollowing = async (signal: AbortSignal) => {
    for (let failures = 0; !signal.aborted; failures += 1) {
      try {
        await follow(signal)
        if (!signal.aborted)
          state.value = { kind: 'lost', message: 'The server has ended the connection.' }
      } catch (error) {
        if (signal.aborted) return
        const next = stateOf(error as ApiError)
        state.value = next
        if (next.kind === 'token' || next.kind === 'refused') return
      }
      if (state.value.kind === 'live') failures = 0
      await wait(WAITS_MS[Math.min(failures, WAITS_MS.length - 1)] ?? 0, signal)
    }
  }

  const restart = () => {
    run.abort()
    run = new AbortController()
    batch(() => {
      state.value = { kind: 'connecting' }
      keys.value = undefined
    })
    void keepFollowing(run.signal)
  }
  restart()
  return { state, overview, hsm, status, keys, generation, restart }
}

const LIVE: ConnectionState = { kind: 'live' }

function stateOf({ status, message }: ApiError): ConnectionState {
  if (status === 401) return { kind: 'token', message }
  if (status === 403 || status === 421) return { kind: 'refused', message }
  return { kind: 'lost', message }
}

/** The HSM that was chosen, that of the page's host, or the first one. */
function chooseHsm({ hsms }: Overview, hostname: string, chosen: string): string {
  const found =
    hsms.find(({ name }) => name === chosen) ??
    hsms.find(({ hosts }) => hosts.includes(hostname)) ??
    hsms[0]
  return found?.name ?? ''
}

/** A list with some keys read again: changed, added or gone. */
export function merged(
  keys: readonly KeySummary[],
  names: readonly string[],
  read: readonly KeySummary[],
): readonly KeySummary[] {
  const byName = new Map(read.map((key) => [key.name.toUpperCase(), key]))
  const asked = new Set(names.map((name) => name.toUpperCase()))
  const kept = keys.flatMap((key) => {
    const name = key.name.toUpperCase()
    if (!asked.has(name)) return [key]
    const next = byName.get(name)
    byName.delete(name)
    return next === undefined ? [] : [next]
  })
  return [...kept, ...byName.values()]
}

function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds)
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
