// Runs a command with a PostgreSQL of its own, on a free port of this machine and in a temporary folder.
//
//   npm run postgres -- COMMAND [ARGUMENT...]     runs the command, and ends with its exit code
//   npm run postgres -- start                     starts one that stays, and prints its variables
//   npm run postgres -- restart FOLDER [MODE]     MODE: fast (default), or immediate, which is a crash
//   npm run postgres -- stop FOLDER               stops one, and removes its folder
//
// --durable before any of them: it survives a crash of the machine, as in production.
//
// The command finds it by PGHOST, PGPORT, PGUSER, PGPASSWORD and PGDATABASE, or by TEST_POSTGRES_URL. Without PostgreSQL
// on the machine, root installs Debian's with apt-get; anyone else gets exit code 77, which means skipped.

import { spawn } from 'node:child_process'
import { makeCluster, openCluster, removeCluster, start, stop, variablesOf } from './cluster.mjs'
import { ensurePrograms } from './programs.mjs'

const SKIPPED = 77
const USAGE = 2
const MODES = ['fast', 'immediate']

const COMMANDS = {
  start: { most: 0, act: startOne },
  restart: { least: 1, most: 2, act: restart },
  stop: { least: 1, most: 1, act: (_, folder) => removeCluster(openCluster(folder)) },
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}

async function main(words) {
  const isDurable = words[0] === '--durable'
  const [name, ...args] = isDurable ? words.slice(1) : words
  if (name === undefined) return misused('Name a command to run, or start, restart or stop.')
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (command === undefined) return runWithCluster([name, ...args], { isDurable })
  const { least = 0, most, act } = command
  if (args.length < least || args.length > most)
    return misused(`${name} takes ${least} to ${most} arguments.`)
  return (await act({ isDurable }, ...args)) ?? 0
}

function misused(text) {
  process.stderr.write(`${text}\n`)
  return USAGE
}

async function startOne(asked) {
  const { folder: programs, missing } = ensurePrograms()
  if (missing) return skipped(missing)
  const variables = variablesOf(await makeCluster(programs, asked))
  for (const [name, value] of Object.entries(variables)) process.stdout.write(`${name}=${value}\n`)
}

function restart(_, folder, mode = 'fast') {
  if (!MODES.includes(mode)) return misused(`The mode is ${MODES.join(' or ')}, not ${mode}.`)
  const cluster = openCluster(folder)
  stop(cluster, mode)
  start(cluster)
}

async function runWithCluster([program, ...args], asked) {
  const { folder: programs, missing } = ensurePrograms()
  if (missing) return skipped(missing)
  const cluster = await makeCluster(programs, asked)
  try {
    return await finished(program, args, variablesOf(cluster))
  } finally {
    removeCluster(cluster)
  }
}

function finished(program, args, variables) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'inherit', env: { ...process.env, ...variables } })
    // Ctrl-C reaches the command as well: it ends, and the cluster goes after it.
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
    child.once('error', (error) => reject(new Error(`${program}: ${error.message}`)))
    child.once('close', (code, signal) => resolve(signal === null ? code : 1))
  })
}

function skipped(reason) {
  process.stdout.write(`Skipped: ${reason}\n`)
  return SKIPPED
}
