/** The command as a process of its own, as a user runs it. */

import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { vi } from 'vitest'
import { run } from '../src/command/run.ts'
import { send } from './https-client.ts'

const MAIN = fileURLToPath(new URL('../dist/command/main.js', import.meta.url))

/** How a process ended. */
export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A process that runs. */
export interface Running {
  readonly child: ChildProcess
  /** The first line that it prints. */
  readonly ready: Promise<string>
  readonly ended: Promise<Ended>
}

/** Starts `pocket-hsm` with these arguments. */
export function begin(words: readonly string[], environment: NodeJS.ProcessEnv = {}): Running {
  const env = { ...process.env, ...environment }
  const child = spawn(process.execPath, [MAIN, ...words], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code) => resolve({ code, stdout, stderr }))
  })
  const ready = new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      stdout += chunk
      if (stdout.includes('\n')) resolve(stdout.split('\n')[0] ?? '')
    })
    void ended.then(() => reject(new Error(`The process ended before it was ready: ${stderr}`)))
  })
  // A test may wait for the end only.
  ready.catch(() => {})
  return { child, ready, ended }
}

/** Runs to the end. */
export const runToEnd = (words: readonly string[]): Promise<Ended> => begin(words).ended

/** Runs in the process of the test, which is faster: for command lines that start nothing. */
export async function runHere(words: readonly string[]): Promise<Ended> {
  const texts = { stdout: '', stderr: '' }
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    vi.spyOn(process[name], 'write').mockImplementation((chunk) => {
      texts[name] += String(chunk)
      return true
    }),
  )
  try {
    const code = await run(words)
    return { code, ...texts }
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
}

/** Starts a server; it runs until its process is killed. */
export async function serve(words: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const running = begin(['serve', '--port', '0', '--json', ...words], environment)
  const facts = JSON.parse(await running.ready) as {
    readonly url: string
    readonly urls: Readonly<Record<string, string>>
    readonly ca?: string
    readonly pid: number
    readonly names: readonly string[]
    readonly profile: string
  }
  return { ...running, ...facts, send: send.bind(undefined, facts.url) }
}
