/** Records in the shape of Azure Monitor. */

import {
  createHsm,
  createKey,
  exportFullBackup,
  getKey,
  HsmError,
  readAudit,
  sign,
  updateRotationPolicy,
  viewHsm,
} from 'pocket-hsm'
import { describe, expect, it } from 'vitest'
import { AUDIT_OPERATION_NAMES } from '../../src/audit-events/operation-names.ts'
import {
  type AuditEntry,
  formatAuditEvents,
  type ManagedHsmAuditEvent,
  OPERATION_NAMES,
  type VaultAuditEvent,
} from '../../src/index.ts'
import { base64url, START, testRest } from '../rest-client.ts'

const jwt = (claims: object) => `e30.${base64url(JSON.stringify(claims))}.sig`

const USER = {
  appid: '04b07795-8ddb-461a-bbee-02f9e1bf7b46',
  oid: '5f7b3a41-6d2f-4f0b-9c64-0d1d2a1b9f10',
  upn: 'admin@contoso.com',
  tid: '72f988bf-86f1-41af-91ab-2d7cd011db47',
}
const TIME = new Date(START * 1000).toISOString()

/** A handler whose requests are kept as entries. */
function recorded(options: Parameters<typeof createHsm>[0] = {}, token = jwt(USER)) {
  const entries: AuditEntry[] = []
  const rest = testRest(options, { audit: (entry) => entries.push(entry) })
  return {
    ...rest,
    entries,
    ask: (target: string, json?: object) =>
      rest.send(target, {
        token,
        ...(json && { json }),
        headers: {
          'user-agent': 'azsdk-python-keyvault-keys/4.11.0',
          'x-ms-client-request-id': 'aaaa0000-bb11-2222-33cc-444444dddddd',
        },
      }),
  }
}

const managedHsm = (entries: readonly AuditEntry[]) =>
  formatAuditEvents(entries) as ManagedHsmAuditEvent[]

describe('a record of a Managed HSM', () => {
  it('has the members of the documented example, in their order', async () => {
    const { entries, ask } = recorded({ baseUrl: 'https://contosomhsm.managedhsm.azure.net' })
    await ask('POST /keys/orders/create?api-version=7.6', { kty: 'EC-HSM' })
    const [event] = formatAuditEvents(
      entries.map((entry) => ({ ...entry, callerIpAddress: '203.0.113.7' })),
      {
        tenantId: USER.tid,
        subscriptionId: '00000000-0000-4000-8000-000000000001',
        resourceGroup: 'ContosoResourceGroup',
        name: 'ContosoMHSM',
      },
    ) as ManagedHsmAuditEvent[]
    expect(Object.entries(event as object)).toEqual([
      ['TenantId', USER.tid],
      ['time', TIME],
      [
        'resourceId',
        '/SUBSCRIPTIONS/00000000-0000-4000-8000-000000000001/RESOURCEGROUPS/CONTOSORESOURCEGROUP/PROVIDERS/MICROSOFT.KEYVAULT/MANAGEDHSMS/CONTOSOMHSM',
      ],
      ['operationName', 'KeyCreate'],
      ['operationVersion', '7.6'],
      ['category', 'AuditEvent'],
      ['resultType', 'Success'],
      ['properties', { PoolType: 'M-HSM', sku_Family: 'B', sku_Name: 'Standard_B1' }],
      ['durationMs', 0],
      ['callerIpAddress', '203.0.113.7'],
      ['identity', expect.any(String)],
      ['clientInfo', 'azsdk-python-keyvault-keys/4.11.0'],
      ['correlationId', 'aaaa0000-bb11-2222-33cc-444444dddddd'],
      ['subnetId', '(unknown)'],
      ['httpStatusCode', 200],
      ['PoolName', 'ContosoMHSM'],
      ['requestUri', 'https://contosomhsm.managedhsm.azure.net/keys/orders/create'],
      ['resourceGroup', 'ContosoResourceGroup'],
      ['resourceProvider', 'MICROSOFT.KEYVAULT'],
      ['resource', 'ContosoMHSM'],
      ['resourceType', 'managedHSMs'],
    ])
  })

  it('has the identity as JSON in a text', async () => {
    const { entries, ask } = recorded()
    await ask('GET /keys')
    expect(JSON.parse(managedHsm(entries)[0]?.identity ?? '')).toEqual({
      claim: {
        appid: USER.appid,
        http_schemas_microsoft_com_identity: { claims: { objectidentifier: USER.oid } },
        http_schemas_xmlsoap_org_ws_2005_05_identity: { claims: { upn: USER.upn } },
      },
    })
  })

  it('takes azp and preferred_username of a token of version 2.0', async () => {
    const { oid } = USER
    const { entries, ask } = recorded({}, jwt({ oid, azp: 'app', preferred_username: 'u@x.test' }))
    await ask('GET /keys')
    expect(entries[0]?.identity).toEqual({ oid, appid: 'app', upn: 'u@x.test' })
  })

  it('names the caller of a token that is no JWT nowhere', async () => {
    const { entries, ask } = recorded({}, 'opaque')
    await ask('GET /keys')
    expect(managedHsm(entries)[0]?.identity).toBe('{"claim":{}}')
  })

  it('of a failure has its status', async () => {
    const { entries, ask } = recorded()
    await ask('GET /keys/nobody')
    await ask('GET /nothing')
    await ask('POST /keys/a/create', {})
    const events = managedHsm(entries)
    expect(
      events.map(({ operationName, resultType, httpStatusCode }) => [
        operationName,
        resultType,
        httpStatusCode,
      ]),
    ).toEqual([
      ['KeyGet', 'Failure', 404],
      ['Unknown', 'Failure', 404],
      ['KeyCreate', 'Failure', 400],
    ])
  })

  it('of a client without an identifier of its own has that of the response', async () => {
    const { entries, send } = recorded()
    const { headers } = await send('GET /keys', {
      headers: { 'x-ms-client-request-id': 'no GUID "}' },
    })
    expect(managedHsm(entries)[0]?.correlationId).toBe(headers.get('x-ms-request-id'))
  })

  it('names the tenant of the caller, and the HSM by its host, by default', async () => {
    const { entries, ask } = recorded({ baseUrl: 'https://contoso.managedhsm.azure.net' })
    await ask('GET /keys')
    expect(managedHsm(entries)[0]).toMatchObject({
      TenantId: USER.tid,
      resource: 'contoso',
      resourceGroup: 'pocket',
    })
  })

  it('has no query, token or body', async () => {
    const { entries, send } = recorded()
    await send('POST /keys/a/create?api-version=7.6&sig=SECRET', {
      token: 'TOPSECRET',
      json: { kty: 'oct', tags: { a: 'HIDDEN' } },
    })
    const text = JSON.stringify(formatAuditEvents(entries))
    for (const secret of ['SECRET', 'HIDDEN']) expect(text).not.toContain(secret)
  })
})

