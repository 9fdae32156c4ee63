// Holds: one way to run another program: its output is caught and timed, and shown only by whoever finds it worth showing.

import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'

const ON_WINDOWS = process.platform === 'win32'

/**
 * Runs a program to its end.
 *
 * @param {string} program A path, or a command such as `npm`.
 * @param {readonly string[]} args Without blanks when the program is a command: on Windows a shell reads them.
 * @param {{ cwd: string, env?: Readonly<Record<string, string>> }} options `env` is laid over the environment.
 * @returns {{ ok: boolean, output: string, stdout: string, seconds: string }}
 */
export function runQuietly(program, args, { cwd, env = {} }) {
  const begun = performance.now()
  const { status, error, stdout, stderr } = spawnSync(program, args, {
    cwd,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    // npm, npx and the like are .cmd files there, which only a shell starts.
    shell: ON_WINDOWS && program !== process.execPath,
  })
  return {
    ok: status === 0,
    output: error ? `${error.message}\n` : `${stdout}${stderr}`,
    stdout: stdout ?? '',
    seconds: ((performance.now() - begun) / 1000).toFixed(1),
  }
}

/**
 * Runs pnpm, in the version that package.json names as the package manager, out of npm's cache.
 *
 * @param {string} root The workspace.
 * @param {readonly string[]} args
 */
export function runWithPnpm(root, args) {
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  return runQuietly('npx', ['--yes', packageManager, ...args], { cwd: root, env: PNPM_ENVIRONMENT })
}

const PNPM_ENVIRONMENT = {
  // Nobody is there to answer a question.
  CI: 'true',
  // npm hands its own settings down as variables, and npm and pnpm warn of those they do not know.
  npm_config_loglevel: 'error',
}
