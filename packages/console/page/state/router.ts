/** Which view is shown: in the fragment of the address, so that it can be linked and goes back. */

import { type Signal, signal } from '@preact/signals'

/** The views, with the name of each. */
export const VIEWS = {
  keys: 'Keys',
  time: 'Time',
  history: 'History',
  try: 'Try it',
  faults: 'Faults',
  state: 'State',
  access: 'Access',
} as const

/** The name of a view. */
export type View = keyof typeof VIEWS

/** What is shown. */
export interface Route {
  readonly view: View
  /** The key that the view is about. */
  readonly key?: string
}

/** Reads a fragment: `#/keys/orders`. An unknown one is the list of keys. */
export function parseRoute(hash: string): Route {
  const [view = '', key = ''] = hash.replace(/^#\/?/, '').split('/')
  const known = Object.hasOwn(VIEWS, view) ? (view as View) : 'keys'
  const name = decode(key)
  return name === '' ? { view: known } : { view: known, key: name }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return ''
  }
}

/** The fragment of a view. */
export function hrefOf(view: View, key?: string): string {
  return key === undefined ? `#/${view}` : `#/${view}/${encodeURIComponent(key)}`
}

/** Follows the address of the page. */
export function createRouter(host: Pick<Window, 'location' | 'addEventListener'>): Signal<Route> {
  const route = signal(parseRoute(host.location.hash))
  host.addEventListener('hashchange', () => {
    route.value = parseRoute(host.location.hash)
  })
  return route
}
