// A session with the HSM, chapter by chapter, on real input. What it computes is checked by other code than ours.
//
//   node examples/tour/tour.mjs --help

import { parseArgs } from 'node:util'
import { chapters } from './chapters/index.mjs'
import { jsonReport, textReport } from './report.mjs'
import { runTour } from './run-tour.mjs'

const HELP = `A session with pocket-hsm on real input; what it computes is checked by node:crypto.

Usage: node examples/tour/tour.mjs [options] [chapter ...]

Chapters, all of them unless told:
${chapters.map(({ name, title }) => `  ${name.padEnd(10)} ${title}`).join('\n')}

Options:
  --json   One JSON object a line: one for each step,
           { chapter, step, shows?, ok, milliseconds, verifier, error? },
           and at the end { summary: { steps, passed, failed, milliseconds, node, openssl } }
  --help   This text

Exit status: 0 when every check held, 1 when one failed, 2 when the command was not understood.
Colours appear on a terminal alone; NO_COLOR and FORCE_COLOR have the last word.
`

function main() {
  const asked = readArguments()
  if ('fault' in asked) {
    process.stderr.write(`${asked.fault}\nSee --help.\n`)
    return 2
  }
  if (asked.help) {
    process.stdout.write(HELP)
    return 0
  }
  const report = asked.json ? jsonReport(process.stdout) : textReport(process.stdout)
  const { failed } = runTour(asked.chapters, report)
  return failed === 0 ? 0 : 1
}

function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    })
    const unknown = positionals.find((asked) => !chapters.some(({ name }) => name === asked))
    if (unknown !== undefined) return { fault: `There is no chapter '${unknown}'.` }
    const isAsked = ({ name }) => positionals.length === 0 || positionals.includes(name)
    return { ...values, chapters: chapters.filter(isAsked) }
  } catch (error) {
    return { fault: error.message }
  }
}

process.exitCode = main()
