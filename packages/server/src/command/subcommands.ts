/** The subcommands of `pocket-hsm`: one row and one file each. */

import type { Subcommand } from './subcommand.ts'

/** In the order of the help. */
export const SUBCOMMANDS: readonly Subcommand[] = [
  {
    name: 'serve',
    summary: 'serve HSMs over HTTPS',
    load: () => import('./serve.ts'),
  },
  {
    name: 'key',
    summary: 'manage and use keys, as `az keyvault key` does',
    load: () => import('./key.ts'),
  },
  {
    name: 'ekm-connection',
    summary: 'connect an HSM to an external key manager',
    load: () => import('./ekm-connection.ts'),
  },
  {
    name: 'clock',
    summary: 'show or set the clock of a running server',
    load: () => import('./clock.ts'),
  },
  {
    name: 'fault',
    summary: 'make requests to a running server fail',
    load: () => import('./fault.ts'),
  },
  {
    name: 'state',
    summary: 'copy a state file to PostgreSQL, or back',
    load: () => import('./state.ts'),
  },
  {
    name: 'roles',
    summary: 'suggest the roles that recorded calls need',
    load: () => import('./roles.ts'),
  },
  {
    name: 'byok',
    summary: 'wrap a key into a transfer blob, for an import',
    load: () => import('./byok.ts'),
  },
]
