// Runs one group: checks the results of all contenders, then measures.

import { measure } from './measure.mjs'
import { summary } from './statistics.mjs'

/**
 * What a group is asked for.
 *
 * @typedef {object} Request
 * @property {boolean} quick Whether a few samples are enough.
 * @property {string} [before] The folder of a built checkout of an older version.
 */

/**
 * Runs a group.
 *
 * @param {object} group One of `groups/`: `tasks` to be measured in this process, or `samples` that it takes itself.
 * @param {Request} request
 * @param {(text: string) => void} onProgress
 * @returns {Promise<readonly { name: string, rows: readonly object[] }[]>}
 * @throws What a task's `check` throws: nothing that gives a wrong result is timed.
 */
export async function runGroup(group, request, onProgress) {
  const results = group.samples
    ? await group.samples(request, (task, round) =>
        onProgress(`${group.name}: ${task}${round === undefined ? '' : `, round ${round}`}`),
      )
    : await measuredTasks(group, request, onProgress)
  return results.map(({ name, unit, samples }) => ({
    name,
    ...(unit && { unit }),
    rows: Object.entries(samples).map(([contender, measured]) => ({
      contender,
      ...summary(measured),
    })),
  }))
}

async function measuredTasks(group, request, onProgress) {
  const tasks = await group.tasks(request)
  const results = []
  for (const [index, { name, contenders, check }] of tasks.entries()) {
    const place = `${group.name} ${index + 1}/${tasks.length}: ${name}`
    for (const [contender, operation] of Object.entries(contenders)) {
      onProgress(`${place}, checking ${contender}`)
      await check(contender, await operation())
    }
    const samples = await measure(contenders, group.effort(request.quick), (contender, count) =>
      onProgress(`${place}, ${contender} ${count}`),
    )
    results.push({ name, samples })
  }
  return results
}
