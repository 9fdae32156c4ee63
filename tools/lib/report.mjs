// Holds: every check ends the same way: one line when all is well, the whole list and exit status 1 when not.

import { realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/**
 * @param {readonly string[]} faults
 * @param {string} summary What was looked at, with counts.
 */
export function report(faults, summary) {
  if (faults.length === 0) {
    process.stdout.write(`${summary}\n`)
    return
  }
  const count = faults.length === 1 ? '1 fault' : `${faults.length} faults`
  process.stderr.write(`${count}:\n${faults.map((fault) => `- ${fault}\n`).join('')}`)
  process.exitCode = 1
}

/**
 * Whether a module is the program that was started, not one that a test imports.
 *
 * @param {string} moduleUrl Its `import.meta.url`.
 */
export function isMain(moduleUrl) {
  return process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(moduleUrl)
}
