/** What a subcommand of `pocket-hsm` is made of. */

import type { Command } from 'commander'

/** A file that says what a subcommand takes and does. */
export interface SubcommandModule {
  /** Gives a command its options, its examples and its action. */
  readonly define: (command: Command) => void
}

/** One row of the table. */
export interface Subcommand {
  readonly name: string
  /** One line for `pocket-hsm --help`. */
  readonly summary: string
  /** Loads the file; only that of the subcommand that runs is loaded. */
  readonly load: () => Promise<SubcommandModule>
}
