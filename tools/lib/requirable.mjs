// Which dependencies `require` can load where only CommonJS modules load, such as in jest.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readJson } from './tree.mjs'

/**
 * Whether an installed dependency has a CommonJS module for its main entry point, by what its package.json says.
 *
 * Packages of the workspace have one for every entry point.
 *
 * @param {string} home The folder of the package that depends on it.
 * @param {string} name
 */
export function canBeRequired(home, name) {
  const file = join(home, 'node_modules', name, 'package.json')
  // One that is not installed is reported by whatever needs it.
  if (!existsSync(file)) return true
  const { type, main = '', exports } = readJson(file)
  if (exports === undefined)
    return !main.endsWith('.mjs') && (type !== 'module' || main.endsWith('.cjs'))
  const target = requiredOf(exports['.'] ?? exports)
  return (
    target !== undefined && (type === 'module' ? target.endsWith('.cjs') : !target.endsWith('.mjs'))
  )
}

/** The conditions that `require` has in Node and in jest, in the order of package.json. */
const CONDITIONS = ['require', 'node', 'default']

function requiredOf(target) {
  if (typeof target === 'string') return target
  const [, found] = Object.entries(target ?? {}).find(([name]) => CONDITIONS.includes(name)) ?? []
  return found === undefined ? undefined : requiredOf(found)
}
