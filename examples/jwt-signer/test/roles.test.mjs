// The role that the signer needs in production, found from what it does, and tried.

import { KeyClient } from '@azure/keyvault-keys'
import { createClientOptions, createCredential } from '@pocket-hsm/azure'
import {
  createHsm,
  createKey,
  createRoleAssignment,
  readAudit,
  rotateKey,
  setRoleDefinition,
  suggestRoles,
} from 'pocket-hsm'
import { describe, expect, it } from 'vitest'
import { publishKeys, signJwt } from '../jwt-signer.mjs'

const ADMINISTRATOR = '64ec0ae0-93a8-4e1b-a4dc-2bb4e07b4d2a'
const SIGNER = '2d9a5a39-0f3c-4d3f-8a44-5b0f4f6a7c11'
const ROLE = '0f8e14c2-6c1b-4d6f-9a55-2f3f8c1c9a10'
const PREFIX = 'Microsoft.KeyVault/managedHsm/'

/** An HSM with a key of two versions, and the signer's client of it. */
function scene(options = {}) {
  const hsm = createHsm(options)
  createKey(hsm, 'tokens', { kty: 'EC-HSM' })
  rotateKey(hsm, 'tokens')
  const client = new KeyClient(hsm.baseUrl, createCredential(SIGNER), createClientOptions(hsm))
  return { hsm, client }
}

/** All that the signer does. */
async function work(client) {
  await signJwt(client, 'tokens', { sub: 'alice' })
  return publishKeys(client, 'tokens')
}

/** What an HSM without access control says that the signer needs. */
async function suggestion() {
  const { hsm, client } = scene()
  await work(client)
  return suggestRoles(readAudit(hsm, { caller: SIGNER }), { roleName: 'JWT signer' })
}

describe('the role of the signer', () => {
  it('is a custom one with two data actions on its key; the smallest built-in role has 17 more', async () => {
    const [{ scopes, builtIn, definition }, ...others] = await suggestion()
    expect(others).toEqual([])
    expect(scopes).toEqual(['/keys/tokens'])
    expect(builtIn.roleName).toBe('Managed HSM Crypto User')
    expect(builtIn.otherDataActions).toHaveLength(17)
    expect(definition).toEqual({
      roleName: 'JWT signer',
      description: 'What the recorded calls need, and nothing else.',
      actions: [],
      notActions: [],
      dataActions: [`${PREFIX}keys/read/action`, `${PREFIX}keys/sign/action`],
      notDataActions: [],
    })
  })

  it('is enough, and without any one of its data actions the signer fails', async () => {
    const [{ definition }] = await suggestion()
    const outcomeWith = async (dataActions) => {
      const { hsm, client } = scene({ accessControl: { administrators: [ADMINISTRATOR] } })
      const { roleName } = definition
      setRoleDefinition(hsm, ROLE, { roleName, permissions: [{ dataActions }] })
      const scope = '/keys/tokens'
      createRoleAssignment(hsm, { principalId: SIGNER, roleDefinitionId: ROLE, scope })
      return work(client).then(
        ({ keys }) => keys.length,
        ({ statusCode }) => statusCode,
      )
    }
    expect(await outcomeWith(definition.dataActions)).toBe(2)
    for (const action of definition.dataActions) {
      const others = definition.dataActions.filter((each) => each !== action)
      expect(await outcomeWith(others)).toBe(403)
    }
  })
})
