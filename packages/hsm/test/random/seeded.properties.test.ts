/** Under a seed, whatever is done to other keys in between, a key answers the same. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runs } from '../runs.ts'
import { jump, perform, type Scene, stepOn } from '../sequences.ts'
import { testHsm } from '../test-hsm.ts'

const OWN = fc.oneof(
  { weight: 8, arbitrary: stepOn('a', 'b') },
  { weight: 1, arbitrary: jump(1, 1, -1) },
)

const NOISE = fc.array(stepOn('x', 'y'), { maxLength: 4 })

const sceneOf = (): Scene => ({ ...testHsm({ limits: { versions: 9 } }), backups: new Map() })

describe('any commands on some keys', () => {
  it('answer the same whatever commands on other keys stand between them', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(NOISE, OWN), { maxLength: 25 }), (story) => {
        const [quiet, noisy] = [sceneOf(), sceneOf()]
        const expected = story.map(([, step]) => perform(step, quiet))
        const answered = story.map(([noise, step]) => {
          for (const other of noise) perform(other, noisy)
          return perform(step, noisy)
        })
        expect(answered).toEqual(expected)
      }),
      runs(150),
    )
  })
})
