/** The subcommands of `pocket-hsm`: a row and a file each. */

import type { Subcommand } from './subcommand.ts'

/** In the order of the help. */
export const SUBCOMMANDS: readonly Subcommand[] = [
  {
    name: 'serve',
    summary: 'serve HSMs over HTTPS',
    load: () => import('./serve.ts'),
  },
]
