/** What a request needs of an HSM, as far as it is known by now. */

import type { MissingPart } from 'pocket-hsm'
import type { PageRange } from '../rows/load.ts'

/** What to load. */
export interface Needs {
  readonly names: ReadonlySet<string>
  readonly page: PageRange | undefined
  /** Whether what has fallen due has to be applied first, to all keys. */
  readonly due: boolean
  /** Whether every key is needed. */
  readonly all: boolean
}

/** Begins with the keys that a request names. */
export function needsOf(names: readonly string[]): Needs {
  const possible = names.filter((name) => NAME.test(name))
  return { names: new Set(possible.map(upperCased)), page: undefined, due: false, all: false }
}

/** The engine refuses any other name before it looks for the key; the database could not even compare all of them. */
const NAME = /^[0-9a-z-]{1,127}$/i

/** As the engine looks names up. */
const upperCased = (name: string): string => name.toUpperCase()

/** Adds what was missing. */
export function withMissing(needs: Needs, missing: readonly MissingPart[]): Needs {
  const names = new Set(needs.names)
  let { page } = needs
  let { all } = needs
  let due = false
  for (const part of missing) {
    if (part.kind === 'all') all = true
    if (part.kind === 'key') names.add(part.name)
    if (part.kind === 'due') due = true
    if (part.kind === 'page') {
      const { list, order, after, count } = part
      page = { list, order, after, count }
    }
  }
  return { names, page, due, all }
}
