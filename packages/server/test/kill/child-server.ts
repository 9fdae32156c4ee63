/** A server in a process of its own, which can be killed. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const COMMAND = fileURLToPath(new URL('../../dist/command/main.js', import.meta.url))

/** A process that serves, or is about to. */
export interface ChildServer {
  /** Where it is reached, once it can be. Rejects with what it said where it ended before. */
  readonly url: Promise<string>
  /** Kills it with SIGKILL, and waits until it is gone. */
  readonly kill: () => Promise<void>
  /** Ends it as Ctrl-C does. */
  readonly stop: () => Promise<number | null>
  /** What it said on the standard error so far. */
  readonly said: () => string
}

/** What surrounds a process. */
export interface ChildSurroundings {
  /** The most that a file of it may grow to. */
  readonly fileKibibytes?: number
  /** Variables of its environment besides those of this process. */
  readonly env?: Readonly<Record<string, string>>
}

/** Starts `pocket-hsm serve` over plain HTTP on a free port. */
export function startChild(
  { fileKibibytes, env }: ChildSurroundings,
  ...options: readonly string[]
): ChildServer {
  const node = [process.execPath, COMMAND, 'serve', '--http', '--port', '0', '--json', ...options]
  // bash counts in KiB; a process that ignores SIGXFSZ is told EFBIG in its place.
  const limited = `ulimit -f ${fileKibibytes}; trap '' XFSZ; exec "$@"`
  const [file = '', ...args] =
    fileKibibytes === undefined ? node : ['bash', '-c', limited, 'bash', ...node]
  const child = spawn(file, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  })
  const gone = once(child, 'close')
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal)
    const [code] = await gone
    return code as number | null
  }
  return {
    url: firstUrl(child, gone, () => said),
    kill: async () => {
      await end('SIGKILL')
    },
    stop: () => end('SIGINT'),
    said: () => said,
  }
}

async function firstUrl(
  child: ChildProcess,
  gone: Promise<unknown[]>,
  said: () => string,
): Promise<string> {
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })
  const line = await Promise.race([once(lines, 'line'), gone.then(() => undefined)])
  if (line === undefined) throw new Error(said())
  return (JSON.parse(String(line[0])) as { readonly url: string }).url
}
