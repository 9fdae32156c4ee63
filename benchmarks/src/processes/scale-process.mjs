// A process with one HSM of a given size: it takes a sample of a task whenever it is asked.

import { performance } from 'node:perf_hooks'
import { filled, tasksOn, weighed } from './scale-tasks.mjs'

/** Milliseconds that a sample takes at least: shorter tasks are repeated within it. */
const SAMPLE = 2

const size = Number(process.argv[2])
let now = Date.UTC(2030, 0, 1)
const clock = () => now
const used = () => {
  globalThis.gc()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

// Code and what the compiler knows of it are on the heap too: the first keys would seem to be large.
filled(2000, clock)
const { hsm, bytesPerKey } = weighed(size, { clock, used })
const pass = (milliseconds) => {
  now += milliseconds
}
const tasks = tasksOn(hsm, size, { pass })
for (const { prepare, run, check } of tasks) check(run(prepare()))

process.on('message', (index) => process.send(sample(tasks[index])))
process.send({ bytesPerKey, names: tasks.map(({ name }) => name) })

/** Milliseconds of doing the task once. */
function sample({ times, prepare, run }) {
  let spent = 0
  let count = 0
  while (spent < SAMPLE) {
    const prepared = prepare()
    const begun = performance.now()
    run(prepared)
    spent += performance.now() - begun
    count += times
  }
  return spent / count
}
