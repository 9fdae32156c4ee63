/** `pocket-hsm state`. */

import type { Command } from 'commander'
import { STATE_KEY, stateKeyFromEnvironment } from './shared/state-key.ts'

const HELP = `
Examples:
  $ pocket-hsm state copy hsm.state postgres://hsm@db/hsm
  $ pocket-hsm state copy postgres://hsm@db/hsm copy.state --state-key hsm.state.key
  $ pocket-hsm state copy hsm.state postgres:
        the database that PGHOST, PGUSER, PGPASSWORD and PGDATABASE name

No server may use the state file meanwhile. Nothing that is there is replaced. Each HSM is copied as a whole: after an error,
those before it are copied, and nothing of the others.
The copy has the same key: it is not stored next to a new state file.`

/** Defines the command and its subcommands. */
export function define(command: Command): void {
  command.description('Copy the keys of servers from a state file to PostgreSQL, or back.')
  command
    .command('copy')
    .summary('copy a state file to PostgreSQL, or back')
    .description(
      'Copy all HSMs with all their keys from a state file to a PostgreSQL database, or back, and compare every record.',
    )
    .argument('<from>', 'state file, or address of a database: postgres://user@host/database')
    .argument('<to>', 'the other of the two')
    .option(
      '--state-key <file>',
      `file with the key of both (env: ${STATE_KEY}, 64 hexadecimal digits; default: the state file's FROM.key)`,
    )
    .addHelpText('after', HELP)
    .action(async (from: string, to: string, { stateKey }: { readonly stateKey?: string }) => {
      const { copyState } = await import('../startup/copy-state.ts')
      const copied = await copyState({
        from,
        to,
        key:
          stateKey ??
          process.env['POCKET_HSM_STATE_KEY_FILE'] ??
          stateKeyFromEnvironment().stateKey,
        warn: (text) => process.stderr.write(`warning: ${text}\n`),
      })
      for (const [name, count] of Object.entries(copied)) {
        process.stdout.write(
          `${name}: ${count} ${count === 1 ? 'key' : 'keys'} copied and compared\n`,
        )
      }
    })
}
