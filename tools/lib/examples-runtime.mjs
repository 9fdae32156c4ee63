// Holds: an example that throws, lies or never ends is a fault. Runs beside the examples, in their process.
//
// As a program it runs the files it is given, one after the other; as vitest's set-up file it only brings `__shows`.

import { appendFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { inspect, isDeepStrictEqual } from 'node:util'
import { isMain } from './report.mjs'

const { EXAMPLES_LOG } = process.env

const log = (entry) => appendFileSync(EXAMPLES_LOG, `${JSON.stringify(entry)}\n`)

/** Stands behind each shown value; gives the value back. */
globalThis.__shows = (actual, expected, place) => {
  log({ checked: place })
  if (isDeepStrictEqual(actual, expected)) return actual
  const line = place.split(':').at(-1)
  throw new LyingExample(`line ${line} shows ${inspect(expected)}, but gives ${inspect(actual)}`)
}

class LyingExample extends Error {}

if (isMain(import.meta.url)) {
  let current
  const fail = (error) => {
    const message = error instanceof LyingExample ? error.message : (error?.stack ?? inspect(error))
    log({ failed: current, message })
  }
  // A promise that nobody awaited still belongs to the example that made it.
  process.on('unhandledRejection', fail).on('uncaughtException', fail)
  for (current of process.argv.slice(2)) {
    log({ started: current })
    await import(pathToFileURL(current).href).catch(fail)
    await new Promise(setImmediate)
    log({ finished: current })
  }
  // An example may leave something open, such as a timer.
  process.exit()
}
