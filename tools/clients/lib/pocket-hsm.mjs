// Knows: how `pocket-hsm serve` is started, and that it has ended.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const COMMAND = fileURLToPath(
  new URL('../../../packages/server/dist/command/main.js', import.meta.url),
)

/** The command, for its other subcommands. */
export const POCKET_HSM = [process.execPath, COMMAND]

/**
 * Starts a server on a free port.
 *
 * @param {{ certificates: string, profile?: string, name?: string, options?: readonly string[],
 *   env?: Readonly<Record<string, string>> }} asked `certificates` is the folder in which it makes its certificates and
 *   keeps them; `env` are more variables for it.
 * @returns {Promise<{ url: string, port: number, caFile: string, environment?: Readonly<Record<string, string>>,
 *   stop: () => Promise<void> }>} `environment` is what points credentials at it, with `--identity`.
 */
export async function startPocketHsm({
  certificates,
  profile = 'managed-hsm',
  name,
  options = [],
  env = {},
}) {
  const args = ['serve', '--port', '0', '--json', '--certificates', certificates]
  const named = name === undefined ? [] : ['--name', name]
  const child = spawn(
    process.execPath,
    [COMMAND, ...args, '--profile', profile, ...named, ...options],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...env } },
  )
  const ended = once(child, 'exit')
  const line = await Promise.race([once(createInterface(child.stdout), 'line'), ended])
  if (child.exitCode !== null) throw new Error(`pocket-hsm ended with ${child.exitCode}`)
  const { url, ca, environment } = JSON.parse(line[0])
  const stop = async () => {
    child.kill()
    await ended
  }
  return { url, port: Number(new URL(url).port), caFile: ca, environment, stop }
}
