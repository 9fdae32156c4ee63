import { describe, expect, it } from 'vitest'
import {
  applyChanges,
  backupKey,
  createHsm,
  createKey,
  createRsaPool,
  createSecurityDomain,
  createSecurityDomainUpload,
  downloadSecurityDomain,
  exportChanges,
  exportState,
  forkHsm,
  getKey,
  getSecurityDomainDownload,
  getSecurityDomainUpload,
  getTransferKey,
  type Hsm,
  type HsmOptions,
  importState,
  listKeys,
  missingRsaKey,
  readActivation,
  readAudit,
  restoreKey,
  uploadSecurityDomain,
  viewHsm,
} from '../../src/index.ts'
import { CALLS, furnishedHsm } from '../every-operation.ts'
import { badParameter, forbidden, refusalOf, worded } from '../refusal.ts'
import { BASE_URL, PROFILES, testHsm } from '../test-hsm.ts'
import { certificates, wrappingKeys } from './wrapping-keys.ts'

const NOT_ACTIVATED = worded(
  forbidden('The Managed HSM is not activated. Download the security domain to activate it.'),
  'managed-hsm',
)

const WORKS = ['downloadSecurityDomain', 'getSecurityDomainDownload', 'getSecurityDomainUpload']

const download = (hsm: Hsm): string =>
  downloadSecurityDomain(hsm, { certificates: certificates(3) })

function upload(hsm: Hsm, domain: string): void {
  const parameters = { keys: wrappingKeys(2), transferKey: getTransferKey(hsm) }
  uploadSecurityDomain(hsm, createSecurityDomainUpload(domain, parameters))
}

describe('an HSM that is not activated', () => {
  it.each(Object.entries(CALLS).filter(([name]) => !WORKS.includes(name)))(
    'refuses %s, and nothing changes',
    (operation, call) => {
      // Some calls use what was prepared with it.
      furnishedHsm()
      const { hsm } = testHsm({ activated: false })
      const before = exportState(hsm)
      expect(refusalOf(() => call(hsm))).toEqual(NOT_ACTIVATED)
      expect(exportState(hsm)).toEqual(before)
      expect(readAudit(hsm).entries).toMatchObject([
        { operation, outcome: { status: 403, code: 'Forbidden' } },
      ])
    },
  )

  it('answers for its activation', () => {
    const { hsm } = testHsm({ activated: false })
    expect(readActivation(hsm)).toBe('NotActivated')
    expect(getSecurityDomainDownload(hsm)).toEqual({
      status: 'Failed',
      statusDetails: 'The Security Domain has not been downloaded.',
    })
    expect(getSecurityDomainUpload(hsm)).toEqual({
      status: 'Failed',
      statusDetails: 'No Security Domain has been uploaded.',
    })
  })

  it('needs no RSA key to be made for what it refuses', () => {
    const { hsm } = testHsm({ activated: false, rsaPool: createRsaPool() })
    const coming = { operation: 'createKey', name: 'orders', parameters: { kty: 'RSA' } } as const
    expect(missingRsaKey(hsm, coming)).toBeUndefined()
    download(hsm)
    expect(missingRsaKey(hsm, coming)).toMatchObject({ keySize: 2048 })
  })

  it('works like any other once its domain is downloaded', () => {
    const { hsm } = testHsm({ activated: false })
    download(hsm)
    expect(createKey(hsm, 'orders', { kty: 'EC' }).key.kty).toBe('EC-HSM')
    expect(getSecurityDomainDownload(hsm)).toEqual({
      status: 'Success',
      statusDetails: 'The resource is active.',
    })
  })

  it('makes the keys of the same seed that was activated from the start', () => {
    const [late, early] = [false, true].map((activated) => testHsm({ activated }).hsm) as [Hsm, Hsm]
    download(late)
    const keys = [late, early].map((hsm) => createKey(hsm, 'orders', { kty: 'EC' }).key)
    expect(keys[0]).toEqual(keys[1])
  })

  it.each(PROFILES.slice(1))('is not a %s', (profile) => {
    expect(refusalOf(() => createHsm({ profile, activated: false }))).toEqual(
      badParameter('A vault needs no activation: leave out the option activated.'),
    )
    expect(readActivation(createHsm({ profile, activated: true }))).toBe('Active')
  })

  it('is not made by anything but false', () => {
    expect(refusalOf(() => createHsm({ activated: 'no' as never })).message).toMatch(
      /"activated" of createHsm must be true or false/,
    )
  })
})

