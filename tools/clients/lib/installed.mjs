// Knows: where the clients are that set-up.mjs brought, and what starts each.

import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where set-up.mjs puts what it brings, unless told. */
export function clientsFolder(given) {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache')
  return given ?? process.env.HSM_CLIENTS ?? join(cache, 'pocket-hsm', 'clients')
}

/**
 * The commands that start az and a Python with the SDK: those that AZ and PYTHON name, else those of the folder, else
 * what the machine has.
 *
 * @param {string} [given] The folder.
 * @returns {{ az: readonly string[], python: readonly string[] }}
 */
export function clientCommands(given) {
  const folder = join(clientsFolder(given), 'bin')
  const commandOf = (variable, name, other) => {
    if (process.env[variable]) return [process.env[variable]]
    return existsSync(join(folder, name)) ? [join(folder, name)] : [other]
  }
  return { az: commandOf('AZ', 'az', 'az'), python: commandOf('PYTHON', 'python', 'python3') }
}
