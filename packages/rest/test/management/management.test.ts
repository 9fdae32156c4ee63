import fc from 'fast-check'
import { createKey, getKey, type Hsm, listRoleAssignments, viewHsm } from 'pocket-hsm'
import { describe, expect, it } from 'vitest'
import {
  createHandler,
  createHsmHosting,
  createManagementHandler,
  type HsmHostingOptions,
  type ManagementOptions,
  type ManagementState,
} from '../../src/index.ts'
import { type Received, requestOf, sender } from '../rest-client.ts'
import { runs } from '../runs.ts'

const ARM = 'https://management.azure.com'
const SUB = '/subscriptions/00000000-0000-4000-8000-000000000001'
const GROUP = `${SUB}/resourceGroups/pocket`
const PROVIDER = 'providers/Microsoft.KeyVault'
const ADMINISTRATOR = '11111111-1111-4111-8111-111111111111'
const DAY = 86_400_000
const START = 1_700_000_000_000

const VERSION = 'api-version=2024-11-01'

function scene(options: ManagementOptions = {}) {
  const clock = { now: START }
  const states: ManagementState[] = []
  const hosting = createHsmHosting({ clock: () => clock.now, activated: true })
  const handler = createManagementHandler(hosting, {
    onChange: (state) => states.push(state),
    ...options,
  })
  const arm = (target: string, json?: unknown, token: string | null = 'any'): Promise<Received> =>
    sender(handler, ARM)(`${target}${target.includes('?') ? '' : `?${VERSION}`}`, { json, token })
  const keys = sender(createHandler(hosting.find), 'https://contoso.managedhsm.azure.net')
  return { clock, states, hosting, handler, arm, keys }
}

type Scene = ReturnType<typeof scene>

const hsmPath = (name: string, group = GROUP) => `${group}/${PROVIDER}/managedHSMs/${name}`
const deletedPath = (name: string, location = 'westus') =>
  `${SUB}/${PROVIDER}/locations/${location}/deletedManagedHSMs/${name}`

/** As az sends it. */
const wanted = (properties: object = {}, rest: object = {}) => ({
  location: 'westus',
  sku: { family: 'B', name: 'Standard_B1' },
  tags: { team: 'shop' },
  properties: {
    tenantId: '00000000-0000-4000-8000-00000000beef',
    initialAdminObjectIds: [ADMINISTRATOR],
    enableSoftDelete: true,
    softDeleteRetentionInDays: 7,
    networkAcls: { bypass: 'AzureServices', defaultAction: 'Allow' },
    ...properties,
  },
  ...rest,
})

async function created({ arm }: Scene, name = 'contoso', properties: object = {}) {
  const response = await arm(`PUT ${hsmPath(name)}`, wanted(properties))
  expect(response.status).toBe(202)
  return result(arm, response)
}

/** Fetches the result of a 202, as a poller does. */
async function result(arm: Scene['arm'], { status, headers, text }: Received): Promise<Received> {
  expect(status).toBe(202)
  expect(text).toBe('')
  expect(headers.get('retry-after')).toBe('1')
  const location = headers.get('location') ?? ''
  expect(location).toMatch(
    /^https:\/\/management\.azure\.com\/subscriptions\/[-0-9a-f]{36}\/providers\/Microsoft\.KeyVault\/locations\/\w+\/managedHsmOperationResults\/[-0-9a-f]{36}\?api-version=2024-11-01$/,
  )
  return arm(`GET ${location.slice(ARM.length)}`)
}

