/** The command line: finds the subcommand, loads its file alone, and tells what went wrong in one line. */

import { readFile } from 'node:fs/promises'
import { Command, CommanderError } from 'commander'
import { EXIT, exitCodeOf } from './shared/exit-codes.ts'
import { SUBCOMMANDS } from './subcommands.ts'

const HELP = `
Examples:
  $ pocket-hsm serve                        a Managed HSM at https://127.0.0.1:8443
  $ pocket-hsm serve --print-ca > ca.pem    what clients have to trust
  $ pocket-hsm key create --name orders     a key in it
  $ pocket-hsm help serve                   everything that serve takes

Exit codes: 0 done, 1 something went wrong, 2 the command line has to be changed, 3 there is no such key.`

/** Runs the command. */
export async function run(argv: readonly string[]): Promise<number> {
  const program = new Command('pocket-hsm')
    .description('A software HSM that behaves like Azure Managed HSM and Key Vault keys.')
    .version(await version())
    .showSuggestionAfterError()
    .exitOverride()
    // Each subcommand has its own --version, if any.
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
    process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`)
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
