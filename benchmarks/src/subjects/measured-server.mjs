// A server in a process of its own, which measures its memory when it is asked to.

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'

const PROGRAM = fileURLToPath(new URL('../processes/measured-server.mjs', import.meta.url))

/**
 * Starts a server without TLS.
 *
 * @param {object} options Of `startServer`.
 * @returns {Promise<{ url: string, milliseconds: number, memory: () => Promise<NodeJS.MemoryUsage>, end: () => Promise<void>, kill: () => Promise<void> }>}
 * `milliseconds` until it listened; `memory` collects garbage first; `end` closes the server, `kill` does not.
 */
export async function startMeasured(options = {}) {
  const begun = performance.now()
  const child = fork(PROGRAM, [JSON.stringify(options)], { execArgv: ['--expose-gc'] })
  const [url] = await once(child, 'message')
  const milliseconds = performance.now() - begun
  const memory = async () => {
    child.send('memory')
    const [usage] = await once(child, 'message')
    return usage
  }
  const end = async () => {
    child.send('end')
    await once(child, 'exit')
  }
  const kill = async () => {
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  return { url, milliseconds, memory, end, kill }
}