describe('creating a Managed HSM', () => {
  it('answers 202 with the location of the result, which is the resource', async () => {
    const { status, json } = await created(scene())
    expect(status).toBe(200)
    expect(json).toEqual({
      sku: { family: 'B', name: 'Standard_B1' },
      id: hsmPath('contoso'),
      name: 'contoso',
      type: 'Microsoft.KeyVault/managedHSMs',
      location: 'westus',
      tags: { team: 'shop' },
      systemData: { createdAt: '2023-11-14T22:13:20.000Z', createdByType: 'User' },
      properties: {
        tenantId: '00000000-0000-4000-8000-00000000beef',
        hsmUri: 'https://contoso.managedhsm.azure.net/',
        initialAdminObjectIds: [ADMINISTRATOR],
        enableSoftDelete: true,
        softDeleteRetentionInDays: 7,
        enablePurgeProtection: false,
        provisioningState: 'Succeeded',
        statusMessage: expect.stringMatching(/^The Managed HSM is provisioned and ready to use\./),
        networkAcls: { bypass: 'AzureServices', defaultAction: 'Allow' },
        publicNetworkAccess: 'Enabled',
        regions: [],
        securityDomainProperties: {
          activationStatus: 'Active',
          activationStatusMessage: expect.any(String),
        },
      },
    })
  })

  it('makes an HSM that is reachable at its host and has what was asked for', async () => {
    const at = scene()
    expect((await at.keys('GET /keys')).status).toBe(404)
    await created(at, 'Contoso', { enablePurgeProtection: true })
    expect((await at.keys('GET /keys')).status).toBe(200)
    const hsm = at.hosting.find('contoso.managedhsm.azure.net') as Hsm
    expect(createKey(hsm, 'orders', { kty: 'EC' }).attributes).toMatchObject({
      recoverableDays: 7,
      recoveryLevel: 'CustomizedRecoverable',
    })
  })

  it('is not activated, and says so, until its security domain is downloaded', async () => {
    const hosting = createHsmHosting()
    const arm = sender(createManagementHandler(hosting), ARM)
    const keys = sender(createHandler(hosting.find), 'https://contoso.managedhsm.azure.net')
    const statusOf = async () => {
      const { json } = await arm(`GET ${hsmPath('contoso')}?${VERSION}`)
      return json.properties.securityDomainProperties.activationStatus
    }
    await arm(`PUT ${hsmPath('contoso')}?${VERSION}`, { json: wanted() })
    expect(await statusOf()).toBe('NotActivated')
    expect((await keys('GET /keys')).status).toBe(403)
  })

  it('with access control, has the administrators that its creation names, and those of the hosting', async () => {
    const other = '22222222-2222-4222-8222-222222222222'
    const administratorsOf = async (accessControl: HsmHostingOptions['accessControl']) => {
      const hosting = createHsmHosting({ activated: true, accessControl })
      const arm = sender(createManagementHandler(hosting), ARM)
      await arm(`PUT ${hsmPath('contoso')}?${VERSION}`, { json: wanted() })
      const hsm = hosting.find('contoso.managedhsm.azure.net') as Hsm
      const administrator = viewHsm(hsm, { principals: [ADMINISTRATOR] })
      const value = listRoleAssignments(administrator)
      expect(value.every(({ scope }) => scope === '/')).toBe(true)
      return value.map(({ principalId }) => principalId)
    }
    expect(await administratorsOf(true)).toEqual([ADMINISTRATOR])
    expect(await administratorsOf({ administrators: [other] })).toEqual([other, ADMINISTRATOR])
    expect(await administratorsOf({ administrators: [ADMINISTRATOR] })).toEqual([ADMINISTRATOR])
    expect(await administratorsOf(false)).toEqual([])
  })

  it.each<[HsmHostingOptions['accessControl'], string]>([
    [true, 'The Managed HSM is provisioned and ready to use.'],
    [
      { administrators: ['22222222-2222-4222-8222-222222222222'] },
      'The Managed HSM is provisioned and ready to use.',
    ],
    [
      false,
      'The Managed HSM is provisioned and ready to use. It has no access control: every caller may do everything, and initialAdminObjectIds has no effect.',
    ],
  ])('with accessControl %j says what its administrators are for', async (accessControl, text) => {
    const states: ManagementState[] = []
    const hosting = createHsmHosting({ accessControl })
    const onChange = (state: ManagementState) => states.push(state)
    const arm = sender(createManagementHandler(hosting, { onChange }), ARM)
    await arm(`PUT ${hsmPath('contoso')}?${VERSION}`, { json: wanted() })
    const target = `GET ${hsmPath('contoso')}?${VERSION}`
    expect((await arm(target)).json.properties.statusMessage).toBe(text)
    // It is the HSM that was created without: another hosting changes nothing about that.
    const state = JSON.parse(JSON.stringify(states.at(-1))) as ManagementState
    const later = sender(createManagementHandler(createHsmHosting(), { state }), ARM)
    expect((await later(target)).json.properties.statusMessage).toBe(text)
  })

  it('of a hosting that says nothing about access control is as in the service', async () => {
    const { hasAccessControl: _, ...hosting } = createHsmHosting()
    const arm = sender(createManagementHandler(hosting), ARM)
    await arm(`PUT ${hsmPath('contoso')}?${VERSION}`, { json: wanted() })
    const { json } = await arm(`GET ${hsmPath('contoso')}?${VERSION}`)
    expect(json.properties.statusMessage).toBe('The Managed HSM is provisioned and ready to use.')
  })

  it('with access control, refuses everyone else', async () => {
    const hosting = createHsmHosting({ activated: true, accessControl: true })
    const arm = sender(createManagementHandler(hosting), ARM)
    await arm(`PUT ${hsmPath('contoso')}?${VERSION}`, { json: wanted() })
    const keys = sender(createHandler(hosting.find), 'https://contoso.managedhsm.azure.net')
    expect((await keys('GET /keys')).status).toBe(403)
  })

  it('has defaults for everything but the location and the administrators', async () => {
    const { arm } = scene()
    const json = { location: 'East US 2', properties: { initialAdminObjectIds: [ADMINISTRATOR] } }
    const { json: hsm } = await result(arm, await arm(`PUT ${hsmPath('contoso')}`, json))
    expect(hsm).toMatchObject({ location: 'eastus2', tags: {}, sku: { name: 'Standard_B1' } })
    expect(hsm.properties).toMatchObject({
      softDeleteRetentionInDays: 90,
      enablePurgeProtection: false,
      publicNetworkAccess: 'Enabled',
    })
  })

  it.each<[string, unknown, number, string]>([
    ['no body', undefined, 400, 'BadParameter'],
    ['no location', { ...wanted(), location: undefined }, 400, 'BadRequest'],
    ['no administrators', wanted({ initialAdminObjectIds: undefined }), 400, 'BadRequest'],
    ['an empty list of administrators', wanted({ initialAdminObjectIds: [] }), 400, 'BadRequest'],
    [
      'an administrator that is no GUID',
      wanted({ initialAdminObjectIds: ['me'] }),
      400,
      'BadRequest',
    ],
    [
      'too many administrators',
      wanted({ initialAdminObjectIds: Array(11).fill(ADMINISTRATOR) }),
      400,
      'BadRequest',
    ],
    ['6 days', wanted({ softDeleteRetentionInDays: 6 }), 400, 'BadRequest'],
    ['91 days', wanted({ softDeleteRetentionInDays: 91 }), 400, 'BadRequest'],
    ['days as text', wanted({ softDeleteRetentionInDays: '7' }), 400, 'BadRequest'],
    ['purge protection as text', wanted({ enablePurgeProtection: 'true' }), 400, 'BadRequest'],
    ['an unknown SKU', wanted({}, { sku: { name: 'Standard_B2' } }), 400, 'BadRequest'],
    ['a tenant that is no GUID', wanted({ tenantId: 'contoso' }), 400, 'BadRequest'],
    ['properties that are no object', { ...wanted(), properties: [] }, 400, 'BadRequest'],
    ['tags that are no text', wanted({}, { tags: { a: 7 } }), 400, 'BadRequest'],
    [
      'too many tags',
      wanted({}, { tags: Object.fromEntries([...Array(51).keys()].map((n) => [n, ''])) }),
      400,
      'BadRequest',
    ],
    ['an unknown createMode', wanted({ createMode: 'copy' }), 400, 'BadRequest'],
    [
      'too many regions',
      wanted({ regions: [{ name: 'a' }, { name: 'b' }, { name: 'c' }] }),
      400,
      'BadRequest',
    ],
    ['a large identity', wanted({}, { identity: { type: 'x'.repeat(10_000) } }), 400, 'BadRequest'],
    ['a large body', wanted({}, { filler: 'x'.repeat(70_000) }), 413, 'RequestEntityTooLarge'],
  ])('refuses %s, and changes nothing', async (_, json, status, code) => {
    const { arm, states, hosting } = scene()
    const response = await arm(`PUT ${hsmPath('contoso')}`, json)
    expect(response.status).toBe(status)
    expect(response.json.error).toMatchObject({ code, message: expect.any(String) })
    expect(states).toEqual([])
    expect(hosting.isTaken('contoso')).toBe(false)
  })

  it.each(['ab', '1abc', 'a--b', 'a_bc', 'a'.repeat(25), 'abc-', 'constructor.x', '%zz'])(
    'refuses the name %s',
    async (name) => {
      const { arm } = scene()
      expect((await arm(`PUT ${hsmPath(name)}`, wanted())).status).toBe(400)
    },
  )

  it('refuses a sixth in a region, and takes one in another', async () => {
    const at = scene()
    for (const name of ['one', 'two', 'three', 'four', 'five']) await created(at, name)
    const sixth = await at.arm(`PUT ${hsmPath('sixth')}`, wanted())
    expect(sixth.status).toBe(409)
    expect(sixth.json.error.code).toBe('QuotaExceeded')
    const elsewhere = await at.arm(`PUT ${hsmPath('sixth')}`, { ...wanted(), location: 'eastus' })
    expect(elsewhere.status).toBe(202)
  })

  it('refuses a group, a subscription or a host that is not free', async () => {
    const at = scene()
    const noGroup = await at.arm(
      `PUT ${hsmPath('contoso', `${SUB}/resourceGroups/nobody`)}`,
      wanted(),
    )
    expect([noGroup.status, noGroup.json.error.code]).toEqual([404, 'ResourceGroupNotFound'])
    const path = hsmPath('contoso').replace('000000000001', '000000000002')
    const noSubscription = await at.arm(`PUT ${path}`, wanted())
    expect([noSubscription.status, noSubscription.json.error.code]).toEqual([
      404,
      'SubscriptionNotFound',
    ])
    at.hosting.create({
      name: 'taken',
      softDeleteRetentionDays: 7,
      purgeProtection: false,
      administrators: [ADMINISTRATOR],
    })
    expect((await at.arm(`PUT ${hsmPath('taken')}`, wanted())).status).toBe(409)
  })
})

