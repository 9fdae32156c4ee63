// How long a process waits for the first result of pocket-hsm, or of what people would use instead.

import * as nodeCrypto from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { inTurn, printedBy } from '../measuring/fresh-runs.mjs'
import { coldStartTasks } from '../processes/cold-start-tasks.mjs'

const PROGRAM = fileURLToPath(new URL('../processes/in-fresh-process.mjs', import.meta.url))

export const coldStart = {
  name: 'cold-start',
  title: 'The first result of a fresh process',
  noise:
    'Each sample is a process of its own, so whatever else the machine does is in it: medians move by a fifth. pocket-hsm does more than the others in a task: it checks the key that it is given, and stores it under a name with attributes and permissions.',
  /** Each measurement imports, does the task once, and has the result checked when the clock has stopped. */
  async samples({ quick, before }, onSample) {
    const runs = coldStartTasks(before).flatMap((task) => {
      const input = JSON.stringify(task.input(nodeCrypto))
      return Object.keys(task.contenders).map((contender) => ({
        label: task.name,
        contender,
        run: () => printedBy([PROGRAM, task.name, contender, input, ...(before ? [before] : [])]),
      }))
    })
    const found = await inTurn(runs, quick ? 1 : 15, onSample)
    const measured = runs.map((run, index) => ({ ...run, measured: found[index] }))
    return coldStartTasks(before).flatMap(({ name }) =>
      resultsOf(
        name,
        measured.filter(({ label }) => label === name),
      ),
    )
  },
}

function resultsOf(name, runs) {
  const samplesOf = (time) =>
    Object.fromEntries(runs.map(({ contender, measured }) => [contender, measured.map(time)]))
  const isImportOnly = runs.every(({ measured }) => measured[0].first === undefined)
  if (isImportOnly) return [{ name, samples: samplesOf(({ importing }) => importing) }]
  return [
    { name, samples: samplesOf(({ importing, first }) => importing + first) },
    { name: `${name}; import not counted`, samples: samplesOf(({ first }) => first) },
  ]
}