describe('no record', () => {
  it('is made of a request without a token, or with one that was not accepted', async () => {
    const entries: AuditEntry[] = []
    const { send } = testRest(
      {},
      { audit: (entry) => entries.push(entry), authorize: () => ({ refused: 401 }) },
    )
    await send('GET /keys', { token: null })
    await send('GET /keys')
    expect(entries.map(({ status }) => status)).toEqual([401])
    expect(formatAuditEvents(entries)).toEqual([])
  })
})

describe('a record of a vault', () => {
  it('has the members of the documented example, in their order', async () => {
    const { entries, ask } = recorded({
      profile: 'vault-premium',
      baseUrl: 'https://contoso.vault.azure.net',
    })
    await ask('GET /keys/orders?api-version=7.6')
    const [event] = formatAuditEvents(entries) as VaultAuditEvent[]
    expect(Object.entries(event as object)).toEqual([
      ['time', TIME],
      ['resourceId', expect.stringMatching(/^\/SUBSCRIPTIONS\/.*\/VAULTS\/CONTOSO$/)],
      ['operationName', 'KeyGet'],
      ['operationVersion', '7.6'],
      ['category', 'AuditEvent'],
      ['resultType', 'Failure'],
      ['resultSignature', 'Not Found'],
      ['resultDescription', ''],
      ['durationMs', '0'],
      ['callerIpAddress', '127.0.0.1'],
      ['correlationId', 'aaaa0000-bb11-2222-33cc-444444dddddd'],
      [
        'identity',
        {
          claim: {
            'http://schemas.microsoft.com/identity/claims/objectidentifier': USER.oid,
            'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn': USER.upn,
            appid: USER.appid,
          },
        },
      ],
      [
        'properties',
        {
          clientInfo: 'azsdk-python-keyvault-keys/4.11.0',
          requestUri: 'https://contoso.vault.azure.net/keys/orders?api-version=7.6',
          id: 'https://contoso.vault.azure.net/keys/orders',
          httpStatusCode: 404,
        },
      ],
    ])
  })
})

describe('the address in a record of a vault', () => {
  it('has the api-version as the client encoded it', async () => {
    const { entries, send } = recorded({
      baseUrl: 'https://contoso.vault.azure.net',
      profile: 'vault-premium',
    })
    await send('GET /keys/orders?api-version=7.6%26a%3Db%0A', { token: jwt(USER) })
    const [event] = formatAuditEvents(entries) as VaultAuditEvent[]
    expect(event?.properties.requestUri).toMatch(/[?]api-version=7\.6%26a%3Db%0A$/)
  })
})