describe('a Managed HSM', () => {
  it('is shown and listed, in its group and in the subscription, in any case', async () => {
    const at = scene()
    const { json } = await created(at)
    expect(
      (await at.arm(`GET ${hsmPath('CONTOSO').replace('resourceGroups', 'resourcegroups')}`)).json,
    ).toEqual(json)
    for (const path of [SUB, GROUP]) {
      const { json: list } = await at.arm(`GET ${path}/${PROVIDER}/managedHSMs`)
      expect(list).toEqual({ value: [json] })
    }
    await at.arm(`PUT ${SUB}/resourceGroups/other`, { location: 'eastus' })
    expect(
      (await at.arm(`GET ${SUB}/resourceGroups/other/${PROVIDER}/managedHSMs`)).json.value,
    ).toEqual([])
    const elsewhere = await at.arm(`GET ${hsmPath('contoso', `${SUB}/resourceGroups/other`)}`)
    expect([elsewhere.status, elsewhere.json.error.code]).toEqual([404, 'ResourceNotFound'])
  })

  it('is updated by PUT and PATCH of the whole resource, which keep what may not change', async () => {
    const at = scene()
    const { json } = await created(at)
    const changed = {
      ...json,
      tags: { team: 'billing' },
      properties: {
        ...json.properties,
        publicNetworkAccess: 'Disabled',
        softDeleteRetentionInDays: 90,
        initialAdminObjectIds: ['22222222-2222-4222-8222-222222222222'],
      },
    }
    const put = await at.arm(`PUT ${hsmPath('contoso')}`, changed)
    expect(put.status).toBe(200)
    expect(put.json).toEqual({
      ...json,
      tags: { team: 'billing' },
      properties: { ...json.properties, publicNetworkAccess: 'Disabled' },
    })
    const patch = await at.arm(`PATCH ${hsmPath('contoso')}`, {
      properties: { regions: [{ name: 'eastus' }] },
    })
    expect(patch.json.properties.regions).toEqual([{ name: 'eastus' }])
    expect((await at.arm(`GET ${hsmPath('contoso')}/regions`)).json.value).toEqual([
      { name: 'westus', provisioningState: 'Succeeded', isPrimary: true },
      { name: 'eastus', provisioningState: 'Succeeded', isPrimary: false },
    ])
  })

  it('is not moved, and its purge protection is not switched off', async () => {
    const at = scene()
    await created(at, 'contoso', { enablePurgeProtection: true })
    const moved = await at.arm(`PUT ${hsmPath('contoso')}`, { ...wanted(), location: 'eastus' })
    expect([moved.status, moved.json.error.code]).toEqual([409, 'InvalidResourceLocation'])
    const off = await at.arm(`PATCH ${hsmPath('contoso')}`, {
      properties: { enablePurgeProtection: false },
    })
    expect(off.status).toBe(400)
    expect((await at.arm(`GET ${hsmPath('contoso')}`)).json.properties.enablePurgeProtection).toBe(
      true,
    )
  })

  it('is not patched before it is there', async () => {
    const { arm, states } = scene()
    expect((await arm(`PATCH ${hsmPath('nobody')}`, wanted())).status).toBe(404)
    expect(states).toEqual([])
  })
})

