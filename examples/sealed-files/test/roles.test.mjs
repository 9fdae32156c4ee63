// The role that the application needs in a Managed HSM, found from what it does, and tried.

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CryptographyClient, KeyClient } from '@azure/keyvault-keys'
import { createClientOptions, createCredential } from '@pocket-hsm/azure'
import { createHsm, createKey, createRoleAssignment, readAudit, suggestRoles } from 'pocket-hsm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openFile, sealFile } from '../sealed-file.mjs'

const ADMINISTRATOR = '64ec0ae0-93a8-4e1b-a4dc-2bb4e07b4d2a'
const APPLICATION = '7b1c0a52-5d0e-4f0b-9c37-3c2d1e0f9a88'
const PREFIX = 'Microsoft.KeyVault/managedHsm/'

let folder
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealed-files-'))
})
afterEach(() => rm(folder, { recursive: true }))

/** An HSM with the key, and all that the application does with it. */
function scene(options = {}) {
  const hsm = createHsm(options)
  createKey(hsm, 'files', { kty: 'RSA-HSM' })
  const credential = createCredential(APPLICATION)
  const clientOf = (kid) => new CryptographyClient(kid, credential, createClientOptions(hsm))
  const work = async () => {
    const path = join(folder, 'order.txt')
    await writeFile(path, 'one coffee, no sugar')
    const key = await new KeyClient(hsm.baseUrl, credential, createClientOptions(hsm)).getKey(
      'files',
    )
    return openFile(clientOf, await sealFile(key, clientOf(key.id), path))
  }
  return { hsm, work }
}

/** What an HSM without access control says that the application needs. */
async function suggestion() {
  const { hsm, work } = scene()
  await work()
  return suggestRoles(readAudit(hsm, { caller: APPLICATION }))
}

describe('the role of the application', () => {
  it('is the built-in role for encryption by services, without a data action to spare', async () => {
    const [{ scopes, builtIn, definition }, ...others] = await suggestion()
    expect(others).toEqual([])
    expect(scopes).toEqual(['/keys/files'])
    expect(builtIn.roleName).toBe('Managed HSM Crypto Service Encryption User')
    expect(builtIn.otherDataActions).toEqual([])
    expect(definition.dataActions).toEqual(
      ['keys/read/action', 'keys/wrap/action', 'keys/unwrap/action'].map((each) => PREFIX + each),
    )
  })

  it('is enough at its key, and not at another', async () => {
    const [{ builtIn, scopes }] = await suggestion()
    const outcomeAt = async (scope) => {
      const { hsm, work } = scene({ accessControl: { administrators: [ADMINISTRATOR] } })
      createRoleAssignment(hsm, { principalId: APPLICATION, roleDefinitionId: builtIn.name, scope })
      return work().then(String, ({ statusCode }) => statusCode)
    }
    expect(await outcomeAt(scopes[0])).toBe('one coffee, no sugar')
    expect(await outcomeAt('/keys/other')).toBe(403)
  })
})
