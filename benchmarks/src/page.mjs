// RESULTS.md: the goals first, then a chart and a table for each group.

import { judged } from './goals.mjs'
import { amount, markdownTable, times } from './words.mjs'

/**
 * Writes the page.
 *
 * @param {{ groups: readonly object[] }} results As they stand in results.json.
 */
export function page({ groups }) {
  return `# Results

Written by \`pnpm bench\`; do not edit. The same figures with all quartiles stand in [results.json](results.json).

**How to read them.** Median of all samples of a contender; in brackets the first and the third quartile, and how
many samples there are. All contenders of a task take turns, after their answers have been checked
against node:crypto. Figures of one task compare with each other. Those of different machines, runs or tasks do not:
what is true elsewhere too is about the ratios. "Ratio" is a contender's median by that of pocket-hsm: above 1×,
pocket-hsm is faster.

node:crypto and WebCrypto are OpenSSL, native code for this very processor; node-forge runs with
\`usePureJavaScript\`, or it would ask node:crypto. pocket-hsm is measured from outside, through \`sign(hsm, 'key', …)\`
and the like.

## Goals

${goalsTable(groups)}

${groups.map(section).join('\n\n')}
`
}

function goalsTable(groups) {
  const rows = judged(groups).map(({ group, task, aim, found, met }) => [
    group,
    task,
    aim,
    found,
    met ? 'met' : '**not met**',
  ])
  return rows.length === 0
    ? 'None of the groups with goals has been run.'
    : markdownTable(['group', 'task', 'goal', 'found', ''], rows)
}

function section({ name, title, noise, measured, tasks }) {
  return `## ${title}

![${title}: median times, logarithmic scale](charts/${name}.svg)

**Noise.** ${noise}

${machineLine(measured)}

${tasks.map(taskTable).join('\n\n')}`
}

function machineLine({ at, quick, node, openssl, platform, cpu, cores, versions }) {
  const packages = Object.entries(versions).map(([name, version]) => `${name} ${version}`)
  return `${quick ? '**A quick run, with few samples.** ' : ''}${at.slice(0, 10)}, Node ${node} (OpenSSL ${openssl}), ${platform}, ${cores} × ${cpu}; ${packages.join(', ')}.`
}

function taskTable({ name, unit, rows }) {
  const ours = rows.find(({ contender }) => contender === 'pocket-hsm')?.median
  const heading = [name, 'median', 'quartiles', 'samples', ...(ours === undefined ? [] : ['ratio'])]
  return markdownTable(
    heading,
    rows.map(({ contender, count, median, quartiles: [low, high] }) => [
      contender,
      amount(median, unit),
      `${amount(low, unit)} to ${amount(high, unit)}`,
      String(count),
      ...(ours === undefined ? [] : [times(median / ours)]),
    ]),
  )
}
