// Knows: how the Python SDK is found, and pointed at a server by nothing but its own options.

import { createPublicKey } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ensureAzurite, startAzurite } from '../lib/azurite.mjs'
import { startEkmProxy } from '../lib/ekm-proxy.mjs'
import { proxyVariables, startNames } from '../lib/names.mjs'
import { openssl } from '../lib/openssl.mjs'
import { startPocketHsm } from '../lib/pocket-hsm.mjs'
import { runProgram } from '../lib/program.mjs'

const CASES = fileURLToPath(new URL('cases.py', import.meta.url))
const ISSUER = 'https://attest.example'
const MOST_MS = 600_000

/**
 * The version of the SDK that a Python has.
 *
 * @param {readonly string[]} command
 * @returns {Promise<string | undefined>} `undefined` where it has none.
 */
export async function versionOfPython(command) {
  const { status, stdout } = await ask(command, '--version')
  return status === 0 ? stdout.trim() : undefined
}

/**
 * Runs the cases.
 *
 * @param {{ command: readonly string[], folder: string, wanted: RegExp,
 *   hear: (outcomes: readonly { title: string, fault?: string }[]) => void }} scene `hear` is told how each case ended.
 */
export async function runPython({ command, folder: root, wanted, hear }) {
  const folder = join(root, 'python')
  mkdirSync(folder)
  const certificates = join(folder, 'certificates')
  const keySet = join(folder, 'attestation-keys.json')
  const authority = openssl(['genpkey', '-quiet', '-algorithm', 'rsa'], folder)
  const jwk = createPublicKey(authority).export({ format: 'jwk' })
  writeFileSync(keySet, JSON.stringify({ keys: [{ ...jwk, kid: 'authority' }] }))
  const ekmProxy = await startEkmProxy()
  const hsm = await startPocketHsm({
    certificates,
    name: 'ContosoMHSM',
    options: ['--attestation-keys', `${ISSUER}=${keySet}`, '--ekm-proxy', ekmProxy.url],
  })
  const vault = await startPocketHsm({ certificates, profile: 'vault-premium' })
  const identity = await startPocketHsm({ certificates, options: ['--identity', '--control'] })
  const notActivated = () => startPocketHsm({ certificates, options: ['--not-activated'] })
  const [lost, fresh, idle] = [await notActivated(), await notActivated(), await notActivated()]
  const names = await startNames(hsm.port)
  const azurite = await ensureAzurite()
  const storage = azurite && (await startAzurite(azurite))
  try {
    const config = {
      url: hsm.url,
      vaultUrl: vault.url,
      identityUrl: identity.url,
      environment: identity.environment,
      ekmProxyUrl: ekmProxy.url,
      lostUrl: lost.url,
      freshUrl: fresh.url,
      idleUrl: idle.url,
      ca: hsm.caFile,
      proxy: names.url,
      // Without a storage, the cases of backups fail.
      container: storage?.container ?? '',
      sas: storage?.sas() ?? '',
      authority,
      wanted: wanted.source,
    }
    const { status, stdout, stderr } = await ask(command, JSON.stringify(config))
    hear(
      stdout
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line)),
    )
    if (status !== 0)
      hear([{ title: 'the script comes to its end', fault: `${status}\n${stderr}` }])
  } finally {
    const servers = [hsm, vault, identity, lost, fresh, idle]
    await Promise.all([names.close(), storage?.close(), ...servers.map(({ stop }) => stop())])
    await ekmProxy.close()
  }
}

function ask(command, argument) {
  const env = { ...process.env, ...proxyVariables(), PYTHONDONTWRITEBYTECODE: '1' }
  return runProgram([...command, CASES, argument], { env, timeout: MOST_MS })
}
