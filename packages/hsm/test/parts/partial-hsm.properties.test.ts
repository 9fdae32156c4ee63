/** The stories of the model, told to HSMs whose keys are in a database: each call runs on those that it names. */

import fc from 'fast-check'
import { describe, it } from 'vitest'
import { appendEntry } from '../../src/audit/audit-trail.ts'
import { engineOf, type Hsm } from '../../src/engine/hsm.ts'
import * as facade from '../../src/index.ts'
import { everyStory } from '../model/stories.ts'
import type { Facade } from '../model/world.ts'
import { runs } from '../runs.ts'
import { copyOfStore, emptyStore, type PartStore, runOn } from './part-store.ts'

/** The facade on HSMs that hold no key between two calls. */
function storing(honest: Facade): Facade {
  const stores = new WeakMap<Hsm, PartStore>()
  const wrapped = Object.entries(honest).map(([name, call]) => [
    name,
    (...given: unknown[]) => {
      const run = call as (...parameters: unknown[]) => unknown
      const [hsm, ...rest] = given
      const store = stores.get(hsm as Hsm)
      if (name === 'createHsm') return known(run(...given) as Hsm, emptyStore())
      if (store === undefined) return run(...given)
      if (name === 'viewHsm') return known(run(...given) as Hsm, store)
      if (name === 'forkHsm') return known(run(...given) as Hsm, copyOfStore(store))
      return onPartial(hsm as Hsm, store, (partial) => run(partial, ...rest))
    },
  ])
  return Object.fromEntries(wrapped) as Facade

  function known(hsm: Hsm, store: PartStore): Hsm {
    stores.set(hsm, store)
    return hsm
  }
}

/** What is of no key stays with the HSM itself; the entries of the last run are its audit trail's. */
function onPartial(hsm: Hsm, store: PartStore, work: (partial: Hsm) => unknown): unknown {
  const engine = engineOf(hsm)
  const { result, hsm: partial } = runOn(hsm, store, engine.clock(), work)
  const { trail, state } = engineOf(partial)
  engine.state = { ...engine.state, administration: state.administration }
  const entries = []
  for (let entry = trail.newest; entry !== undefined; entry = entry.previous) entries.push(entry)
  for (const entry of entries.toReversed()) appendEntry(engine.trail, entry, entry.byTime)
  return result()
}

const AN_HOUR = 3_600_000

describe('whatever is asked, the answer is as the model foretells', () => {
  it.each(['managed-hsm', 'vault-premium'] as const)(
    'where each call runs on the keys that it names, out of a database (%s)',
    (profile) => {
      fc.assert(everyStory({ facade, profile, sabotage: storing }), runs(40))
    },
    AN_HOUR,
  )
})
