/** Everything that the views share. */

import { type Signal, signal } from '@preact/signals'
import { type Api, createApi, type Overview } from '../source/api.ts'
import { CONSOLE_CALLER, CONSOLE_CLIENT, fetchToken, type Identity } from '../source/identity.ts'
import type { Source } from '../source/source.ts'
import { type Changes, createChanges } from './changes.ts'
import { createHsmClock, type HsmClock } from './clock.ts'
import { type Connection, createConnection } from './connection.ts'
import { createHistory, type History } from './history.ts'
import { createNotices, type Notices } from './notices.ts'
import { createPreferences, type Preferences } from './preferences.ts'
import { createRouter, type Route } from './router.ts'

/** The state of the page. */
export interface Store {
  readonly api: Api
  readonly source: Source
  readonly identity: Signal<Identity>
  readonly clock: HsmClock
  readonly history: History
  readonly connection: Connection
  readonly changes: Changes
  readonly notices: Notices
  readonly preferences: Preferences
  readonly route: Signal<Route>
}

/** Creates the state of a page, and connects it. */
export function createStore(source: Source, host: Window): Store {
  const identity = signal<Identity>({ caller: CONSOLE_CALLER })
  const api = createApi(source, () => identity.value)
  const clock = createHsmClock(() => host.performance.now())
  const history = createHistory()
  const notices = createNotices()
  const preferences = createPreferences(storageOf(host))
  /** A server that is its own Entra ID gives the page a token for keys. */
  const prepare = async ({ auth, tenantId }: Overview, profile: string) => {
    if (auth !== 'jwt' || tenantId === undefined || identity.value.token !== undefined) return
    const token = await fetchToken(source, tenantId, profile, CONSOLE_CLIENT)
    identity.value = { ...identity.value, caller: CONSOLE_CLIENT, token }
  }
  return {
    api,
    source,
    identity,
    clock,
    history,
    notices,
    preferences,
    connection: createConnection(api, host.location.hostname, clock, history, prepare),
    changes: createChanges(api, clock, history, notices, preferences),
    route: createRouter(host),
  }
}

/** A browser may refuse it. */
function storageOf(host: Window): Storage | undefined {
  try {
    return host.localStorage
  } catch {
    return undefined
  }
}
