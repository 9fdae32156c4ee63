import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { GROUPS } from '../../src/groups/all.mjs'
import { runInProcess } from '../../src/measuring/group-process.mjs'
import { judged } from '../../src/report/goals.mjs'

/** Stands for the older version: this one does everything that it has to. */
const before = fileURLToPath(new URL('../../../', import.meta.url))

/** Too long for every run on a busy machine: servers, slow generators of keys, many samples. */
const ONLY_IF_SLOW = [
  'cold-start',
  'ecdsa',
  'rsa-keys',
  'rsa',
  'scale',
  'server',
  'load',
  'state',
  'postgres',
  'hostile',
  'timing-ecdsa',
]

const isLarge = ({ task, aim }) => /3072|4096|1,000,000/.test(task) || aim.includes('a million')

describe.each(GROUPS.map(({ name }) => name))('the group %s', (name) => {
  const isSkipped = ONLY_IF_SLOW.includes(name) && process.env.SLOW !== '1'

  it.skipIf(isSkipped)('measures something of every task, and what its goals need', async () => {
    const tasks = await runInProcess(name, { quick: true, before }, () => {})
    expect(tasks).not.toEqual([])
    for (const { name: task, rows } of tasks) {
      expect(rows, task).not.toEqual([])
      for (const { contender, median, count } of rows) {
        expect(median, `${task}, ${contender}`).toEqual(expect.any(Number))
        expect(count, `${task}, ${contender}`).toBeGreaterThan(0)
      }
    }
    const goals = judged([{ name, tasks }]).filter((goal) => goal.group === name && !isLarge(goal))
    expect(goals.filter(({ verdict }) => verdict === 'not measured')).toEqual([])
  })
})