describe('a deleted Managed HSM', () => {
  it('is unreachable, listed as deleted, and recovered with its keys', async () => {
    const at = scene()
    const { json } = await created(at)
    const hsm = at.hosting.find('contoso.managedhsm.azure.net') as Hsm
    const { key } = createKey(hsm, 'orders', { kty: 'EC' })
    const deletion = await at.arm(`DELETE ${hsmPath('contoso')}`)
    expect((await result(at.arm, deletion)).status).toBe(200)
    expect((await at.keys('GET /keys')).status).toBe(404)
    expect((await at.arm(`GET ${hsmPath('contoso')}`)).status).toBe(404)
    const deleted = {
      id: deletedPath('contoso'),
      name: 'contoso',
      type: 'Microsoft.KeyVault/deletedManagedHSMs',
      properties: {
        mhsmId: hsmPath('contoso'),
        location: 'westus',
        deletionDate: '2023-11-14T22:13:20.000Z',
        scheduledPurgeDate: '2023-11-21T22:13:20.000Z',
        purgeProtectionEnabled: false,
        tags: { team: 'shop' },
      },
    }
    expect((await at.arm(`GET ${deletedPath('contoso')}`)).json).toEqual(deleted)
    expect((await at.arm(`GET ${SUB}/${PROVIDER}/deletedManagedHSMs`)).json).toEqual({
      value: [deleted],
    })
    const again = await at.arm(`PUT ${hsmPath('contoso')}`, wanted())
    expect([again.status, again.json.error.code]).toEqual([409, 'Conflict'])
    const recovery = await at.arm(`PUT ${hsmPath('contoso')}`, {
      location: 'westus',
      sku: { family: 'B', name: 'Standard_B1' },
      properties: { tenantId: json.properties.tenantId, createMode: 'Recover' },
    })
    expect((await result(at.arm, recovery)).json).toEqual(json)
    expect((await at.keys('GET /keys')).json.value).toHaveLength(1)
    expect(getKey(hsm, 'orders').key.kid).toBe(key.kid)
  })

  it('is purged on request, which frees its name', async () => {
    const at = scene()
    await created(at)
    await at.arm(`DELETE ${hsmPath('contoso')}`)
    expect((await at.arm(`POST ${deletedPath('contoso', 'eastus')}/purge`)).status).toBe(404)
    expect(
      (await result(at.arm, await at.arm(`POST ${deletedPath('contoso')}/purge`))).status,
    ).toBe(200)
    expect((await at.arm(`GET ${deletedPath('contoso')}`)).status).toBe(404)
    expect(at.hosting.isTaken('contoso')).toBe(false)
    await created(at)
    expect((await at.keys('GET /keys')).json.value).toEqual([])
  })

  it('is purged by itself once its retention is over', async () => {
    const at = scene()
    await created(at)
    await at.arm(`DELETE ${hsmPath('contoso')}`)
    at.clock.now += 7 * DAY - 1
    expect((await at.arm(`GET ${deletedPath('contoso')}`)).status).toBe(200)
    at.clock.now += 1
    expect((await at.arm(`GET ${deletedPath('contoso')}`)).status).toBe(404)
    expect(at.hosting.isTaken('contoso')).toBe(false)
  })

  it('is not purged while purge protection is on', async () => {
    const at = scene()
    await created(at, 'contoso', { enablePurgeProtection: true })
    await at.arm(`DELETE ${hsmPath('contoso')}`)
    const purge = await at.arm(`POST ${deletedPath('contoso')}/purge`)
    expect([purge.status, purge.json.error.code]).toEqual([405, 'MethodNotAllowed'])
    expect((await at.arm(`GET ${deletedPath('contoso')}`)).status).toBe(200)
  })

  it('is not deleted, recovered or purged twice', async () => {
    const at = scene()
    await created(at)
    expect(
      (await at.arm(`PUT ${hsmPath('contoso')}`, wanted({ createMode: 'Recover' }))).status,
    ).toBe(404)
    await at.arm(`DELETE ${hsmPath('contoso')}`)
    expect((await at.arm(`DELETE ${hsmPath('contoso')}`)).status).toBe(204)
    await at.arm(`POST ${deletedPath('contoso')}/purge`)
    expect((await at.arm(`POST ${deletedPath('contoso')}/purge`)).status).toBe(404)
  })
})