describe('the trail of an HSM', () => {
  const HSM = { baseUrl: 'https://contoso.managedhsm.azure.net', clock: () => START * 1000 }

  it('has a record for each call, as the request that it would have been', () => {
    const hsm = createHsm(HSM)
    const alice = viewHsm(hsm, { caller: 'alice' })
    const { kid } = createKey(alice, 'orders', { kty: 'EC-HSM' }).key
    sign(alice, 'orders', { alg: 'ES256', value: new Uint8Array(32) })
    expect(() => getKey(alice, 'nobody')).toThrow(HsmError)
    const events = formatAuditEvents(readAudit(hsm).entries, { hsm }) as ManagedHsmAuditEvent[]
    expect(
      events.map(({ operationName, httpStatusCode, requestUri, time }) => [
        operationName,
        httpStatusCode,
        requestUri,
        time,
      ]),
    ).toEqual([
      ['KeyCreate', 200, `${HSM.baseUrl}/keys/orders/create`, TIME],
      ['KeySign', 200, `${kid}/sign`, TIME],
      ['KeyGet', 404, `${HSM.baseUrl}/keys/nobody`, TIME],
    ])
    expect(events[0]?.identity).toContain('"objectidentifier":"alice"')
  })

  it('names a rotation by its policy, and has no record of what is no request', () => {
    const day = 86_400_000
    let now = START * 1000
    const hsm = createHsm({ ...HSM, profile: 'vault-premium', clock: () => now })
    createKey(hsm, 'orders', { kty: 'EC' })
    updateRotationPolicy(hsm, 'orders', {
      lifetimeActions: [{ trigger: { timeAfterCreate: 'P30D' }, action: { type: 'Rotate' } }],
    })
    now += 31 * day
    getKey(hsm, 'orders')
    // An entry of its own in the trail, as the part of a backup that is no request.
    expect(() => exportFullBackup(hsm)).toThrow(HsmError)
    expect(readAudit(hsm).entries.at(-1)?.operation).toBe('exportFullBackup')
    const names = formatAuditEvents(readAudit(hsm).entries, { hsm }).map(
      ({ operationName }) => operationName,
    )
    expect(names).toEqual(['KeyCreate', 'KeyRotationPolicySet', 'KeyRotateIfDue', 'KeyGet'])
  })

  it('has no record of a call whose time is not known, and one of each of the others', () => {
    let now = START * 1000
    const hsm = createHsm({ ...HSM, clock: () => now })
    createKey(hsm, 'orders', { kty: 'EC-HSM' })
    now = Number.NaN
    expect(() => getKey(hsm, 'orders')).toThrow('The clock must return milliseconds')
    now = START * 1000
    expect(readAudit(hsm).entries).toHaveLength(2)
    expect(formatAuditEvents(readAudit(hsm), { hsm })).toHaveLength(1)
  })

  it('may be given whole, and is that of an HSM without options by default', () => {
    const hsm = createHsm()
    createKey(hsm, 'orders', { kty: 'EC-HSM' })
    const trail = readAudit(hsm)
    expect(formatAuditEvents(trail)).toEqual(formatAuditEvents(trail.entries, { hsm }))
    expect(formatAuditEvents(trail)).toHaveLength(1)
  })
})

describe('wrong arguments', () => {
  it.each([
    [[], { tenant: 'x' }, /Unknown option "tenant".*"tenantId"/],
    [[], { name: 1 }, /"name" of formatAuditEvents must be a string/],
    [[], { hsm: {} }, /"hsm"/],
    ['x', {}, /must be audit entries/],
    [{ entries: 1 }, {}, /must be audit entries/],
    [undefined, {}, /must be audit entries/],
    [[{}], {}, /takes entries of/],
    [[{ baseUrl: 'https://a.test', time: 1 }], {}, /takes entries of/],
    [[{ baseUrl: 'x', profile: 'managed-hsm', time: 1 }], {}, /takes entries of/],
    [[{ at: Number.NaN }], {}, /takes entries of/],
    [[null], {}, /takes entries of/],
    [[{ at: 1, operation: 'getKey' }], {}, /takes entries of/],
    [[{ at: 8.65e15, operation: 'getKey', outcome: 'success' }], {}, /takes entries of/],
    [[{ baseUrl: 'https://a.test', profile: 'managed-hsm', time: 8.65e15 }], {}, /takes entries/],
    [[], { hsm: { baseUrl: 'https://a.test' } }, /"hsm"/],
    [[], { hsm: { baseUrl: 'https://a.test', profile: 'toString' } }, /"hsm"/],
    [[], { hsm: { baseUrl: 'a.test', profile: 'managed-hsm' } }, /"hsm"/],
  ])('%j with %j are errors', (audit, resource, text) => {
    expect(() => formatAuditEvents(audit as never, resource as never)).toThrow(text)
  })
})

describe('the operation names', () => {
  it('are different for every operation of the handler', () => {
    expect(Object.keys(AUDIT_OPERATION_NAMES).sort()).toEqual([...OPERATION_NAMES].sort())
    expect(new Set(Object.values(AUDIT_OPERATION_NAMES)).size).toBe(OPERATION_NAMES.length)
  })
})
