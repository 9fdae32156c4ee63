/** What a command of `pocket-hsm key` is made of. */

import type { Option } from 'commander'
import type { Ask } from './ask.ts'
import type { Column } from './table.ts'
import type { Target } from './target.ts'

/** Where a command is run. */
export interface Scene {
  /** Asks the HSM. */
  readonly ask: Ask
  /** The key, where the command is about one. */
  readonly target: Target
}

/** One row of the table of commands. */
export interface KeyCommand {
  /** As in `az keyvault key`; `rotation-policy show` is a command of a group. */
  readonly name: string
  /** One line for the list of commands. */
  readonly summary: string
  /** What is named by `--name` and `--id`: a key, one version of it, a whole HSM, or nothing at all. */
  readonly about: 'version' | 'key' | 'hsm' | 'nothing'
  /** Whether it makes a state that is not there yet: with it, a key comes to be. */
  readonly canBegin?: true
  /** What it takes beside that. */
  readonly options: readonly Option[]
  /** Command lines for its help; the tests run them. */
  readonly examples: readonly string[]
  /** What a table shows of each thing that is printed. */
  readonly columns: readonly Column[]
  /** Answers what is printed; nothing is where it answers `undefined`. */
  run(scene: Scene, options: object): Promise<unknown>
}

/** Checks a row against the options that its own `run` takes. */
export function keyCommand<Options extends object>(
  row: Omit<KeyCommand, 'run'> & {
    readonly run: (scene: Scene, options: Options) => Promise<unknown>
  },
): KeyCommand {
  return row as KeyCommand
}
