// One measurement: imports, does the task once, and prints how long each took. A wrong result is no measurement.

import { performance } from 'node:perf_hooks'
import { coldStartTasks } from './cold-start-tasks.mjs'

const [taskName, contenderName, inputText, before] = process.argv.slice(2)
const { contenders, check } = coldStartTasks(before).find(({ name }) => name === taskName)
const { load, run, prove } = contenders[contenderName]
const input = JSON.parse(inputText)

const begun = performance.now()
const modules = await load()
const loaded = performance.now()
const result = run?.(modules, input)
const done = performance.now()

const proof = prove?.(modules, input, result)
check(await import('node:crypto'), input, { modules, result, proof })
const measured = {
  importing: rounded(loaded - begun),
  ...(run && { first: rounded(done - loaded) }),
}
process.stdout.write(JSON.stringify(measured))

/** To the microsecond. */
function rounded(milliseconds) {
  return Math.round(milliseconds * 1000) / 1000
}
