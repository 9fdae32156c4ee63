// Knows: how the suites of the JavaScript clients are run; their versions are installed with the workspace.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runProgram } from '../lib/program.mjs'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const CONFIG = fileURLToPath(new URL('vitest.config.mjs', import.meta.url))
const MOST_MS = 1_200_000

/** The newest version; each version's outcomes are counted apart. */
export function versionOfJavascript() {
  const manifest = 'packages/azure/node_modules/@azure/keyvault-keys/package.json'
  return JSON.parse(readFileSync(join(ROOT, manifest), 'utf8')).version
}

/**
 * Runs the suite.
 *
 * @param {{ folder: string, wanted: RegExp,
 *   hear: (outcomes: readonly { title: string, client: string, fault?: string }[]) => void }} scene
 */
export async function runJavascript({ folder, wanted, hear }) {
  const report = join(folder, 'javascript.json')
  const vitest = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs')
  const args = ['run', '--config', CONFIG, '--reporter=json', `--outputFile=${report}`]
  const filter = wanted.source === '(?:)' ? [] : ['--testNamePattern', wanted.source]
  const { status, stderr } = await runProgram([process.execPath, vitest, ...args, ...filter], {
    cwd: ROOT,
    timeout: MOST_MS,
  })
  const { testResults } = JSON.parse(readFileSync(report, 'utf8'))
  const outcomes = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status === 'passed' || status === 'failed')
    .map(({ status, ancestorTitles, title, failureMessages }) => ({
      client: /javascript \S+/.exec(ancestorTitles.join(' '))?.[0] ?? 'javascript',
      title: [...ancestorTitles, title].join(' > '),
      ...(status === 'failed' && { fault: failureMessages.join('\n') }),
    }))
  hear(outcomes)
  // A file that does not load fails without a test.
  if (status !== 0 && !outcomes.some(({ fault }) => fault !== undefined)) {
    hear([{ client: 'javascript', title: 'the suite runs', fault: stderr }])
  }
}
