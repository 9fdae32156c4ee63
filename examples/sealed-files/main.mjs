// The command: seals and opens files with a key of a real vault.

import { writeFile } from 'node:fs/promises'
import { CryptographyClient, KeyClient } from '@azure/keyvault-keys'
import { openFile, sealFile } from './sealed-file.mjs'

const credential = {
  getToken: async () => ({
    token: String(process.env.KEY_VAULT_TOKEN),
    expiresOnTimestamp: Date.now() + 3_600_000,
  }),
}
const clientOf = (kid) => new CryptographyClient(kid, credential)

const [command, path, keyUrl] = process.argv.slice(2)
if (command === 'seal' && path && keyUrl) {
  const { origin, pathname } = new URL(keyUrl)
  const key = await new KeyClient(origin, credential).getKey(String(pathname.split('/')[2]))
  console.log(await sealFile(key, clientOf(String(key.id)), path))
} else if (command === 'open' && path?.endsWith('.sealed')) {
  const target = path.replace(/\.sealed$/, '.opened')
  await writeFile(target, await openFile(clientOf, path))
  console.log(target)
} else {
  console.error('Usage: main.mjs seal FILE KEY_URL | open FILE.sealed')
  process.exitCode = 1
}
