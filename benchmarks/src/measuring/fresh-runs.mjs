// What only a fresh process can measure: starts. Contenders take turns here too.

import { execFileSync } from 'node:child_process'

/**
 * Starts processes in turn, from another one each round. The round before the first fills the caches of the disk.
 *
 * @template Found
 * @param {readonly { label: string, run: () => Found | Promise<Found> }[]} runs
 * @param {number} rounds
 * @param {(label: string, round: number) => void} onSample
 * @returns {Promise<readonly Found[][]>} What each run found, a value for each round.
 */
export async function inTurn(runs, rounds, onSample) {
  const found = runs.map(() => [])
  for (let round = 0; round <= rounds; round++) {
    for (const turn of runs.keys()) {
      const index = (turn + round) % runs.length
      const { label, run } = runs[index]
      const measured = await run()
      onSample(label, round)
      if (round > 0) found[index].push(measured)
    }
  }
  return found
}

/**
 * Runs a program to its end and parses what it printed as JSON.
 *
 * @param {readonly string[]} args Of `node`.
 */
export const printedBy = (args) =>
  JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8', cwd: import.meta.dirname }))
