import { describe, expect, it } from 'vitest'
import {
  createEkmConnection,
  createEkmPrivateEndpoint,
  createHsm,
  deleteEkmConnection,
  deleteEkmPrivateEndpoint,
  exportState,
  getEkmPrivateEndpoint,
  getEkmPrivateEndpointOperation,
  importState,
  listEkmPrivateEndpoints,
  updateEkmConnection,
} from '../../src/index.ts'
import { refusalOf } from '../refusal.ts'
import { START, testHsm } from '../test-hsm.ts'

const LINK = { privateLinkServiceId: 'proxy.eastus.azure.privatelinkservice' }

describe('a private endpoint', () => {
  it('is there at once, and gone at once', () => {
    const { hsm } = testHsm()
    const { jobId } = createEkmPrivateEndpoint(hsm, 'ekm-1', { ...LINK, requestMessage: 'please' })
    expect(getEkmPrivateEndpointOperation(hsm, jobId)).toEqual({
      jobId: expect.stringMatching(/^[0-9a-f]{32}$/),
      privateEndpointName: 'ekm-1',
      operationType: 'Create',
      status: 'Succeeded',
      statusDetails: 'Private endpoint creation completed successfully.',
      startTime: START,
      endTime: START,
    })
    expect(listEkmPrivateEndpoints(hsm)).toEqual([
      {
        name: 'ekm-1',
        location: 'local',
        provisioningState: 'Succeeded',
        properties: { ...LINK, privateLinkServiceConnectionName: 'ekm-1-connection' },
        privateLinkServiceConnectionState: {
          status: 'Approved',
          description: 'Approved',
          actionsRequired: 'None',
        },
      },
    ])
    expect(deleteEkmPrivateEndpoint(hsm, 'EKM-1')).toMatchObject({
      operationType: 'Delete',
      privateEndpointName: 'ekm-1',
    })
    expect(listEkmPrivateEndpoints(hsm)).toEqual([])
    expect(refusalOf(() => getEkmPrivateEndpoint(hsm, 'ekm-1')).status).toBe(404)
  })

  it('takes the settling time of the HSM to come and to go', () => {
    const { hsm, clock } = testHsm({ settlingSeconds: 10 })
    const { jobId } = createEkmPrivateEndpoint(hsm, 'ekm-1', LINK)
    expect(getEkmPrivateEndpointOperation(hsm, jobId).status).toBe('Running')
    expect(getEkmPrivateEndpoint(hsm, 'ekm-1')).toMatchObject({
      provisioningState: 'Updating',
      privateLinkServiceConnectionState: { status: 'Pending' },
    })
    clock.seconds += 10
    expect(getEkmPrivateEndpointOperation(hsm, jobId).endTime).toBe(START + 10)
    expect(getEkmPrivateEndpoint(hsm, 'ekm-1').provisioningState).toBe('Succeeded')
    const first = deleteEkmPrivateEndpoint(hsm, 'ekm-1')
    expect(getEkmPrivateEndpoint(hsm, 'ekm-1').provisioningState).toBe('Deleting')
    clock.seconds += 4
    // A second deletion ends with the first.
    expect(deleteEkmPrivateEndpoint(hsm, 'ekm-1').status).toBe('Running')
    clock.seconds += 6
    expect(listEkmPrivateEndpoints(hsm)).toEqual([])
    expect(getEkmPrivateEndpointOperation(hsm, first.jobId).status).toBe('Succeeded')
  })

  it('is in an export', () => {
    const { hsm } = testHsm()
    createEkmPrivateEndpoint(hsm, 'ekm-1', LINK)
    const copy = importState(exportState(hsm), { seed: 'pocket-hsm tests' })
    expect(listEkmPrivateEndpoints(copy)).toEqual(listEkmPrivateEndpoints(hsm))
  })

  it('is one of two at most, by names that differ in more than their case', () => {
    const { hsm } = testHsm()
    createEkmPrivateEndpoint(hsm, 'ekm-1', LINK)
    expect(refusalOf(() => createEkmPrivateEndpoint(hsm, 'EKM-1', LINK))).toMatchObject({
      status: 409,
      innerCode: 'EkmPrivateEndpointExists',
    })
    createEkmPrivateEndpoint(hsm, 'ekm-2', LINK)
    expect(refusalOf(() => createEkmPrivateEndpoint(hsm, 'ekm-3', LINK)).status).toBe(409)
    expect(listEkmPrivateEndpoints(hsm).map(({ name }) => name)).toEqual(['ekm-1', 'ekm-2'])
  })

  it('stays while the connection goes through it', () => {
    const { hsm } = testHsm()
    const connection = {
      host: 'ekm-1',
      serverCaCertificates: [],
      connectivityMode: 'PrivateEndpoint',
    } as const
    expect(refusalOf(() => createEkmConnection(hsm, connection)).code).toBe(
      'EkmPrivateEndpointNotFound',
    )
    createEkmPrivateEndpoint(hsm, 'ekm-1', LINK)
    createEkmConnection(hsm, connection)
    expect(refusalOf(() => deleteEkmPrivateEndpoint(hsm, 'ekm-1'))).toMatchObject({
      status: 409,
      innerCode: 'EkmPrivateEndpointInUse',
    })
    expect(refusalOf(() => updateEkmConnection(hsm, { host: 'ekm-2' })).status).toBe(404)
    deleteEkmConnection(hsm)
    expect(deleteEkmPrivateEndpoint(hsm, 'ekm-1').status).toBe('Succeeded')
  })

  it('that is deleted, or is about to be, is none that a connection can go through', () => {
    const { hsm, clock } = testHsm({ settlingSeconds: 10 })
    createEkmPrivateEndpoint(hsm, 'ekm-1', LINK)
    deleteEkmPrivateEndpoint(hsm, 'ekm-1')
    const create = () =>
      createEkmConnection(hsm, {
        host: 'ekm-1',
        serverCaCertificates: [],
        connectivityMode: 'PrivateEndpoint',
      })
    expect(refusalOf(create).code).toBe('EkmPrivateEndpointNotFound')
    clock.seconds += 10
    expect(refusalOf(create).code).toBe('EkmPrivateEndpointNotFound')
  })

  it('that was gone at once stays gone if the clock goes back', () => {
    const { hsm, clock } = testHsm()
    createEkmPrivateEndpoint(hsm, 'ekm-1', LINK)
    deleteEkmPrivateEndpoint(hsm, 'ekm-1')
    clock.seconds -= 3600
    expect(listEkmPrivateEndpoints(hsm)).toEqual([])
  })

  it('has operations with ids of their own under a seed, also in a copy of the HSM', () => {
    const { hsm } = testHsm({ seed: 'pocket-hsm tests' })
    const { jobId } = createEkmPrivateEndpoint(hsm, 'ekm-1', LINK)
    const copy = importState(exportState(hsm), { seed: 'pocket-hsm tests' })
    const deletion = deleteEkmPrivateEndpoint(copy, 'ekm-1')
    expect(deletion.jobId).not.toBe(jobId)
    expect(getEkmPrivateEndpointOperation(copy, deletion.jobId)).toEqual(deletion)
    expect(deleteEkmPrivateEndpoint(hsm, 'ekm-1').jobId).toBe(deletion.jobId)
  })

  it.each([
    ['a short name', 'a', LINK],
    ['a hyphen at the end', 'ekm-', LINK],
    ['a long name', 'a'.repeat(25), LINK],
    ['no service', 'ekm-1', {}],
    ['an empty service', 'ekm-1', { privateLinkServiceId: '' }],
    ['a long message', 'ekm-1', { ...LINK, requestMessage: 'x'.repeat(141) }],
    ['an unknown member', 'ekm-1', { ...LINK, message: 'x' }],
  ])('is refused for %s', (_, name, parameters) => {
    const { hsm } = testHsm()
    const call = () => createEkmPrivateEndpoint(hsm, name, parameters as typeof LINK)
    expect(refusalOf(call)).toMatchObject({ status: 400, code: 'BadParameter' })
    expect(listEkmPrivateEndpoints(hsm)).toEqual([])
  })

  it('has operations that are known by their id, the latest hundred', () => {
    const { hsm } = testHsm({ auditLimit: 0 })
    const { jobId } = createEkmPrivateEndpoint(hsm, 'ekm-1', LINK)
    for (let count = 0; count < 50; count += 1) {
      deleteEkmPrivateEndpoint(hsm, 'ekm-1')
      createEkmPrivateEndpoint(hsm, 'ekm-1', LINK)
    }
    for (const id of [jobId, 'x'.repeat(10_000), '']) {
      const refusal = refusalOf(() => getEkmPrivateEndpointOperation(hsm, id))
      expect(refusal).toMatchObject({ status: 404, code: 'EkmPrivateEndpointOperationNotFound' })
      expect(refusal.message.length).toBeLessThan(200)
    }
  })

  it('is none of a vault', () => {
    const vault = createHsm({ profile: 'vault-premium' })
    for (const call of [
      () => createEkmPrivateEndpoint(vault, 'ekm-1', LINK),
      () => getEkmPrivateEndpoint(vault, 'ekm-1'),
      () => listEkmPrivateEndpoints(vault),
      () => deleteEkmPrivateEndpoint(vault, 'ekm-1'),
      () => getEkmPrivateEndpointOperation(vault, 'x'),
    ]) {
      expect(refusalOf(call).status).toBe(400)
    }
  })
})
