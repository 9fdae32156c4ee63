// Runs one group: checks that all agree, then measures.

import { measure } from './measure.mjs'
import { summary } from './statistics.mjs'

/**
 * Runs a group.
 *
 * @param {object} group One of `groups/`: `tasks` to be measured in this process, or `samples` that it takes itself.
 * @param {boolean} quick
 * @param {(text: string) => void} onProgress
 * @returns {Promise<readonly { name: string, rows: readonly object[] }[]>}
 * @throws What a task's `check` throws: nothing that gives a wrong answer is timed.
 */
export async function runGroup(group, quick, onProgress) {
  const results = group.samples
    ? await group.samples({ quick }, (task, round) =>
        onProgress(`${group.name}: ${task}, round ${round}`),
      )
    : await measuredTasks(group, quick, onProgress)
  return results.map(({ name, unit, samples }) => ({
    name,
    ...(unit && { unit }),
    rows: Object.entries(samples).map(([contender, measured]) => ({
      contender,
      ...summary(measured),
    })),
  }))
}

async function measuredTasks(group, quick, onProgress) {
  const tasks = await group.tasks({ quick })
  const results = []
  for (const [index, { name, contenders, check }] of tasks.entries()) {
    const place = `${group.name} ${index + 1}/${tasks.length}: ${name}`
    for (const [contender, operation] of Object.entries(contenders)) {
      onProgress(`${place}, checking ${contender}`)
      await check(contender, await operation())
    }
    const samples = await measure(contenders, group.effort(quick), (contender, count) =>
      onProgress(`${place}, ${contender} ${count}`),
    )
    results.push({ name, samples })
  }
  return results
}
