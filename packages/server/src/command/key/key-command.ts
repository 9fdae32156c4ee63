/** The type of a command of `pocket-hsm key`. */

import type { Option } from 'commander'
import type { SendRequest } from './hsm-client.ts'
import type { Column } from './table.ts'
import type { Target } from './target.ts'

/** What a command works with. */
export interface CommandContext {
  /** Sends a request to the HSM. */
  readonly request: SendRequest
  /** The key, if the command is about one. */
  readonly target: Target
}

/** One row of the table of commands. */
export interface KeyCommand {
  /** As in `az keyvault key`; `rotation-policy show` is a command of a group. */
  readonly name: string
  /** One line for the list of commands. */
  readonly summary: string
  /** What `--name` and `--id` identify: a key, one version of it, a whole HSM, or nothing. */
  readonly about: 'version' | 'key' | 'hsm' | 'nothing'
  /** Whether it creates a missing state: commands that create a key do. */
  readonly canCreateState?: true
  /** Its other options. */
  readonly options: readonly Option[]
  /** Command lines for its help; the tests run them. */
  readonly examples: readonly string[]
  /** The columns of a table of its results. */
  readonly columns: readonly Column[]
  /** Returns the result to print; nothing is printed for `undefined`. */
  run(context: CommandContext, options: object): Promise<unknown>
}

/** Makes a row whose `run` has options of its own type. */
export function keyCommand<Options extends object>(
  row: Omit<KeyCommand, 'run'> & {
    readonly run: (context: CommandContext, options: Options) => Promise<unknown>
  },
): KeyCommand {
  return row as KeyCommand
}