describe('names', () => {
  it.each([
    ['contoso', { nameAvailable: false, reason: 'AlreadyExists', message: expect.any(String) }],
    ['CONTOSO', { nameAvailable: false, reason: 'AlreadyExists', message: expect.any(String) }],
    ['gone', { nameAvailable: false, reason: 'AlreadyExists', message: expect.any(String) }],
    ['free', { nameAvailable: true }],
    ['a_b', { nameAvailable: false, reason: 'AccountNameInvalid', message: expect.any(String) }],
    ['constructor', { nameAvailable: true }],
  ])('%s is checked', async (name, expected) => {
    const at = scene()
    await created(at)
    await created(at, 'gone')
    await at.arm(`DELETE ${hsmPath('gone')}`)
    const path = `${SUB}/${PROVIDER}/checkMhsmNameAvailability`
    expect((await at.arm(`POST ${path}`, { name })).json).toEqual(expected)
  })
})

describe('resource groups', () => {
  const path = `${SUB}/resourcegroups/ContosoGroup`

  it('are created, shown, listed and deleted with what is in them', async () => {
    const at = scene()
    expect((await at.arm(`HEAD ${path}`)).status).toBe(404)
    const created = await at.arm(`PUT ${path}`, { location: 'eastus2', tags: { a: 'b' } })
    expect(created.status).toBe(201)
    expect(created.json).toEqual({
      id: `${SUB}/resourceGroups/ContosoGroup`,
      name: 'ContosoGroup',
      type: 'Microsoft.Resources/resourceGroups',
      location: 'eastus2',
      tags: { a: 'b' },
      properties: { provisioningState: 'Succeeded' },
    })
    expect((await at.arm(`PUT ${path.toLowerCase()}`, { location: 'eastus2' })).status).toBe(200)
    expect((await at.arm(`HEAD ${path}`)).status).toBe(204)
    const names = (await at.arm(`GET ${SUB}/resourcegroups`)).json.value.map(
      ({ name }: { name: string }) => name,
    )
    expect(names).toEqual(['pocket', 'ContosoGroup'])
    await at.arm(`PUT ${hsmPath('contoso', path)}`, wanted())
    expect((await at.arm(`DELETE ${path}`)).status).toBe(202)
    expect((await at.arm(`GET ${path}`)).status).toBe(404)
    expect((await at.arm(`GET ${deletedPath('contoso')}`)).status).toBe(200)
    expect((await at.arm(`DELETE ${path}`)).status).toBe(404)
  })

  it.each(['a b', 'a.', 'x'.repeat(91), '%2F'])('do not have the name %j', async (name) => {
    const { arm } = scene()
    const response = await arm(`PUT ${SUB}/resourcegroups/${encodeURIComponent(name)}`, {
      location: 'eastus',
    })
    expect(response.status).toBe(400)
  })
})

