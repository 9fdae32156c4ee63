/** `pocket-hsm roles`. */

import { readFile } from 'node:fs/promises'
import { type Command, Option } from 'commander'
import { type RecordedCalls, type RoleSuggestion, suggestRoles } from 'pocket-hsm'
import { serverError } from '../server-error.ts'
import { addAddressOptions, requestControl, type ServerAddress } from './shared/control-client.ts'

interface SuggestOptions extends ServerAddress {
  readonly hsm?: string
  readonly file?: string
  readonly caller?: string
  readonly key?: string
  readonly outcome?: 'success' | 'refused'
  readonly roleName?: string
  readonly json?: boolean
}

const HELP = `
Examples:
  $ pocket-hsm roles suggest                        from all calls that a running server has recorded
  $ pocket-hsm roles suggest --caller OBJECT_ID     from the calls of one application
  $ pocket-hsm roles suggest --file audit.json      from what \`readAudit\` returned in a test, as JSON
  $ pocket-hsm roles suggest --json

Run your tests first. A server must have been started with --control.`

/** Defines the command and its subcommand. */
export function define(command: Command): void {
  command.description('Find the roles that recorded calls need.')
  addAddressOptions(command.command('suggest'))
    .description('Suggest the smallest built-in role, and a custom role, for recorded calls.')
    .option('--hsm <name>', 'HSM to ask, if the server has several')
    .option('--file <file>', 'file with an audit trail, JSON, instead of a running server')
    .option('--caller <id>', 'only calls of this caller (default: of all)')
    .option('--key <name>', 'only calls about this key (default: about all)')
    .addOption(
      new Option('--outcome <outcome>', 'only calls that ended like this (default: all)').choices([
        'success',
        'refused',
      ]),
    )
    .option('--role-name <name>', 'name of the custom role (default: Least privilege)')
    .option('--json', 'print the suggestions as JSON')
    .addHelpText('after', HELP)
    .action(async (options: SuggestOptions) => {
      const { roleName, json } = options
      const suggestions = suggestRoles(await readCalls(options), { roleName })
      process.stdout.write(
        json ? `${JSON.stringify(suggestions, null, 2)}\n` : describe(suggestions),
      )
    })
}

async function readCalls(options: SuggestOptions): Promise<RecordedCalls> {
  const { file, hsm, caller, key, outcome } = options
  if (file === undefined) {
    const query = new URLSearchParams(
      Object.entries({ hsm, caller, key, outcome }).filter(
        (entry): entry is [string, string] => entry[1] !== undefined,
      ),
    )
    return (await requestControl(options, 'GET', `/audit?${query}`)) as unknown as RecordedCalls
  }
  const { entries } = await readAuditFile(file)
  return {
    entries: entries.filter(
      (entry) =>
        (caller ?? entry.caller) === entry.caller &&
        (key ?? entry.key)?.toLowerCase() === entry.key?.toLowerCase() &&
        (outcome === undefined || (outcome === 'success') === (entry.outcome === 'success')),
    ),
  }
}

async function readAuditFile(file: string): Promise<RecordedCalls> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw serverError('BadOption', `--file: ${file} cannot be read: ${error.code}.`)
  })
  try {
    const json = JSON.parse(text) as RecordedCalls | RecordedCalls['entries']
    const calls = 'length' in json ? { entries: json } : json
    suggestRoles(calls)
    return calls
  } catch (error) {
    throw serverError('BadOption', `--file: ${file} is not an audit trail as JSON.`, error)
  }
}

function describe(suggestions: readonly RoleSuggestion[]): string {
  if (suggestions.length === 0) return 'No calls were recorded, so no role is needed.\n'
  return `${suggestions.map(paragraph).join('\n\n')}\n`
}

function paragraph({ scopes, dataActions, builtIn, definition }: RoleSuggestion): string {
  const assign = (role: string) =>
    scopes.map(
      (scope) =>
        `  az keyvault role assignment create --hsm-name HSM --assignee OBJECT_ID --scope ${scope} --role "${role}"`,
    )
  return [
    `At ${scopes.join(', ')}:`,
    ...dataActions.map((action) => `  ${action}`),
    ...(builtIn
      ? [
          `Smallest built-in role: ${builtIn.roleName} (${builtIn.otherDataActions.length} other data actions)`,
          ...assign(builtIn.roleName),
        ]
      : ['No built-in role allows all of them.']),
    'Custom role with these alone:',
    `  az keyvault role definition create --hsm-name HSM --role-definition '${JSON.stringify(definition).replaceAll("'", "'\\''")}'`,
    ...assign(definition.roleName),
  ].join('\n')
}
