// Measures pocket-hsm and what people would use instead: npm run bench -- --help

import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { help, readArguments } from './src/arguments.mjs'
import { GROUPS } from './src/groups/all.mjs'
import { runInProcess } from './src/measuring/group-process.mjs'
import { measuredWith } from './src/measuring/machine.mjs'
import { chart, hasChart } from './src/report/chart.mjs'
import { judged } from './src/report/goals.mjs'
import { merged } from './src/report/merge.mjs'
import { oursOf, page } from './src/report/page.mjs'
import { amount, columns, duration, times } from './src/report/words.mjs'

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

async function run({
  groups,
  write,
  out = fileURLToPath(new URL('.', import.meta.url)),
  ...request
}) {
  const { quick, before } = request
  const finished = []
  for (const { name, title, noise, tail } of groups) {
    const begun = performance.now()
    const tasks = await runInProcess(name, { quick, before }, progress)
    progress('')
    const seconds = Math.round((performance.now() - begun) / 1000)
    const measured = { ...measuredWith(quick, before), seconds }
    finished.push({ name, title, noise, ...(tail && { tail }), measured, tasks })
    process.stdout.write(terminalTable(finished.at(-1)))
  }
  const names = groups.map(({ name }) => name)
  for (const { group, task, aim, found, verdict } of judged(finished)) {
    if (!names.includes(group)) continue
    process.stdout.write(
      `  ${verdict.toUpperCase().padEnd(13)} ${group}, ${task}: ${aim}; ${found}\n`,
    )
  }
  for (const { name, measured } of finished) {
    process.stdout.write(`  ${name.padEnd(18)} ${duration(measured.seconds * 1000)}\n`)
  }
  if (write) save(out, finished)
}

function save(out, finished) {
  const charts = join(out, 'charts')
  mkdirSync(charts, { recursive: true })
  const file = join(out, 'results.json')
  const before = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { groups: [] }
  const results = merged(before, finished, GROUPS)
  writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`)
  writeFileSync(join(out, 'RESULTS.md'), page(results))
  for (const { name } of before.groups) rmSync(join(charts, `${name}.svg`), { force: true })
  for (const group of results.groups.filter(hasChart)) {
    writeFileSync(join(charts, `${group.name}.svg`), `${chart(group)}\n`)
  }
  process.stdout.write(`\nWritten: ${join(out, 'RESULTS.md')}, results.json, charts/\n`)
}

function terminalTable({ title, tasks }) {
  const lines = tasks.flatMap(({ name, unit, rows }) => {
    const ours = oursOf({ unit, rows })
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