describe('what az asks for before', () => {
  it('is metadata without a token, with a login endpoint and the ending of HSMs', async () => {
    const { arm } = scene({ hsmSuffix: 'localhost:8443' })
    const { status, json } = await arm(
      'GET /metadata/endpoints?api-version=2022-09-01',
      undefined,
      null,
    )
    expect(status).toBe(200)
    expect(json).toMatchObject({
      authentication: {
        loginEndpoint: `${ARM}/adfs`,
        audiences: [expect.any(String), expect.any(String)],
      },
      resourceManager: ARM,
      suffixes: { mhsmDns: 'localhost:8443' },
    })
  })

  it('is metadata with hosts of this machine for a client that has called it', async () => {
    const { handler } = scene()
    for (const origin of ['https://localhost:8443', 'http://127.0.0.1:8443', 'http://[::1]:8443']) {
      const { json } = await sender(handler, origin)('GET /metadata/endpoints', { token: null })
      expect(json.suffixes.mhsmDns).toBe('localhost:8443')
    }
  })

  it('is a tenant, a subscription, its locations, and lists that are empty', async () => {
    const { arm } = scene({ tenantId: '33333333-3333-4333-8333-333333333333' })
    expect((await arm('GET /tenants')).json.value).toHaveLength(1)
    const { json } = await arm('GET /subscriptions')
    expect(json.value).toEqual([
      expect.objectContaining({
        tenantId: '33333333-3333-4333-8333-333333333333',
        state: 'Enabled',
      }),
    ])
    expect((await arm(`GET ${SUB}`)).json).toEqual(json.value[0])
    expect((await arm(`GET ${SUB}/locations`)).json.value.length).toBeGreaterThan(1)
    for (const path of [
      `${SUB}/resources`,
      `${SUB}/${PROVIDER}/vaults`,
      `${SUB}/${PROVIDER}/deletedVaults`,
    ]) {
      expect((await arm(`GET ${path}`)).json).toEqual({ value: [] })
    }
    expect((await arm('POST /v1.0/directoryObjects/getByIds?a=b', { ids: [] })).json).toEqual({
      value: [],
    })
  })
})

