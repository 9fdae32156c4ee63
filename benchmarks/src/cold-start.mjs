// How long a process waits before pocket-hsm, or what people would pick instead, has given its first result.
//
//   node benchmarks/src/cold-start.mjs --help

import { execFileSync } from 'node:child_process'
import * as nodeCrypto from 'node:crypto'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { tasks } from './tasks.mjs'

const HELP = `Usage: node benchmarks/src/cold-start.mjs [--rounds n] [--json]

Each measurement is a process of its own: it imports, does the task once, and has the result checked by
node:crypto when the clock has stopped. All contenders take turns, round by round, after one round that is
not counted.

  --rounds n   How many rounds count, 9 unless told
  --json       One JSON document: machine, Node version, and every measurement in milliseconds
  --help       This text
`

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '9' },
    json: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  },
})

if (options.help) {
  process.stdout.write(HELP)
} else {
  const rounds = Number(options.rounds)
  if (!Number.isInteger(rounds) || rounds < 1) throw new RangeError('--rounds takes a whole number')
  const { node, openssl } = process.versions
  const machine = { cpu: cpus()[0]?.model, cores: cpus().length }
  const platform = `${process.platform} ${process.arch}`
  const results = { node, openssl, platform, ...machine, rounds, rows: measure(rounds) }
  process.stdout.write(options.json ? `${JSON.stringify(results, null, 2)}\n` : table(results))
}

function measure(rounds) {
  const runs = tasks.flatMap((task) => {
    const input = JSON.stringify(task.input(nodeCrypto))
    return Object.keys(task.contenders).map((contender) => ({
      arguments: [task.name, contender, input],
      measured: [],
    }))
  })
  for (let round = 0; round <= rounds; round++) {
    if (process.stderr.isTTY) process.stderr.write(`\rround ${round} of ${rounds}`)
    // The order shifts, so that nobody always comes after the slowest.
    for (const index of runs.keys()) {
      const run = runs[(index + round) % runs.length]
      const measured = inFreshProcess(run.arguments)
      // The round before the first fills the caches of the disk.
      if (round > 0) run.measured.push(measured)
    }
  }
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')
  return runs.map(({ arguments: [task, contender], measured }) => ({
    task,
    contender,
    importing: measured.map(({ importing }) => importing),
    first: measured.flatMap(({ first }) => first ?? []),
  }))
}

function inFreshProcess(args) {
  const program = fileURLToPath(new URL('in-fresh-process.mjs', import.meta.url))
  return JSON.parse(execFileSync(process.execPath, [program, ...args], { encoding: 'utf8' }))
}

function table({ node, openssl, platform, cpu, cores, rounds, rows }) {
  const lines = rows.map(({ task, contender, importing, first }, index) => {
    const heading = rows[index - 1]?.task === task ? '' : `\n${task}\n`
    const cells = [importing, first].map((samples) => spread(samples).padStart(26)).join('')
    return `${heading}  ${contender.padEnd(32)}${cells.trimEnd()}\n`
  })
  return `Node ${node} (OpenSSL ${openssl}), ${platform}, ${cores} x ${cpu}
Milliseconds in a fresh process: median of ${rounds} (fastest to slowest)

${' '.repeat(34)}${'import'.padStart(26)}${'task, done once'.padStart(26)}
${lines.join('')}`
}

function spread(samples) {
  if (samples.length === 0) return ''
  const sorted = samples.toSorted((a, b) => a - b)
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]]
  const [median, least, most] = [(low + high) / 2, sorted[0], sorted.at(-1)].map((x) =>
    x.toFixed(1),
  )
  return `${median} (${least} to ${most})`
}
