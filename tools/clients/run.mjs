// Holds: the real clients, unmodified, find in a `pocket-hsm serve` what they find in the service.
//
//   node tools/clients/run.mjs [az] [python] [javascript] [--cases PATTERN] [--clients FOLDER]
//
// Which clients there are is up to the machine: tools/clients/set-up.mjs brings az and the Python SDK. One that was not
// asked for and is not there is left out; one that was asked for and is not there is a failure.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { runAz, versionOfAz } from './az/client.mjs'
import { runJavascript, versionOfJavascript } from './javascript/client.mjs'
import { clientCommands } from './lib/installed.mjs'
import { runPython, versionOfPython } from './python/client.mjs'

const CLIENTS = {
  az: { versionOf: versionOfAz, run: runAz },
  python: { versionOf: versionOfPython, run: runPython },
  javascript: { versionOf: versionOfJavascript, run: runJavascript },
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { cases: { type: 'string', default: '' }, clients: { type: 'string' } },
})
const strangers = positionals.filter((name) => !(name in CLIENTS))
if (strangers.length > 0) {
  process.stderr.write(
    `No client: ${strangers.join(', ')}. There are ${Object.keys(CLIENTS).join(', ')}.\n`,
  )
  process.exitCode = 2
} else {
  await runClients()
}

async function runClients() {
  const folder = mkdtempSync(join(tmpdir(), 'pocket-hsm-clients-'))
  try {
    const commands = clientCommands(values.clients)
    const wanted = new RegExp(values.cases)
    for (const name of positionals.length > 0 ? positionals : Object.keys(CLIENTS)) {
      await runClient(name, { command: commands[name], folder, wanted })
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function runClient(name, scene) {
  const begun = Date.now()
  const version = await CLIENTS[name].versionOf(scene.command, scene.folder)
  if (version === undefined) {
    process.stdout.write(`${name}: not here\n`)
    if (positionals.includes(name)) process.exitCode = 1
    return
  }
  const outcomes = await CLIENTS[name].run(scene)
  const seconds = ((Date.now() - begun) / 1000).toFixed(0)
  if (outcomes.length === 0) process.exitCode = 1
  for (const { title, fault } of outcomes.filter(({ fault }) => fault !== undefined)) {
    process.exitCode = 1
    process.stdout.write(`FAILED ${name}: ${title}\n${fault.replace(/^/gm, '  ')}\n`)
  }
  const labels = new Set(outcomes.map(({ client }) => client ?? `${name} ${version}`))
  for (const label of labels) {
    const own = outcomes.filter(({ client = label }) => client === label)
    const failed = own.filter(({ fault }) => fault !== undefined).length
    process.stdout.write(`${label}: ${own.length - failed} passed, ${failed} failed\n`)
  }
  process.stdout.write(`${name} took ${seconds} s\n`)
}