describe('requests', () => {
  it('without a token get a 401 that names the authority, whatever their path', async () => {
    const { arm } = scene()
    for (const target of [
      `GET ${SUB}`,
      'GET /subscriptions/nobody/nothing',
      `PUT ${hsmPath('a')}`,
    ]) {
      const { status, headers, json } = await arm(target, undefined, null)
      expect(status).toBe(401)
      expect(json.error.code).toBe('AuthenticationFailed')
      expect(headers.get('www-authenticate')).toContain(`authorization_uri="${ARM}/adfs"`)
    }
  })

  it('with a token that is not accepted get a 401 too', async () => {
    const { arm } = scene({ authorize: async (token) => token === 'right' })
    expect((await arm('GET /subscriptions', undefined, 'wrong')).json.error.code).toBe(
      'InvalidAuthenticationToken',
    )
    expect((await arm('GET /subscriptions', undefined, 'right')).status).toBe(200)
  })

  it('need an api-version', async () => {
    const { arm } = scene()
    expect((await arm('GET /subscriptions?a=b')).json.error.code).toBe('MissingApiVersionParameter')
    expect((await arm('GET /subscriptions?api-version=7.6')).json.error.code).toBe(
      'InvalidApiVersionParameter',
    )
  })

  it('to another path or with another method are refused', async () => {
    const { arm } = scene()
    expect((await arm(`GET ${SUB}/nothing`)).status).toBe(404)
    const { status, headers } = await arm('DELETE /subscriptions')
    expect(status).toBe(405)
    expect(headers.get('allow')).toBe('GET')
    const operation = `${SUB}/${PROVIDER}/locations/a/managedHsmOperationResults/${ADMINISTRATOR}`
    expect((await arm(`GET ${operation}`)).json.error.code).toBe('OperationNotFound')
  })

  it('are recognised by their path', () => {
    const { handler } = scene()
    const handles = (path: string) => handler.handles(new URL(`https://localhost${path}`))
    for (const path of [
      SUB,
      '/subscriptions',
      '/tenants',
      '/metadata/endpoints',
      '//subscriptions/a',
    ]) {
      expect(handles(path)).toBe(true)
    }
    for (const path of [
      '/keys',
      '/backup',
      '/providers/Microsoft.Authorization/roleDefinitions',
      '/metadata/identity',
      '/',
    ]) {
      expect(handles(path)).toBe(false)
    }
  })

  it('are recognised in the text of a URL and in a request too', () => {
    const { handler } = scene()
    const url = `https://localhost${SUB}`
    for (const asked of [url, new Request(url)]) expect(handler.handles(asked)).toBe(true)
    expect(handler.handles('https://localhost/keys')).toBe(false)
    for (const asked of [undefined, null, 7, '', SUB, {}]) {
      expect(() => handler.handles(asked as never)).toThrow(
        'handles takes a URL, the text of a whole URL, or a Request.',
      )
    }
  })

  it('never get a 5xx and never reject, whatever they are', async () => {
    const { handler, states } = scene()
    const segment = fc.oneof(
      fc.constantFrom(
        'subscriptions',
        SUB.slice(15),
        'resourceGroups',
        'pocket',
        'providers',
        'Microsoft.KeyVault',
        'managedHSMs',
        'contoso',
        'locations',
        'westus',
        'deletedManagedHSMs',
        'purge',
        '__proto__',
        'constructor',
        '%zz',
        '',
      ),
      fc.string({ maxLength: 8 }).map(encodeURIComponent),
    )
    const known = fc.constantFrom(
      hsmPath('contoso'),
      GROUP,
      `${SUB}/${PROVIDER}/checkMhsmNameAvailability`,
      deletedPath('contoso'),
    )
    const path = fc.oneof(
      known,
      fc.array(segment, { maxLength: 8 }).map((parts) => `/${parts.join('/')}`),
    )
    const body = fc.oneof(
      fc.json(),
      fc.string(),
      fc.constant(JSON.stringify(wanted())),
      fc.object().map((properties) => JSON.stringify(wanted(properties))),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('GET', 'PUT', 'PATCH', 'POST', 'DELETE', 'HEAD'),
        path,
        body,
        async (method, target, text) => {
          const response = await handler(
            requestOf(
              `${method} ${target}?${VERSION}`,
              ARM,
              ['GET', 'HEAD'].includes(method) ? {} : { body: text },
            ),
          )
          return response.status < 500
        },
      ),
      runs(300),
    )
    for (const state of states) expect(JSON.parse(JSON.stringify(state))).toEqual(state)
  })
})

