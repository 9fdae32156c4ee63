// Reads the command line.

import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'

export const help = (groups) => `Usage: npm run bench -- [--group name ...] [options]

Measures pocket-hsm and what people would use instead, in one run: all contenders of a task take turns, after
their results have been checked. Then it writes results.json, RESULTS.md and charts/*.svg.

  --group <name>     A group to run; repeat it for more. Defaults to all that are not marked with *.
${groups.map(({ name, title, onDemand }) => `                       ${`${name}${onDemand ? ' *' : ''}`.padEnd(18)} ${title}`).join('\n')}
  --before <folder>  A built checkout of an older version, measured in the same run: some goals compare with it
  --quick            Fewer samples, to see whether everything runs
  --out <folder>     Where to write. Defaults to benchmarks/; groups that were not run stay as they are there
  --no-write         Only print the tables
  --help             Print this text
`

/**
 * Reads the command line.
 *
 * @param {readonly string[]} argv What comes after the command. A word that is no option is the name of a group, too.
 * @param {readonly { name: string, onDemand?: boolean }[]} groups All there are.
 * @returns {{ help: boolean, quick: boolean, write: boolean, out?: string, before?: string, groups: readonly { name: string }[] }}
 * `groups` in their own order, whatever the order asked for.
 * @throws {RangeError} There is no such group, or the folder to compare with is not a built checkout.
 */
export function readArguments(argv, groups) {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      group: { type: 'string', multiple: true, default: [] },
      before: { type: 'string' },
      quick: { type: 'boolean', default: false },
      'no-write': { type: 'boolean', default: false },
      out: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  const asked = [...values.group, ...positionals]
  const names = groups.map(({ name }) => name)
  const unknown = asked.find((name) => !names.includes(name))
  if (unknown !== undefined) {
    throw new RangeError(`There is no group "${unknown}". The groups are ${names.join(', ')}.`)
  }
  return {
    help: values.help,
    quick: values.quick,
    write: !values['no-write'],
    ...(values.out !== undefined && { out: values.out }),
    ...(values.before !== undefined && { before: builtCheckout(values.before) }),
    groups: groups.filter(({ name, onDemand }) =>
      asked.length === 0 ? !onDemand : asked.includes(name),
    ),
  }
}

function builtCheckout(folder) {
  const path = resolve(folder)
  if (!existsSync(join(path, 'packages', 'hsm', 'dist', 'index.js'))) {
    throw new RangeError(`${folder} is not a built checkout: run node tools/set-up.mjs in it.`)
  }
  return path
}
