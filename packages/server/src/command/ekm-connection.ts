/** `pocket-hsm ekm-connection`. */

import type { Command } from 'commander'
import { defineCommands } from './key/define-commands.ts'
import { EKM_COMMANDS, EKM_GROUPS } from './key/ekm-commands.ts'

const HELP = `
The commands and their options are those of \`az keyvault ekm-connection\`.

Examples:
  $ pocket-hsm serve --name contoso --ekm-proxy http://127.0.0.1:9000
  $ pocket-hsm ekm-connection create --hsm-name contoso --host ekm.contoso.com --server-ca-certificate ekm-root.pem
  $ pocket-hsm ekm-connection check --hsm-name contoso
  $ pocket-hsm key create --hsm-name contoso --name kek --external-key-id kek-2030

Exit codes: 0 success, 1 failure, 2 usage error, 3 no such connection or HSM.`

/** Defines the command and its subcommands. */
export function define(command: Command): void {
  command
    .description('Manage the connection of a Managed HSM to its external key manager.')
    .addHelpText('after', HELP)
  defineCommands(command, EKM_COMMANDS, EKM_GROUPS)
}