describe('the state', () => {
  it('is told of after each change and never otherwise, and goes on in another handler', async () => {
    const at = scene()
    await created(at)
    const told = at.states.length
    await at.arm(`GET ${hsmPath('contoso')}`)
    await at.arm(`PUT ${hsmPath('contoso')}`, { ...wanted(), location: 'eastus' })
    expect(at.states.length).toBe(told)
    const state = JSON.parse(JSON.stringify(at.states.at(-1))) as ManagementState
    const later = createManagementHandler(at.hosting, { state })
    const { json } = await sender(later, ARM)(`GET ${hsmPath('contoso')}?${VERSION}`)
    expect(json.name).toBe('contoso')
  })

  it('keeps the results of the latest hundred operations', async () => {
    const at = scene()
    await created(at)
    for (let i = 0; i < 60; i++) {
      await at.arm(`DELETE ${hsmPath('contoso')}`)
      await at.arm(`PUT ${hsmPath('contoso')}`, wanted({ createMode: 'Recover' }))
    }
    expect(at.states.at(-1)?.operations).toHaveLength(100)
  })
})

describe('createManagementHandler', () => {
  it('refuses an unknown option, a value of another type, and no hosting', () => {
    const hosting = createHsmHosting()
    const wrong = (options: object) => () => createManagementHandler(hosting, options)
    expect(wrong({ tenant: 'a' })).toThrow('Unknown option "tenant" of createManagementHandler.')
    expect(wrong({ onChange: 7 })).toThrow('The option "onChange" of createManagementHandler')
    expect(wrong({ subscription: { id: 7 } })).toThrow('subscription.id')
    expect(() => createManagementHandler(undefined as never)).toThrow('The first argument')
    for (const accessControl of [{ administrators: [] }, {}, 'yes', 7]) {
      expect(() => createHsmHosting({ accessControl } as never)).toThrow('accessControl')
    }
  })
})
