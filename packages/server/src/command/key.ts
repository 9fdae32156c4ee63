/** `pocket-hsm key`. */

import type { Command } from 'commander'
import { defineCommands } from './key/define-commands.ts'
import { KEY_COMMANDS, KEY_GROUPS } from './key/key-commands.ts'

const HELP = `
The commands and their options are those of \`az keyvault key\`, and so is the JSON that they print.

Examples:
  $ pocket-hsm key create --hsm-name contoso --name orders --kty RSA-HSM --size 3072
  $ pocket-hsm key list --hsm-name contoso --output table
  $ pocket-hsm key create --state hsm.state --name orders --kty EC-HSM
  $ pocket-hsm key help create

Exit codes: 0 success, 1 failure, 2 usage error, 3 no such key or HSM.`

/** Defines the command and its subcommands. */
export function define(command: Command): void {
  command
    .description(
      'Manage and use keys as `az keyvault key` does, in a running server or in a state file.',
    )
    .addHelpText('after', HELP)
  defineCommands(command, KEY_COMMANDS, KEY_GROUPS)
}
