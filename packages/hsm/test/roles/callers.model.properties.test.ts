/**
 * The stories of the model, told to HSMs with access control: before each call somebody without rights makes the same
 * one, then a caller with the roles makes it. The model knows nothing of either.
 */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { engineOf, type Hsm } from '../../src/engine/hsm.ts'
import type { HsmOptions } from '../../src/engine/hsm-options.ts'
import * as facade from '../../src/index.ts'
import { CALLS } from '../every-operation.ts'
import { everyStory } from '../model/stories.ts'
import type { Facade } from '../model/world.ts'
import { runs } from '../runs.ts'
import { ADMIN, ALICE, BOB, grant, ROLE } from './callers.ts'

/** How often a stranger was refused for want of rights, by operation. */
const refused = new Map<string, number>()

/** The same call by somebody without rights: refused for that, or for what is wrong with its form, and without effect. */
function askAsStranger(name: string, call: (hsm: Hsm) => unknown, hsm: Hsm): void {
  const engine = engineOf(hsm)
  const before = engine.state
  try {
    call(facade.viewHsm(hsm, { principals: [BOB] }))
  } catch (error) {
    if (!(error instanceof facade.HsmError)) throw error
    if (error.code === 'AccessDenied') refused.set(name, (refused.get(name) ?? 0) + 1)
    else expect([name, error.status]).toEqual([name, 400])
    expect(engine.state).toBe(before)
    return
  }
  throw new Error(`A stranger could ${name}.`)
}

/** The facade as a caller with all rights on keys has it. */
function asCaller(honest: Facade): Facade {
  const wrapped = Object.entries(honest).map(([name, call]) => {
    if (!Object.hasOwn(CALLS, name)) return [name, call]
    return [
      name,
      (hsm: Hsm, ...given: unknown[]) => {
        const run = (handle: Hsm) => (call as (...all: unknown[]) => unknown)(handle, ...given)
        askAsStranger(name, run, hsm)
        return run(hsm)
      },
    ]
  })
  return {
    ...(Object.fromEntries(wrapped) as Facade),
    createHsm: (options: HsmOptions = {}) => {
      const host = honest.createHsm({ ...options, accessControl: { administrators: [ADMIN] } })
      for (const role of [ROLE.cryptoUser, ROLE.cryptoOfficer]) grant(host, ALICE, role)
      return honest.viewHsm(host, { principals: [ALICE] })
    },
  }
}

const AN_HOUR = 3_600_000

describe('whatever is asked by a caller with the roles, the answer is as the model foretells', () => {
  it(
    'and a stranger is refused the same call before, without effect',
    () => {
      const story = everyStory({ facade, profile: 'managed-hsm', sabotage: asCaller })
      fc.assert(story, runs(60))
      expect(refused.size).toBeGreaterThan(18)
    },
    AN_HOUR,
  )
})
