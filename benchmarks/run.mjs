// Times pocket-hsm beside what people would use instead: pnpm bench --help

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { help, readArguments } from './src/arguments.mjs'
import { chart } from './src/chart.mjs'
import { judged } from './src/goals.mjs'
import { GROUPS } from './src/groups/all.mjs'
import { measuredWith } from './src/machine.mjs'
import { merged } from './src/merge.mjs'
import { page } from './src/page.mjs'
import { runGroup } from './src/run-group.mjs'
import { amount, columns, times } from './src/words.mjs'

try {
  const options = readArguments(process.argv.slice(2), GROUPS)
  if (options.help) process.stdout.write(help(GROUPS))
  else await run(options)
} catch (error) {
  if (!(error instanceof RangeError) && error?.code?.startsWith('ERR_PARSE_ARGS') !== true)
    throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}

async function run({ groups, quick, write, out = fileURLToPath(new URL('.', import.meta.url)) }) {
  const finished = []
  for (const group of groups) {
    const tasks = await runGroup(group, quick, progress)
    progress('')
    const { name, title, noise } = group
    finished.push({ name, title, noise, measured: measuredWith(quick), tasks })
    process.stdout.write(terminalTable(finished.at(-1)))
  }
  for (const { group, task, aim, found, met } of judged(finished)) {
    process.stdout.write(
      `${met ? '  met    ' : '  NOT MET'}  ${group}, ${task}: ${aim}; found ${found}\n`,
    )
  }
  if (write) save(out, finished)
}

function save(out, finished) {
  mkdirSync(join(out, 'charts'), { recursive: true })
  const file = join(out, 'results.json')
  const before = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { groups: [] }
  const results = merged(before, finished, GROUPS)
  writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`)
  writeFileSync(join(out, 'RESULTS.md'), page(results))
  for (const group of results.groups) {
    writeFileSync(join(out, 'charts', `${group.name}.svg`), `${chart(group)}\n`)
  }
  process.stdout.write(`\nWritten: ${join(out, 'RESULTS.md')}, results.json, charts/\n`)
}

function terminalTable({ title, tasks }) {
  const lines = tasks.flatMap(({ name, unit, rows }) => {
    const ours = rows.find(({ contender }) => contender === 'pocket-hsm')?.median
    return [
      [`\n${name}`, '', '', '', ''],
      ...rows.map(({ contender, median, quartiles: [low, high], count }) => [
        `  ${contender}`,
        amount(median, unit),
        `${amount(low, unit)} to ${amount(high, unit)}`,
        `n=${count}`,
        ours === undefined ? '' : times(median / ours),
      ]),
    ]
  })
  return `\n${title}\n${columns(lines).join('\n')}\n`
}

function progress(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`)
}
