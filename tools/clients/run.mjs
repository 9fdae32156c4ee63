// Holds: the real clients, unmodified, find in a `pocket-hsm serve` what they find in the service.
//
//   node tools/clients/run.mjs [az] [python] [javascript] [--cases PATTERN] [--sample] [--shared] [--clients FOLDER]
//
// az takes minutes: with --sample it plays a representative part of its stories.
// With --shared, az talks to two servers on one PostgreSQL, in turn: those stories for which that makes no difference.
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
  options: {
    cases: { type: 'string', default: '' },
    sample: { type: 'boolean', default: false },
    shared: { type: 'boolean', default: false },
    clients: { type: 'string' },
  },
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
    let ran = 0
    for (const name of positionals.length > 0 ? positionals : Object.keys(CLIENTS)) {
      const { sample, shared } = values
      ran += await runClient(name, { command: commands[name], folder, wanted, sample, shared })
    }
    if (ran > 0) return
    process.stdout.write('no case ran\n')
    process.exitCode = 1
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Runs one client, tells of each failure as it is found, and counts. */
async function runClient(name, scene) {
  const begun = Date.now()
  const version = await CLIENTS[name].versionOf(scene.command, scene.folder)
  if (version === undefined) {
    process.stdout.write(`${name}: not here\n`)
    if (positionals.includes(name)) process.exitCode = 1
    return 0
  }
  const counts = new Map()
  const hear = (outcomes) => {
    for (const { title, fault, client = `${name} ${version}` } of outcomes) {
      const { passed, failed } = counts.get(client) ?? { passed: 0, failed: 0 }
      const next =
        fault === undefined ? { passed: passed + 1, failed } : { passed, failed: failed + 1 }
      counts.set(client, next)
      if (fault === undefined) continue
      process.exitCode = 1
      process.stdout.write(`FAILED ${name}: ${title}\n${fault.replace(/^/gm, '  ')}\n`)
    }
  }
  await CLIENTS[name].run({ ...scene, hear })
  let ran = 0
  for (const [client, { passed, failed }] of counts) {
    process.stdout.write(`${client}: ${passed} passed, ${failed} failed\n`)
    ran += passed + failed
  }
  const part = values.sample ? ', with --sample' : ''
  process.stdout.write(`${name} took ${((Date.now() - begun) / 1000).toFixed(0)} s${part}\n`)
  return ran
}
