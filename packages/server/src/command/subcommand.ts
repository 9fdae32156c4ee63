/** The type of a subcommand of `pocket-hsm`. */

import type { Command } from 'commander'

/** A file that defines a subcommand. */
export interface SubcommandModule {
  /** Defines the options, the examples and the action of a command. */
  readonly define: (command: Command) => void
}

/** One row of the table. */
export interface Subcommand {
  readonly name: string
  /** One line for `pocket-hsm --help`. */
  readonly summary: string
  /** Loads the file. Only the file of the subcommand that runs is loaded. */
  readonly load: () => Promise<SubcommandModule>
}
