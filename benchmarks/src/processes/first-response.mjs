// A process that has a KeyClient create a key, and prints when it had imported everything and when the key was there.

import { performance } from 'node:perf_hooks'

const [facadeEntry, azureEntry] = process.argv.slice(2)
const begun = performance.now()
const [{ KeyClient }, { createClientOptions, createCredential }, { createHsm }] = await Promise.all(
  [import('@azure/keyvault-keys'), import(azureEntry), import(facadeEntry)],
)
const imported = performance.now() - begun
const hsm = createHsm()
const client = new KeyClient(hsm.baseUrl, createCredential(), createClientOptions(hsm))
const { key } = await client.createKey('first', 'EC')
const done = performance.now() - begun
if (key.x?.length !== 32) throw new Error('There is no key.')
process.stdout.write(JSON.stringify({ imported, done }))
