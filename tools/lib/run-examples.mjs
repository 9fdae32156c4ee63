// Holds: every compiled example runs to its end, throws nothing, and reaches every value it shows.

import { execFile } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readJson } from './tree.mjs'

const RUNTIME = fileURLToPath(new URL('examples-runtime.mjs', import.meta.url))
const VITEST = join(createRequire(import.meta.url).resolve('vitest/package.json'), '../vitest.mjs')

/** The longest that a process with examples may take, in milliseconds. */
const TIME_LIMIT = 180_000

/**
 * @param {ReturnType<typeof import('./compile-examples.mjs').compileExamples>} compiled
 * @returns {Promise<{ faults: string[], checked: number }>} `checked`: how many shown values were looked at.
 */
export async function runExamples({ folder, modules }) {
  const logFile = join(folder, 'log.jsonl')
  writeFileSync(logFile, '')
  const run = (args) => runNode(args, folder, { EXAMPLES_LOG: logFile })
  const tests = modules.filter(({ isTest }) => isTest)
  const plain = modules.filter(({ isTest }) => !isTest)
  await Promise.all([
    ...shares(plain).map((share) =>
      run(['--enable-source-maps', RUNTIME, ...share.map(({ path }) => path)]),
    ),
    ...(tests.length > 0 ? [run(vitestArguments(folder))] : []),
  ])

  const failures = new Map([
    ...failuresOfPlain(plain, readLog(logFile)),
    ...failuresOfTests(folder, tests),
  ])
  const checked = new Set(readLog(logFile).map(({ checked }) => checked))
  return {
    checked: modules.flatMap(({ shown }) => shown).filter((place) => checked.has(place)).length,
    faults: modules.flatMap((module) =>
      failures.has(module)
        ? [`${module.place}: ${failures.get(module)}`]
        : module.shown
            .filter((place) => !checked.has(place))
            .map((place) => `${place}: the line whose value is shown never runs`),
    ),
  }
}

/** One share for each processor, dealt like cards. */
function shares(modules) {
  const count = Math.min(availableParallelism(), modules.length)
  return Array.from({ length: count }, (_, first) =>
    modules.filter((_module, i) => i % count === first),
  )
}

/** Never rejects: what went wrong stands in the log, or is missing from it. */
function runNode(args, cwd, env) {
  const options = {
    cwd,
    env: { ...process.env, ...env },
    timeout: TIME_LIMIT,
    maxBuffer: 64 * 1024 * 1024,
  }
  return new Promise((resolve) => execFile(process.execPath, args, options, () => resolve()))
}

const readLog = (file) =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))

function* failuresOfPlain(modules, log) {
  const started = new Set(log.map(({ started }) => started))
  const finished = new Set(log.map(({ finished }) => finished))
  for (const module of modules) {
    const failure = log.find(({ failed }) => failed === module.path)
    if (failure) yield [module, failure.message]
    else if (!started.has(module.path))
      yield [module, 'was not reached: an example before it ended the process']
    else if (!finished.has(module.path)) yield [module, 'does not come to its end']
  }
}

const reportFile = (folder) => join(folder, 'tests.json')

function vitestArguments(folder) {
  const config = join(folder, 'vitest.config.mjs')
  const test = {
    include: ['run/*.test.js'],
    exclude: [],
    setupFiles: [RUNTIME],
    testTimeout: 60_000,
    // A reader's first run writes snapshots; on a build server vitest would refuse to.
    update: 'new',
  }
  writeFileSync(config, `export default ${JSON.stringify({ test })}\n`)
  return [
    VITEST,
    'run',
    '--root',
    folder,
    '--config',
    config,
    '--reporter=json',
    `--outputFile=${reportFile(folder)}`,
  ]
}

function* failuresOfTests(folder, modules) {
  const results = existsSync(reportFile(folder)) ? readJson(reportFile(folder)).testResults : []
  for (const module of modules) {
    const suite = results.find(({ name }) => name.endsWith(`/${basenameOf(module.path)}`))
    const passed = suite?.assertionResults.filter(({ status }) => status === 'passed') ?? []
    if (
      suite?.status === 'passed' &&
      passed.length === suite.assertionResults.length &&
      passed.length > 0
    )
      continue
    const messages = suite?.assertionResults.flatMap(({ failureMessages }) => failureMessages) ?? []
    yield [module, [suite?.message, ...messages].filter(Boolean).join('\n') || 'no test of it ran']
  }
}

const basenameOf = (path) => path.split(/[\\/]/).at(-1)
