// The application against an HSM in this process: what it does on good days, and on bad ones.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CryptographyClient, KeyClient } from '@azure/keyvault-keys'
import { createClientOptions, createCredential } from '@pocket-hsm/azure'
import { createFaultScript, createHandler } from '@pocket-hsm/rest'
import { createHsm } from 'pocket-hsm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openFile, sealFile } from '../sealed-file.mjs'

const CONTENT = Buffer.from('one coffee, no sugar')

let folder
let path
let client
let clientOf
let faults

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealed-files-'))
  path = join(folder, 'order.txt')
  await writeFile(path, CONTENT)
  faults = createFaultScript()
  const handler = createHandler(createHsm({ profile: 'vault-premium' }), { faults })
  const options = { ...createClientOptions(handler), retryOptions: { retryDelayInMs: 1 } }
  client = new KeyClient('https://contoso.vault.azure.net', createCredential(), options)
  clientOf = (kid) => new CryptographyClient(kid, createCredential(), options)
})

afterEach(() => rm(folder, { recursive: true }))

/** Seals the file with the newest version of the key. */
async function seal() {
  const key = await client.getKey('files')
  return sealFile(key, clientOf(key.id), path)
}

describe('a sealed file', () => {
  it('opens, and does not show what is in it', async () => {
    await client.createRsaKey('files')
    const sealed = await seal()
    expect((await readFile(sealed)).includes(CONTENT)).toBe(false)
    expect(await openFile(clientOf, sealed)).toEqual(CONTENT)
  })

  it('opens after the key has been rotated', async () => {
    const first = await client.createRsaKey('files')
    const sealed = await seal()
    const second = await client.rotateKey('files')
    expect(second.id).not.toBe(first.id)
    expect(await openFile(clientOf, sealed)).toEqual(CONTENT)
  })

  it('does not open while the key is disabled', async () => {
    const { properties } = await client.createRsaKey('files')
    const sealed = await seal()
    await client.updateKeyProperties('files', properties.version, { enabled: false })
    await expect(openFile(clientOf, sealed)).rejects.toMatchObject({ statusCode: 403 })
  })

  it('does not open once the key is deleted, and does again when it is recovered', async () => {
    await client.createRsaKey('files')
    const sealed = await seal()
    await (await client.beginDeleteKey('files')).pollUntilDone()
    await expect(openFile(clientOf, sealed)).rejects.toMatchObject({ statusCode: 404 })
    await (await client.beginRecoverDeletedKey('files')).pollUntilDone()
    expect(await openFile(clientOf, sealed)).toEqual(CONTENT)
  })

  it('does not open when one bit of it has changed', async () => {
    await client.createRsaKey('files')
    const sealed = await seal()
    const bytes = await readFile(sealed)
    bytes[bytes.length - 20] ^= 1
    await writeFile(sealed, bytes)
    await expect(openFile(clientOf, sealed)).rejects.toThrow(/authenticate/)
  })

  it('opens although the vault is busy and the connection breaks', async () => {
    await client.createRsaKey('files')
    const sealed = await seal()
    faults.add(
      { operation: 'unwrapKey', status: 429, retryAfterMs: 1 },
      { operation: 'unwrapKey', connection: 'lost-before' },
    )
    expect(await openFile(clientOf, sealed)).toEqual(CONTENT)
    expect(faults.remaining()).toBe(0)
  })
})
