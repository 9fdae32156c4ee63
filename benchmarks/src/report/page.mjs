// RESULTS.md: the goals first, then a chart and a table for each group.

import { hasChart } from './chart.mjs'
import { judged } from './goals.mjs'
import { amount, count, duration, markdownTable, times } from './words.mjs'

/**
 * Writes the page.
 *
 * @param {{ groups: readonly object[] }} results The content of results.json.
 */
export function page({ groups }) {
  return `# Results

Written by \`npm run bench\`; do not edit. [results.json](results.json) has the same figures, with extremes.

**How to read them.** Each figure is the median of all samples of a contender, followed by the first and the third
quartile and the number of samples. All contenders of a task take turns, after their results have been checked against
node:crypto. Compare figures of one task only. Figures of other machines, runs or tasks differ; what holds elsewhere too
is the ratios. "Ratio" is a contender's median divided by that of pocket-hsm: above 1×, pocket-hsm is faster.

node:crypto and WebCrypto are OpenSSL: native code for this very processor. node-forge runs with \`usePureJavaScript\`,
otherwise it would call node:crypto. \`pocket-hsm\` is measured from outside, through \`sign(hsm, 'key', …)\` and the like;
\`@pocket-hsm/crypto\` is the primitive with a stored key, without the HSM around it. \`pocket-hsm before\` is ${before(groups)}.

## Goals

${goalsTable(groups)}

${groups.map(section).join('\n\n')}
`
}

function before(groups) {
  const commits = new Set(groups.flatMap(({ measured }) => measured.before ?? []))
  return commits.size === 0
    ? 'an older version, which was not measured'
    : `the version of commit ${[...commits].join(' and ')}, measured in the same run`
}

function goalsTable(groups) {
  const rows = judged(groups).map(({ group, task, aim, found, verdict }) => [
    group,
    task,
    aim,
    found,
    verdict === 'not met' ? `**${verdict}**` : verdict,
  ])
  return markdownTable(['group', 'task', 'goal', 'found', ''], rows)
}

function section(group) {
  const { name, title, noise, tail, measured, tasks } = group
  const parts = [
    `## ${title}`,
    ...(hasChart(group)
      ? [`![${title}: median times, logarithmic scale](charts/${name}.svg)`]
      : []),
    `**Noise.** ${noise}`,
    machineLine(measured),
    ...tasks.map((task) => taskTable(task, tail)),
  ]
  return parts.join('\n\n')
}

function machineLine({ at, quick, node, openssl, platform, cpu, cores, versions, seconds }) {
  const packages = Object.entries(versions).map(([name, version]) => `${name} ${version}`)
  const took = seconds === undefined ? '' : ` Measured in ${duration(seconds * 1000)}.`
  return `${quick ? '**A quick run, with few samples.** ' : ''}${at.slice(0, 10)}, Node ${node} (OpenSSL ${openssl}), ${platform}, ${cores} × ${cpu}; ${packages.join(', ')}.${took}`
}

/** The time that others are compared with; `undefined` where pocket-hsm takes no part, or no time is measured. */
export const oursOf = ({ unit, rows }) =>
  unit === undefined ? rows.find(({ contender }) => contender === 'pocket-hsm')?.median : undefined

/** Where there is one sample, its quartiles say nothing; where others wait, the longest time says most. */
function taskTable({ name, unit, rows }, tail) {
  const ours = oursOf({ unit, rows })
  const isOnce = rows.every(({ count }) => count === 1)
  const heading = [
    name,
    ...(isOnce ? [unit ?? 'time'] : ['median', 'quartiles']),
    ...(tail && !isOnce ? ['99 % within', 'at most'] : []),
    ...(isOnce ? [] : ['samples']),
    ...(ours === undefined ? [] : ['ratio']),
  ]
  const cells = ({ contender, count: samples, median, quartiles: [low, high], p99, extremes }) => [
    contender,
    isOnce && unit !== undefined ? count(median) : amount(median, unit),
    ...(isOnce ? [] : [`${amount(low, unit)} to ${amount(high, unit)}`]),
    ...(tail && !isOnce ? [amount(p99, unit), amount(extremes[1], unit)] : []),
    ...(isOnce ? [] : [String(samples)]),
    ...(ours === undefined ? [] : [times(median / ours)]),
  ]
  return markdownTable(heading, rows.map(cells))
}
