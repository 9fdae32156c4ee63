/**
 * The stories of the model, told to HSMs that go through an export before every call: the model knows nothing of that,
 * and everything must be answered as it foretells.
 */

import fc from 'fast-check'
import { describe, it } from 'vitest'
import { engineOf, type Hsm } from '../../src/engine/hsm.ts'
import type { HsmOptions } from '../../src/engine/hsm-options.ts'
import * as facade from '../../src/index.ts'
import { everyStory } from '../model/stories.ts'
import type { Facade } from '../model/world.ts'
import { runs } from '../runs.ts'

/** The facade with something done to the HSM before each call. */
function before(honest: Facade, made: (hsm: Hsm) => void, prepare: (hsm: Hsm) => void): Facade {
  const known = new WeakSet<object>()
  const wrapped = Object.entries(honest).map(([name, call]) => [
    name,
    (...given: unknown[]) => {
      const [hsm] = given
      if (known.has(Object(hsm))) prepare(hsm as Hsm)
      const answer: unknown = (call as (...parameters: unknown[]) => unknown)(...given)
      if (name === 'createHsm' || name === 'forkHsm') {
        known.add(answer as Hsm)
        made(answer as Hsm)
      }
      return answer
    },
  ])
  return Object.fromEntries(wrapped) as Facade
}

/** What belongs to the host, and is in no export. */
const optionsOf = (hsm: Hsm): HsmOptions => {
  const { securityDomain, clock, attestationKeys } = engineOf(hsm)
  return { securityDomain, clock, attestationKeys }
}

/** The state is the one that an export and an import make of it. */
function carry(hsm: Hsm): void {
  const copy = facade.importState(facade.exportState(hsm), optionsOf(hsm))
  engineOf(hsm).state = engineOf(copy).state
}

const carrying = (honest: Facade): Facade => ({
  ...before(honest, () => {}, carry),
  createHsm: (options: HsmOptions = {}) => {
    const hsm = honest.createHsm(options)
    return honest.importState(honest.exportState(hsm), optionsOf(hsm))
  },
})

/** The state is the one of a copy to which the changes of every call were applied. */
function journaling(honest: Facade): Facade {
  const places = new WeakMap<Hsm, { readonly copy: Hsm; saved: Hsm }>()
  const begin = (hsm: Hsm) => {
    const copy = facade.importState(facade.exportState(hsm), optionsOf(hsm))
    places.set(hsm, { copy, saved: facade.forkHsm(hsm) })
  }
  return before(honest, begin, (hsm) => {
    const place = places.get(hsm)
    if (place === undefined) throw new Error('An HSM of no story.')
    const changes = facade.exportChanges(hsm, place.saved)
    if (changes !== undefined) facade.applyChanges(place.copy, changes)
    engineOf(hsm).state = engineOf(place.copy).state
    place.saved = facade.forkHsm(hsm)
  })
}

const AN_HOUR = 3_600_000

describe('whatever is asked, the answer is as the model foretells', () => {
  it.each([
    ['every HSM is exported and imported before each call', 'managed-hsm', carrying],
    ['every HSM is exported and imported before each call', 'vault-premium', carrying],
    ['every call is answered by a copy that changes are applied to', 'managed-hsm', journaling],
    ['every call is answered by a copy that changes are applied to', 'vault-premium', journaling],
  ] as const)(
    'where %s (%s)',
    (_, profile, sabotage) => {
      fc.assert(everyStory({ facade, profile, sabotage }), runs(40))
    },
    AN_HOUR,
  )
})
