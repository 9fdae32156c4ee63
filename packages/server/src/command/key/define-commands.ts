/** From rows to commands of commander: the options, the help and the run that all of them share. */

import type { Command } from 'commander'
import { formatResult, type Output } from './format-result.ts'
import { createClient } from './hsm-client.ts'
import { connectToHsm } from './hsm-connection.ts'
import type { KeyCommand } from './key-command.ts'
import {
  CONNECTION_OPTIONS,
  type ConnectionOptions,
  ID_OPTIONS,
  type IdOptions,
  OUTPUT,
} from './options.ts'
import { parseTarget } from './target.ts'

/** The options of every command, as commander names them. */
interface KeyOptions extends IdOptions, ConnectionOptions {
  readonly output: Output
}

/**
 * Adds the commands of rows.
 *
 * @param groups - The summaries of groups: a row `rotation-policy show` is a command of one.
 */
export function defineCommands(
  command: Command,
  rows: readonly KeyCommand[],
  groups: Readonly<Record<string, string>>,
): void {
  const known = new Map<string, Command>()
  for (const row of rows) {
    const [verb = '', group] = row.name.split(' ').reverse()
    const parent = group === undefined ? command : (known.get(group) ?? addGroup())
    if (group !== undefined) known.set(group, parent)
    defineRow(parent.command(verb), row)

    function addGroup(): Command {
      const summary = groups[group ?? ''] ?? ''
      return command
        .command(group ?? '')
        .summary(summary)
        .description(summary)
    }
  }
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
