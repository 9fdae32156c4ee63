import { describe, expect, it } from 'vitest'
import { runGroup } from '../../src/measuring/run-group.mjs'
import { summary } from '../../src/measuring/statistics.mjs'

describe('runGroup', () => {
  const effort = () => ({ warmUp: 0, batch: 0, budget: 1, most: 2 })

  it('times nothing that gives a wrong answer', async () => {
    const check = (contender, answer) => {
      if (answer !== 2) throw new Error(`${contender} is wrong`)
    }
    const contenders = { right: () => 2, wrong: async () => 3 }
    const group = { name: 'sums', effort, tasks: () => [{ name: '1 + 1', contenders, check }] }
    await expect(runGroup(group, { quick: true }, () => {})).rejects.toThrow('wrong is wrong')
  })

  it('sums up samples that a group takes itself', async () => {
    const group = { name: 'own', samples: () => [{ name: 'x', samples: { us: [1, 2, 3] } }] }
    const [{ rows: found }] = await runGroup(group, { quick: true }, () => {})
    expect(found).toEqual([{ contender: 'us', ...summary([1, 2, 3]) }])
  })
})
