/** `pocket-hsm key`. */

import type { Command } from 'commander'
import { createAsk } from './key/ask.ts'
import type { KeyCommand } from './key/key-command.ts'
import { KEY_COMMANDS, KEY_GROUPS } from './key/key-commands.ts'
import {
  ID_OPTIONS,
  type IdOptions,
  OUTPUT,
  PLACE_OPTIONS,
  type PlaceOptions,
} from './key/options.ts'
import { openPlace } from './key/place.ts'
import { type Output, printed } from './key/print.ts'
import { parseTarget } from './key/target.ts'

/** What commander gives of a command line, whatever the command. */
interface KeyOptions extends IdOptions, PlaceOptions {
  readonly output: Output
}

const HELP = `
The commands and their options are those of \`az keyvault key\`, and so is the JSON that they print.

Examples:
  $ pocket-hsm key create --hsm-name contoso --name orders --kty RSA-HSM --size 3072
  $ pocket-hsm key list --hsm-name contoso --output table
  $ pocket-hsm key create --state hsm.state --name orders --kty EC-HSM
  $ pocket-hsm key help create

Exit codes: 0 done, 1 refused, 2 the command line has to be changed, 3 there is no such thing.`

/** Gives a command what `key` takes and does. */
export function define(command: Command): void {
  command
    .description(
      'Manages and uses keys as `az keyvault key` does, in a running server or in a state file.',
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
  const isAsking = row.about !== 'nothing'
  for (const option of [...options, ...(isAsking ? PLACE_OPTIONS : []), OUTPUT]) {
    command.addOption(option)
  }
  command
    .summary(row.summary)
    .description(`${row.summary[0]?.toUpperCase()}${row.summary.slice(1)}.`)
    .addHelpText('after', `\nExamples:\n${row.examples.map((line) => `  $ ${line}\n`).join('')}`)
    .action(async (given: KeyOptions) => {
      const found = await runRow(row, given)
      process.stdout.write(printed(found, given.output, row.columns))
    })
}

async function runRow(row: KeyCommand, given: KeyOptions): Promise<unknown> {
  const target = parseTarget(given, row.about)
  const place = await openPlace(given, target, process.env, row.canBegin ?? false)
  try {
    const token = given.token ?? process.env['POCKET_HSM_TOKEN'] ?? 'any'
    const ask = createAsk(place.send, place.origin, token)
    return await row.run({ ask, target }, given)
  } finally {
    await place.close()
  }
}
