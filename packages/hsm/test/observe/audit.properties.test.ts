/** The trail is what was called: any calls, by anybody, on an HSM and its forks, whatever became of them. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { forkHsm, type Hsm, HsmError, readAudit, viewHsm } from '../../src/index.ts'
import { CALLS, furnishedHsm } from '../every-operation.ts'
import { runs } from '../runs.ts'

/** Making the key that signs statements takes as long as all the rest. */
const SLOW = ['getKeyAttestation', 'releaseKey']

const anyCall = fc.record({
  operation: fc.constantFrom(...Object.keys(CALLS).filter((name) => !SLOW.includes(name))),
  caller: fc.constantFrom('alice', 'bob', undefined),
  /** Which of the HSMs is asked; `forks` makes another one first. */
  at: fc.nat(),
  forks: fc.boolean(),
})

interface Told {
  readonly operation: string
  readonly caller?: string
  readonly outcome: string
}

function outcomeOf(hsm: Hsm, operation: string): string {
  try {
    CALLS[operation as keyof typeof CALLS](hsm)
    return 'success'
  } catch (error) {
    if (!(error instanceof HsmError)) throw error
    return `${error.status} ${error.code} ${error.innerCode}`
  }
}

/** What the trail says, as far as a caller knows it. */
const told = (hsm: Hsm): readonly Told[] =>
  readAudit(hsm).entries.map(({ operation, caller, outcome }) => ({
    operation,
    ...(caller !== undefined && { caller }),
    outcome:
      outcome === 'success' ? outcome : `${outcome.status} ${outcome.code} ${outcome.innerCode}`,
  }))

describe('the audit trail', () => {
  it('is what was called, in order, in every fork', () => {
    fc.assert(
      fc.property(fc.array(anyCall, { maxLength: 30 }), (calls) => {
        const first = furnishedHsm()
        const worlds = [{ hsm: first, called: [...told(first)] }]
        for (const { operation, caller, at, forks } of calls) {
          let world = worlds[at % worlds.length] as (typeof worlds)[number]
          if (forks && worlds.length < 4) {
            world = { hsm: forkHsm(world.hsm), called: [...world.called] }
            worlds.push(world)
          }
          const outcome = outcomeOf(viewHsm(world.hsm, { caller }), operation)
          world.called.push({ operation, ...(caller !== undefined && { caller }), outcome })
        }
        for (const { hsm, called } of worlds) expect(told(hsm)).toEqual(called)
      }),
      runs(100),
    )
  })
})
