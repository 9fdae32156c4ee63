// Modules that a bundle runs when they are first called, not when it is imported: those named `*.deferred.ts`.

import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const DEFERRED = /\.deferred\.ts$/

/** An id that no file has: what stands in for a deferred module until it is called. */
const STAND_IN = '\0deferred:'

/** What a deferred module may export besides types: functions, since only a call can wait. */
const EXPORTED_FUNCTION = /^export function (\w+)/gm
const EXPORTED = /^export (?!type |interface )/gm

/**
 * A plugin for Rolldown: a module named `*.deferred.ts`, and what it alone imports, runs at the first call of a function
 * that it exports. Who imports it writes an ordinary import, and without the bundle gets an ordinary module.
 *
 * @returns {import('rolldown').Plugin}
 */
export function deferModules() {
  return {
    name: 'a deferred module runs at its first call',
    resolveId(id, importer) {
      if (!DEFERRED.test(id) || importer === undefined || importer.startsWith(STAND_IN)) return
      return { id: `${STAND_IN}${join(dirname(importer), id)}`, moduleSideEffects: false }
    },
    load(id) {
      if (!id.startsWith(STAND_IN)) return
      const path = id.slice(STAND_IN.length)
      return { code: standInFor(path), map: { mappings: '' }, moduleType: 'js' }
    },
  }
}

/** Rolldown turns `require` of an ECMAScript module into a call that runs it once, in files of either format. */
function standInFor(path) {
  const text = readFileSync(path, 'utf8')
  const names = [...text.matchAll(EXPORTED_FUNCTION)].map(([, name]) => name)
  if (names.length === 0 || names.length !== text.match(EXPORTED)?.length) {
    throw new Error(`${path} is deferred: it must export functions, and nothing else but types.`)
  }
  const functions = names.map(
    (name) =>
      `export function ${name}(...values) { return require(${JSON.stringify(path)}).${name}(...values) }`,
  )
  return functions.join('\n')
}
