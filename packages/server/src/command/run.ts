/** The command line: finds the subcommand, loads only its file, and prints errors. */

import { readFile } from 'node:fs/promises'
import { Command, CommanderError } from 'commander'
import { escapeLines } from '../network/escape-controls.ts'
import { EXIT, exitCodeOf } from './shared/exit-codes.ts'
import { SUBCOMMANDS } from './subcommands.ts'

const HELP = `
Examples:
  $ pocket-hsm serve                        a Managed HSM at https://127.0.0.1:8443
  $ pocket-hsm serve --print-ca > ca.pem    the CA certificate that clients have to trust
  $ pocket-hsm key create --name orders     a key in the running server
  $ pocket-hsm help serve                   every option of serve

Exit codes: 0 success, 1 failure, 2 usage error, 3 no such key.`

/** Runs the command. */
export async function run(argv: readonly string[]): Promise<number> {
  const program = new Command('pocket-hsm')
    .description('A software HSM that behaves like Azure Managed HSM and Key Vault keys.')
    .version(await version())
    .showSuggestionAfterError()
    .configureOutput({ outputError: (text, write) => write(escapeLines(text)) })
    .exitOverride()
    // A subcommand can have its own --version.
    .enablePositionalOptions()
    .addHelpText('after', HELP)
  for (const { name, summary, load } of SUBCOMMANDS) {
    const command = program.command(name).summary(summary).description(summary).exitOverride()
    if (isMeant(name, argv)) (await load()).define(command)
  }
  try {
    await program.parseAsync([...argv], { from: 'user' })
    return EXIT.done
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.misused
    const text = error instanceof Error ? error.message : String(error)
    process.stderr.write(`error: ${escapeLines(text)}\n`)
    return exitCodeOf(error)
  }
}

/** `pocket-hsm NAME …` or `pocket-hsm help NAME`. */
function isMeant(name: string, argv: readonly string[]): boolean {
  const words = argv.filter((word) => !word.startsWith('-'))
  return words[0] === name || (words[0] === 'help' && words[1] === name)
}

async function version(): Promise<string> {
  const manifest = await readFile(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(manifest) as { readonly version: string }).version
}
