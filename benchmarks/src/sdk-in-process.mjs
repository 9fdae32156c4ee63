// What the way through the official SDK costs, beside the bare facade and the bare handler, all in one process; and how
// long a fresh process takes to the first answer of a KeyClient.
//
//   node benchmarks/src/sdk-in-process.mjs [--seconds n] [--json]

import { execFileSync } from 'node:child_process'
import { cpus } from 'node:os'
import { performance } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { CryptographyClient, KeyClient } from '@azure/keyvault-keys'
import { createClientOptions, createCredential, createFetch } from '@pocket-hsm/azure'
import { createHsm, createKey, getKey, sign, toBase64url, unwrapKey, wrapKey } from 'pocket-hsm'

const { values: options } = parseArgs({
  options: { seconds: { type: 'string', default: '2' }, json: { type: 'boolean' } },
})
const milliseconds = Number(options.seconds) * 1000
if (!(milliseconds > 0)) throw new RangeError('--seconds takes a number above zero')

const hsm = createHsm()
createKey(hsm, 'ec', { kty: 'EC' })
createKey(hsm, 'rsa', { kty: 'RSA' })
const digest = new Uint8Array(32).fill(7)
const wrapped = wrapKey(hsm, 'rsa', { alg: 'RSA-OAEP-256', value: digest }).value

const fetch = createFetch(hsm)
const send = async (path, body) => {
  const response = await fetch(`${hsm.baseUrl}${path}?api-version=2025-07-01`, {
    headers: { authorization: 'Bearer any' },
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
  })
  if (response.status !== 200) throw new Error(`${path} answered ${response.status}`)
  return response.json()
}

const clientOptions = createClientOptions(hsm)
const client = new KeyClient(hsm.baseUrl, createCredential(), clientOptions)
const cryptographyOf = async (name) =>
  new CryptographyClient(await client.getKey(name), createCredential(), clientOptions)
const ec = await cryptographyOf('ec')
const rsa = await cryptographyOf('rsa')

const TASKS = {
  get: {
    facade: () => getKey(hsm, 'ec'),
    fetch: () => send('/keys/ec'),
    sdk: () => client.getKey('ec'),
  },
  'ES256 sign': {
    facade: () => sign(hsm, 'ec', { alg: 'ES256', value: digest }),
    fetch: () => send('/keys/ec/sign', { alg: 'ES256', value: toBase64url(digest) }),
    sdk: () => ec.sign('ES256', digest),
  },
  'RSA-OAEP-256 unwrap': {
    facade: () => unwrapKey(hsm, 'rsa', { alg: 'RSA-OAEP-256', value: wrapped }),
    fetch: () => send('/keys/rsa/unwrapkey', { alg: 'RSA-OAEP-256', value: toBase64url(wrapped) }),
    sdk: () => rsa.unwrapKey('RSA-OAEP-256', wrapped),
  },
}

const rows = []
for (const [task, contenders] of Object.entries(TASKS)) {
  for (const [contender, run] of Object.entries(contenders)) {
    rows.push({ task, contender, perSecond: await rateOf(run) })
  }
}

const FIRST_ANSWER = `
const begun = performance.now()
const [{ KeyClient }, { createClientOptions, createCredential }, { createHsm }] = await Promise.all([
  import('@azure/keyvault-keys'), import('@pocket-hsm/azure'), import('pocket-hsm'),
])
const imported = performance.now()
const hsm = createHsm()
await new KeyClient(hsm.baseUrl, createCredential(), createClientOptions(hsm)).createKey('k', 'EC')
console.log(JSON.stringify([imported - begun, performance.now() - begun]))`

const fresh = Array.from({ length: 9 }, () =>
  JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '-e', FIRST_ANSWER], {
      cwd: new URL('.', import.meta.url),
      encoding: 'utf8',
    }),
  ),
)
const [importing, firstAnswer] = [0, 1].map((i) => median(fresh.map((each) => each[i])))

const machine = `${cpus()[0]?.model}, ${cpus().length} cores, Node ${process.versions.node}`
if (options.json) {
  console.log(JSON.stringify({ machine, rows, fresh: { importing, firstAnswer } }, null, 2))
} else {
  console.log(machine)
  for (const { task, contender, perSecond } of rows) {
    const each = `${(1_000_000 / perSecond).toFixed(0)} us`
    console.log(
      `${task.padEnd(20)} ${contender.padEnd(7)} ${perSecond.toFixed(0).padStart(8)} a second ${each.padStart(9)}`,
    )
  }
  console.log(
    `fresh process (median of 9): imported after ${importing.toFixed(0)} ms, first answer of a KeyClient after ${firstAnswer.toFixed(0)} ms`,
  )
}

/** One after the other, as a test would; the first of them do not count. */
async function rateOf(run) {
  for (let i = 0; i < 100; i += 1) await run()
  const begun = performance.now()
  let count = 0
  while (performance.now() - begun < milliseconds) {
    await run()
    count += 1
  }
  return (count / (performance.now() - begun)) * 1000
}

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]
}
