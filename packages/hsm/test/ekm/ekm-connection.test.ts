import { X509Certificate } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  applyChanges,
  checkEkmConnection,
  createEkmConnection,
  createHsm,
  deleteEkmConnection,
  type EkmConnection,
  exportChanges,
  exportState,
  forkHsm,
  getEkmCertificate,
  getEkmConnection,
  importState,
  updateEkmConnection,
} from '../../src/index.ts'
import { errorOf, refusalOf } from '../refusal.ts'
import { externalSetUp } from './external-hsm.ts'

const [, , ROOT = new Uint8Array(0)] = [
  undefined,
  undefined,
  getEkmCertificate(createHsm({ seed: 'a root' })).caCertificates[1],
]

const FULL: EkmConnection = {
  host: 'ekm.contoso.com:443',
  pathPrefix: '/contoso/hsm-1',
  serverCaCertificates: [ROOT],
  serverSubjectCommonName: 'ekm.contoso.com',
  connectivityMode: 'Public',
}

describe('an EKM connection', () => {
  it('is created, read, changed member by member and deleted', () => {
    const hsm = createHsm()
    expect(createEkmConnection(hsm, FULL)).toEqual(FULL)
    expect(getEkmConnection(hsm)).toEqual(FULL)
    const host = 'new.contoso.com'
    expect(updateEkmConnection(hsm, { host })).toEqual({ ...FULL, host })
    expect(updateEkmConnection(hsm, { pathPrefix: undefined as never })).toEqual({ ...FULL, host })
    expect(deleteEkmConnection(hsm)).toEqual({ ...FULL, host })
    expect(errorOf(() => getEkmConnection(hsm)).code).toBe('EkmConnectionNotFound')
  })

  it('is neither what was given nor what is returned', () => {
    const hsm = createHsm()
    const given = { ...FULL, serverCaCertificates: [Uint8Array.from(ROOT)] }
    const created = createEkmConnection(hsm, given)
    given.serverCaCertificates[0]?.fill(0)
    created.serverCaCertificates[0]?.fill(0)
    expect(getEkmConnection(hsm)).toEqual(FULL)
  })

  it('is one at most, and none is nothing to change', () => {
    const hsm = createHsm()
    for (const call of [getEkmConnection, deleteEkmConnection, checkEkmConnection]) {
      expect(refusalOf(() => call(hsm))).toMatchObject({
        status: 404,
        code: 'EkmConnectionNotFound',
      })
    }
    expect(refusalOf(() => updateEkmConnection(hsm, FULL)).status).toBe(404)
    createEkmConnection(hsm, FULL)
    expect(refusalOf(() => createEkmConnection(hsm, { ...FULL, host: 'other' }))).toMatchObject({
      status: 409,
      innerCode: 'EkmConnectionExists',
    })
    expect(getEkmConnection(hsm)).toEqual(FULL)
  })

  it('is in exports and journals, and not in a fork of before', () => {
    const hsm = createHsm({ seed: 'journal' })
    const copy = importState(exportState(hsm), { seed: 'journal' })
    const before = forkHsm(hsm)
    createEkmConnection(hsm, FULL)
    applyChanges(copy, exportChanges(hsm, before) as Uint8Array)
    expect(getEkmConnection(copy)).toEqual(FULL)
    expect(errorOf(() => getEkmConnection(before)).status).toBe(404)
  })

  it.each([
    ['a host with a path', { host: 'ekm.contoso.com/x' }],
    ['no host', { host: undefined }],
    ['an empty host', { host: '' }],
    ['a host that is too long', { host: 'a'.repeat(260) }],
    ['a path prefix with other characters', { pathPrefix: '/a_b' }],
    ['a path prefix that is too long', { pathPrefix: '/'.repeat(65) }],
    ['certificates that are none', { serverCaCertificates: [new Uint8Array([1, 2, 3])] }],
    ['no list of certificates', { serverCaCertificates: undefined }],
    ['too many certificates', { serverCaCertificates: Array(11).fill(ROOT) }],
    ['an empty name', { serverSubjectCommonName: '' }],
    ['a mode that is none', { connectivityMode: 'private' }],
    ['an unknown member', { port: 443 }],
  ])('is refused for %s, and then there is none', (_, wrong) => {
    const hsm = createHsm()
    const connection = { ...FULL, ...wrong } as EkmConnection
    expect(refusalOf(() => createEkmConnection(hsm, connection))).toMatchObject({
      status: 400,
      code: 'BadParameter',
    })
    expect(errorOf(() => getEkmConnection(hsm)).status).toBe(404)
    createEkmConnection(hsm, FULL)
    if (Object.values(wrong)[0] === undefined) return
    expect(refusalOf(() => updateEkmConnection(hsm, wrong as never)).status).toBe(400)
    expect(getEkmConnection(hsm)).toEqual(FULL)
  })

  it('is none of a vault', () => {
    const vault = createHsm({ profile: 'vault-premium' })
    for (const call of [
      () => createEkmConnection(vault, FULL),
      () => getEkmConnection(vault),
      () => updateEkmConnection(vault, FULL),
      () => deleteEkmConnection(vault),
      () => checkEkmConnection(vault),
      () => getEkmCertificate(vault),
    ]) {
      expect(refusalOf(call)).toMatchObject({ status: 400, code: 'BadParameter' })
    }
  })
})

describe('a check of the connection', () => {
  it('returns what the proxy says of itself', () => {
    const setUp = externalSetUp()
    setUp.answer = () => ({
      apiVersion: '1.0',
      proxyVendor: 'Contoso',
      proxyName: 'Proxy 2.0',
      ekmVendor: 'Contoso',
      ekmProduct: 'HSM 1.0',
    })
    expect(checkEkmConnection(setUp.hsm)).toMatchObject({ proxyName: 'Proxy 2.0' })
    expect(setUp.requests.map(({ operation }) => operation)).toEqual(['info'])
  })

  it.each([
    ['a member less', { apiVersion: '1.0' }],
    ['a text that is too long', { apiVersion: 'x'.repeat(257) }],
  ])('finds an answer with %s wrong', (_, answer) => {
    const setUp = externalSetUp()
    setUp.answer = () => answer as never
    expect(errorOf(() => checkEkmConnection(setUp.hsm))).toMatchObject({ status: 502 })
  })
})

describe('the client certificate of an HSM', () => {
  it('is issued under a root that signs itself, the same each time and after an export', () => {
    const hsm = createHsm({ baseUrl: 'https://contoso.managedhsm.azure.net' })
    const { subjectCommonName, caCertificates } = getEkmCertificate(hsm)
    expect(subjectCommonName).toBe('contoso.managedhsmclient.azure.net')
    const [issuer, root] = caCertificates.map((each) => new X509Certificate(each))
    expect(root?.verify(root.publicKey)).toBe(true)
    expect(issuer?.verify(root?.publicKey as never)).toBe(true)
    expect(issuer?.ca).toBe(true)
    expect(getEkmCertificate(forkHsm(hsm))).toEqual({ subjectCommonName, caCertificates })
  })
})
