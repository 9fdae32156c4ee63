// What the command line asks for.

import { parseArgs } from 'node:util'

export const help = (groups) => `Usage: pnpm bench [group ...] [--quick] [--out folder] [--no-write]

Times pocket-hsm beside what people would use instead, in one run: all contenders of a task take turns, after
it has been checked that they agree on the answer. Then it writes results.json, RESULTS.md and charts/*.svg.

  group        Which to run, all of them unless told:
${groups.map(({ name, title }) => `                 ${name.padEnd(16)} ${title}`).join('\n')}
  --quick      Fewer samples: under two minutes for everything, and less to rely on
  --out        Where to write, benchmarks/ unless told; groups that were not run stay as they are there
  --no-write   Only the table on the terminal
  --help       This text
`

/**
 * Reads the command line.
 *
 * @param {readonly string[]} argv What comes after the command.
 * @param {readonly { name: string }[]} groups All there are.
 * @returns {{ help: boolean, quick: boolean, write: boolean, out?: string, groups: readonly { name: string }[] }}
 * `groups` in their own order, whatever the order asked for.
 * @throws {RangeError} A group that there is not.
 */
export function readArguments(argv, groups) {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      'no-write': { type: 'boolean', default: false },
      out: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  const names = groups.map(({ name }) => name)
  const unknown = positionals.find((name) => !names.includes(name))
  if (unknown !== undefined) {
    throw new RangeError(`There is no group "${unknown}". There are: ${names.join(', ')}.`)
  }
  return {
    help: values.help,
    quick: values.quick,
    write: !values['no-write'],
    ...(values.out !== undefined && { out: values.out }),
    groups: groups.filter(({ name }) => positionals.length === 0 || positionals.includes(name)),
  }
}
