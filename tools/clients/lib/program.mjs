// Holds: programs run beside this one, which answers them meanwhile, and none runs for ever.

import { execFile } from 'node:child_process'

/**
 * Runs a program to its end.
 *
 * @param {readonly string[]} command
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeout?: number }} options
 * @returns {Promise<{ status: number | string, stdout: string, stderr: string }>} `status` is a text where it did not
 *   come to an end of its own.
 */
export function runProgram([program, ...args], { cwd, env, timeout = 300_000 } = {}) {
  return new Promise((resolve) => {
    const options = { cwd, env, timeout, maxBuffer: 1 << 24 }
    const child = execFile(program, args, options, (error, stdout, stderr) => {
      resolve({ status: error ? (error.code ?? 'killed') : 0, stdout, stderr })
    })
    child.stdin?.end()
  })
}
