/** Servers as processes of their own, each at its port, that can be killed and started again. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const COMMAND = fileURLToPath(new URL('../../../server/dist/command/main.js', import.meta.url))

/** One server: at most one process at a time. */
export interface ServerProcess {
  readonly url: string
  /** Starts it, and waits until it can be reached. Rejects with what it said if it ends before. */
  readonly start: () => Promise<void>
  /** Kills it with SIGKILL. */
  readonly kill: () => Promise<void>
  /** Ends it as Ctrl-C does; the exit code. */
  readonly stop: () => Promise<number | null>
  /** What it wrote on the standard error so far, in all its lives. */
  readonly said: () => string
  /** The id of the process that runs. */
  readonly pid: () => number | undefined
}

/** How servers are started. */
export interface ServerSettings {
  /** Variables besides those of this process. */
  readonly env?: Readonly<Record<string, string>>
  /** Arguments of `pocket-hsm serve`, besides those of its address. */
  readonly args?: readonly string[]
}

/** Makes a server on a port that is free now; it is not started yet. */
export async function createServerProcess(settings: ServerSettings): Promise<ServerProcess> {
  const port = await freePort()
  let child: ChildProcess | undefined
  let gone: Promise<unknown[]> = Promise.resolve([])
  let said = ''
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    child?.kill(signal)
    const [code] = await gone
    child = undefined
    return (code ?? null) as number | null
  }
  return {
    url: `http://127.0.0.1:${port}`,
    start: async () => {
      const address = ['serve', '--http', '--port', String(port), '--json']
      const started = spawn(process.execPath, [COMMAND, ...address, ...(settings.args ?? [])], {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, ...settings.env },
      })
      child = started
      gone = once(started, 'close')
      started.stderr.setEncoding('utf8').on('data', (text: string) => {
        said += text
      })
      const line = await Promise.race([once(createInterface(started.stdout), 'line'), gone])
      if (started.exitCode !== null) throw new Error(said || `It ended: ${String(line[0])}`)
    },
    kill: async () => {
      await end('SIGKILL')
    },
    stop: () => end('SIGINT'),
    said: () => said,
    pid: () => child?.pid,
  }
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('There is no port.')
  return address.port
}
