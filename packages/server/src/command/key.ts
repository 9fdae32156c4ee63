/** `pocket-hsm key`. */

import type { Command } from 'commander'
import { formatResult, type Output } from './key/format-result.ts'
import { createClient } from './key/hsm-client.ts'
import { connectToHsm } from './key/hsm-connection.ts'
import type { KeyCommand } from './key/key-command.ts'
import { KEY_COMMANDS, KEY_GROUPS } from './key/key-commands.ts'
import {
  CONNECTION_OPTIONS,
  type ConnectionOptions,
  ID_OPTIONS,
  type IdOptions,
  OUTPUT,
} from './key/options.ts'
import { parseTarget } from './key/target.ts'

/** The options of every command, as commander names them. */
interface KeyOptions extends IdOptions, ConnectionOptions {
  readonly output: Output
}

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
  const groups = new Map<string, Command>()
  for (const row of KEY_COMMANDS) {
    const [verb = '', group] = row.name.split(' ').reverse()
    const parent = group === undefined ? command : (groups.get(group) ?? addGroup(command, group))
    if (group !== undefined) groups.set(group, parent)
    defineRow(parent.command(verb), row)
  }
}

function addGroup(command: Command, name: string): Command {
  const summary = KEY_GROUPS[name] ?? name
  return command.command(name).summary(summary).description(summary)
}

function defineRow(command: Command, row: KeyCommand): void {
  const options = [...(ID_OPTIONS[row.about] ?? []), ...row.options]
  const needsHsm = row.about !== 'nothing'
  for (const option of [...options, ...(needsHsm ? CONNECTION_OPTIONS : []), OUTPUT]) {
    command.addOption(option)
  }
  command
    .summary(row.summary)
    .description(`${row.summary[0]?.toUpperCase()}${row.summary.slice(1)}.`)
    .addHelpText('after', `\nExamples:\n${row.examples.map((line) => `  $ ${line}\n`).join('')}`)
    .action(async (given: KeyOptions) => {
      const result = await runRow(row, given)
      process.stdout.write(formatResult(result, given.output, row.columns))
    })
}

async function runRow(row: KeyCommand, given: KeyOptions): Promise<unknown> {
  const target = parseTarget(given, row.about)
  const hsm = await connectToHsm(given, target, process.env, row.canCreateState ?? false)
  try {
    const token = given.token ?? process.env['POCKET_HSM_TOKEN'] ?? 'any'
    const request = createClient(hsm.send, hsm.origin, token)
    return await row.run({ request, target }, given)
  } finally {
    await hsm.close()
  }
}