describe('an activation that takes time', () => {
  const slowHsm = (options: HsmOptions = {}) => testHsm({ ...options, settlingSeconds: 60 })

  it('is in progress until the download is complete', () => {
    const { hsm, clock } = slowHsm({ activated: false })
    download(hsm)
    clock.seconds += 59
    expect(readActivation(hsm)).toBe('NotActivated')
    expect(getSecurityDomainDownload(hsm)).toEqual({
      status: 'InProgress',
      statusDetails: 'The resource is being activated.',
    })
    expect(refusalOf(() => listKeys(hsm))).toEqual(NOT_ACTIVATED)
    clock.seconds += 1
    expect(readActivation(hsm)).toBe('Active')
    expect(getSecurityDomainDownload(hsm).status).toBe('Success')
    expect(listKeys(hsm).value).toEqual([])
  })

  it('is in progress until the upload is complete, in the words of the service', () => {
    const { hsm: other } = testHsm({ seed: 'other' })
    const { hsm, clock } = slowHsm({ activated: false })
    upload(hsm, download(other))
    expect(getSecurityDomainUpload(hsm)).toEqual({
      status: 'InProgress',
      statusDetails: 'The Security Domain is being restored.',
    })
    expect(refusalOf(() => getTransferKey(hsm)).status).toBe(409)
    clock.seconds += 60
    expect(getSecurityDomainUpload(hsm).status).toBe('Success')
    expect(listKeys(hsm).value).toEqual([])
  })

  it('stays complete where the domain is downloaded again', () => {
    const { hsm, clock } = slowHsm({ activated: false })
    download(hsm)
    clock.seconds += 60
    download(hsm)
    expect(getSecurityDomainDownload(hsm).status).toBe('InProgress')
    expect(listKeys(hsm).value).toEqual([])
  })

  it('takes the time of the view that it is made through', () => {
    const { hsm } = testHsm({ activated: false })
    download(viewHsm(hsm, { settlingSeconds: 5 }))
    expect(readActivation(hsm)).toBe('NotActivated')
  })
})

describe('the activation', () => {
  const other = testHsm({ seed: 'other' }).hsm
  createKey(other, 'orders', { kty: 'oct' })
  const backup = backupKey(other, 'orders')
  const domain = download(other)
  const SEED = { seed: 'exported', baseUrl: BASE_URL }

  it('is in exports: what was not activated is not', () => {
    const hsm = createHsm({ ...SEED, activated: false })
    const copy = importState(exportState(hsm), { seed: SEED.seed })
    expect(readActivation(copy)).toBe('NotActivated')
    expect(getTransferKey(copy)).toEqual(getTransferKey(hsm))
  })

  it('is in exports: an uploaded domain goes with it, also by changes', () => {
    const hsm = createHsm({ ...SEED, activated: false })
    const before = forkHsm(hsm)
    const copy = importState(exportState(hsm), { seed: SEED.seed })
    upload(hsm, domain)
    applyChanges(copy, exportChanges(hsm, before) as Uint8Array)
    const whole = importState(exportState(hsm), { seed: SEED.seed })
    for (const each of [copy, whole]) {
      expect(readActivation(each)).toBe('Active')
      expect(getSecurityDomainUpload(each).status).toBe('Success')
      expect(restoreKey(each, backup).key.kid).toBe(getKey(other, 'orders').key.kid)
      expect(download(each)).toBe(download(forkHsm(hsm)))
    }
  })

  it('survives without a seed: the exchange key is that of before', () => {
    const securityDomain = { securityDomain: createSecurityDomain() }
    const hsm = createHsm({ ...securityDomain, activated: false })
    const transferKey = getTransferKey(hsm)
    const copy = importState(exportState(hsm), securityDomain)
    const parameters = { keys: wrappingKeys(2), transferKey }
    uploadSecurityDomain(copy, createSecurityDomainUpload(domain, parameters))
    expect(restoreKey(copy, backup).key.kty).toBe('oct-HSM')
  })

  it('of an import can be repeated, but not changed', () => {
    const hsm = createHsm({ ...SEED, activated: false })
    const bytes = exportState(hsm)
    expect(readActivation(importState(bytes, { seed: SEED.seed, activated: false }))).toBe(
      'NotActivated',
    )
    expect(refusalOf(() => importState(bytes, { seed: SEED.seed, activated: true }))).toEqual(
      badParameter('The option activated contradicts the state export: leave it out.'),
    )
  })

  it('is a fork’s own', () => {
    const hsm = createHsm({ ...SEED, activated: false })
    const fork = forkHsm(hsm)
    download(fork)
    expect([hsm, fork].map(readActivation)).toEqual(['NotActivated', 'Active'])
  })

  it('has no secret in its export in the clear', () => {
    const hsm = createHsm({ ...SEED, activated: false })
    upload(hsm, domain)
    expect(Buffer.from(exportState(hsm)).toString('latin1')).not.toContain('secret')
    expect(JSON.stringify(hsm)).toBe(JSON.stringify({ baseUrl: BASE_URL, profile: 'managed-hsm' }))
  })
})
