// Runs a group in a process of its own: no figure depends on which groups ran before.

import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/**
 * Runs a group in a fresh process.
 *
 * @param {string} name
 * @param {import('./run-group.mjs').Request} request
 * @param {(text: string) => void} onProgress
 * @returns {Promise<readonly { name: string, rows: readonly object[] }[]>} The tasks that were measured.
 * @throws {Error} The process ended before it had measured everything; what it printed says why.
 */
export function runInProcess(name, request, onProgress) {
  const program = fileURLToPath(new URL('../processes/one-group.mjs', import.meta.url))
  const child = fork(program, [name, JSON.stringify(request)])
  return new Promise((resolve, reject) => {
    child.on('message', ({ progress, tasks }) => {
      if (tasks) resolve(tasks)
      else onProgress(progress)
    })
    // Where it has measured everything, this comes too late to matter.
    child.on('exit', (code) => reject(new Error(`The group ${name} ended with code ${code}.`)))
  })
}
