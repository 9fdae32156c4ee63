// How long a process waits before pocket-hsm, or what people would pick instead, has given its first result.

import { execFileSync } from 'node:child_process'
import * as nodeCrypto from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { tasks } from '../cold-start-tasks.mjs'

export const coldStart = {
  name: 'cold-start',
  title: 'The first result of a fresh process',
  noise:
    'Each sample is a process of its own, so whatever else the machine does is in it: medians move by a fifth. pocket-hsm does more than the others in a task: it checks the key that it is given, and keeps it under a name, attributes and permissions.',
  /** Each measurement imports, does the task once, and has the result checked when the clock has stopped. */
  samples({ quick }, onSample) {
    const rounds = quick ? 3 : 15
    const runs = tasks.flatMap((task) => {
      const input = JSON.stringify(task.input(nodeCrypto))
      return Object.keys(task.contenders).map((contender) => ({
        arguments: [task.name, contender, input],
        measured: [],
      }))
    })
    for (let round = 0; round <= rounds; round++) {
      // The order shifts, so that nobody always comes after the slowest.
      for (const index of runs.keys()) {
        const run = runs[(index + round) % runs.length]
        const measured = inFreshProcess(run.arguments)
        onSample(run.arguments[0], round)
        // The round before the first fills the caches of the disk.
        if (round > 0) run.measured.push(measured)
      }
    }
    return tasks.flatMap(({ name }) => resultsOf(runs.filter((run) => run.arguments[0] === name)))
  },
}

function resultsOf(runs) {
  const [name] = runs[0].arguments
  const samplesOf = (time) =>
    Object.fromEntries(
      runs.map(({ arguments: [, contender], measured }) => [contender, measured.map(time)]),
    )
  const isImportOnly = runs.every(({ measured }) => measured[0].first === undefined)
  if (isImportOnly) return [{ name, samples: samplesOf(({ importing }) => importing) }]
  return [
    { name, samples: samplesOf(({ importing, first }) => importing + first) },
    { name: `${name}; import not counted`, samples: samplesOf(({ first }) => first) },
  ]
}

function inFreshProcess(args) {
  const program = fileURLToPath(new URL('../in-fresh-process.mjs', import.meta.url))
  return JSON.parse(execFileSync(process.execPath, [program, ...args], { encoding: 'utf8' }))
}
