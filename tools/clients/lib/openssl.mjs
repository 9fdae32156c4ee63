// Knows: how OpenSSL's command is run.

import { spawnSync } from 'node:child_process'

/**
 * Runs openssl.
 *
 * @param {readonly string[]} args
 * @param {string} folder Where relative paths begin.
 * @throws what openssl says, where it fails.
 */
export function openssl(args, folder) {
  const { status, error, stdout, stderr } = spawnSync('openssl', args, {
    cwd: folder,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`openssl ${args.join(' ')}: ${error?.message ?? stderr}`)
  return stdout
}
