import { describe, expect, it } from 'vitest'
import {
  backupKey,
  createHsm,
  createKey,
  createSecurityDomain,
  deleteKey,
  encrypt,
  exportChanges,
  exportState,
  forkHsm,
  getDeletedKey,
  getKey,
  getKeyAttestation,
  getRandomBytes,
  type Hsm,
  type HsmOptions,
  importKey,
  importState,
  listKeys,
  purgeDeletedKey,
  readClock,
  restoreKey,
  viewHsm,
} from '../../src/index.ts'
import { furnish } from '../furnished-hsm.ts'
import { octJwk, rsaJwk } from '../known-keys.ts'
import { errorOf, refusalOf } from '../refusal.ts'
import { snapshot, visible } from '../snapshot.ts'
import { BASE_URL, DAY, PROFILES, START, testHsm } from '../test-hsm.ts'

const SEED = 'pocket-hsm tests'
const clock = () => START * 1000

/** What goes through an export. */
const carried = (hsm: Hsm, options: HsmOptions = { seed: SEED, clock }): Hsm =>
  importState(exportState(hsm), options)

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

describe('an imported HSM', () => {
  it.each(PROFILES)('shows and goes on as the exported one (%s)', (profile) => {
    const { hsm } = testHsm({ profile })
    furnish(hsm)
    const copy = carried(hsm)
    expect(copy).toEqual(hsm)
    expect(copy).not.toBe(hsm)
    expect(snapshot(copy)).toEqual(snapshot(hsm))
  })

  it('shows the same where there is no seed, and is another universe from there on', () => {
    const securityDomain = createSecurityDomain()
    const hsm = createHsm({ securityDomain, clock })
    furnish(hsm)
    const copy = carried(hsm, { securityDomain, clock })
    expect(visible(copy)).toEqual(visible(hsm))
    expect(getRandomBytes(copy, 16)).not.toEqual(getRandomBytes(hsm, 16))
  })

  it('draws from the same place of the seeded universe', () => {
    const { hsm } = testHsm()
    furnish(hsm)
    const copy = carried(hsm)
    expect(getRandomBytes(copy, 16)).toEqual(getRandomBytes(hsm, 16))
    for (const name of ['purged', 'new', 'active']) {
      expect(createKey(copy, name, { kty: 'EC' })).toEqual(createKey(hsm, name, { kty: 'EC' }))
    }
    const question = { alg: 'A192GCM', value: new Uint8Array(4) }
    expect(encrypt(copy, 'content', question)).toEqual(encrypt(hsm, 'content', question))
  })

  it('lives on its own', () => {
    const { hsm } = testHsm()
    furnish(hsm)
    const before = snapshot(hsm)
    const copy = carried(hsm)
    deleteKey(copy, 'active')
    createKey(copy, 'other', { kty: 'EC' })
    expect(snapshot(hsm)).toEqual(before)
  })

  it('keeps settings: address, limits, retention, protection, strictness, settling', () => {
    const { hsm } = testHsm({
      limits: { keys: 1 },
      purgeProtection: true,
      strict: true,
      softDeleteRetentionDays: 7,
      settlingSeconds: 20,
    })
    importKey(hsm, 'k', octJwk())
    const copy = carried(hsm)
    expect(copy.baseUrl).toBe(BASE_URL)
    expect(getKey(copy, 'k').attributes.recoveryLevel).toBe('CustomizedRecoverable')
    expect(refusalOf(() => createKey(copy, 'l', { kty: 'EC' })).message).toContain('limit of 1')
    const question = { alg: 'A256GCM', value: new Uint8Array(1), iv: new Uint8Array(12) }
    expect(refusalOf(() => encrypt(copy, 'k', question)).message).toContain('iv must be absent')
    deleteKey(copy, 'k')
    expect(refusalOf(() => getDeletedKey(copy, 'k')).status).toBe(404)
  })

  it.each([Number.POSITIVE_INFINITY, 2])('keeps a limit of %d', (keys) => {
    const { hsm } = testHsm({ limits: { keys, versions: keys } })
    const copy = carried(hsm, { seed: SEED, limits: { keys, versions: keys } })
    for (const name of ['a', 'b']) createKey(copy, name, { kty: 'EC' })
    const third = () => createKey(copy, 'c', { kty: 'EC' })
    if (keys === 2) expect(refusalOf(third).status).toBe(403)
    else expect(third().key.kty).toBe('EC-HSM')
  })

  it('takes clock and attestation keys of its host', () => {
    const { hsm } = testHsm({ softDeleteRetentionDays: 7 })
    createKey(hsm, 'orders', { kty: 'EC' })
    deleteKey(hsm, 'orders')
    const copy = carried(hsm, { seed: SEED, clock: () => (START + 7 * DAY) * 1000 })
    expect(readClock(copy)).toBe((START + 7 * DAY) * 1000)
    expect(refusalOf(() => getDeletedKey(copy, 'orders')).status).toBe(404)
    expect(getDeletedKey(hsm, 'orders').attributes).toBeDefined()
  })

  it('may stand at another address', () => {
    const { hsm } = testHsm()
    createKey(hsm, 'orders', { kty: 'EC' })
    const copy = carried(hsm, { seed: SEED, baseUrl: 'https://there.test' })
    expect(getKey(copy, 'orders').key.kid).toBe(
      getKey(hsm, 'orders').key.kid.replace(BASE_URL, 'https://there.test'),
    )
  })

  it('restores the backups of the exported one', () => {
    const { hsm } = testHsm()
    createKey(hsm, 'orders', { kty: 'EC' })
    const backup = backupKey(hsm, 'orders')
    const copy = carried(hsm)
    deleteKey(copy, 'orders')
    purgeDeletedKey(copy, 'orders')
    expect(restoreKey(copy, backup)).toEqual(getKey(hsm, 'orders'))
  })

  it.each([SEED, undefined])('vouches for its keys under the same identity (seed: %s)', (seed) => {
    const securityDomain = createSecurityDomain()
    const hsm = createHsm({ securityDomain, clock, ...(seed && { seed }) })
    createKey(hsm, 'orders', { kty: 'EC' })
    const later = carried(hsm, { securityDomain, clock, baseUrl: 'https://there.test' })
    const pem = (one: Hsm) =>
      Buffer.from(
        getKeyAttestation(one, 'orders').attributes.attestation?.certificatePemFile ?? [],
      ).toString()
    expect(pem(hsm)).toContain('BEGIN CERTIFICATE')
    expect(pem(later)).toBe(pem(hsm))
    expect(pem(carried(later, { securityDomain }))).toBe(pem(hsm))
  })

  it('can be the HSM of a view, with what is otherwise in it', () => {
    const { hsm } = testHsm()
    furnish(hsm)
    const view = viewHsm(hsm, { baseUrl: 'https://localhost:8443', settlingSeconds: 20 })
    const copy = carried(view)
    expect(copy.baseUrl).toBe('https://localhost:8443')
    deleteKey(copy, 'active')
    expect(refusalOf(() => getDeletedKey(copy, 'active')).status).toBe(404)
  })

  it('is whole where there are more keys than a chunk holds', () => {
    const { hsm } = testHsm({ limits: { keys: 10_000 } })
    const value = 'v'.repeat(256)
    const tags = Object.fromEntries([...Array(15).keys()].map((n) => [`tag-${n}`, value]))
    for (let i = 0; i < 600; i++) importKey(hsm, `key-${i}`, octJwk(), { tags })
    const bytes = exportState(hsm)
    expect(bytes.length).toBeGreaterThan(2 << 20)
    expect(hex(exportState(importState(bytes, { seed: SEED })))).toBe(hex(bytes))
  })
})

describe('exportState', () => {
  it('gives the same bytes for the same state', () => {
    const [one, other] = [testHsm().hsm, testHsm().hsm]
    for (const hsm of [one, other]) furnish(hsm)
    expect(hex(exportState(one))).toBe(hex(exportState(other)))
    expect(hex(exportState(one))).toBe(hex(exportState(one)))
    expect(hex(exportState(carried(one)))).toBe(hex(exportState(one)))
    expect(hex(exportState(forkHsm(one)))).toBe(hex(exportState(one)))
  })

  it('never seals other plaintext under the same IV', () => {
    const { hsm } = testHsm()
    const ivs = Array.from({ length: 50 }, (_, i) => {
      createKey(hsm, `key-${i}`, { kty: 'oct' })
      const bytes = exportState(hsm)
      const start = bytes.indexOf(10) + 5
      return hex(bytes.subarray(start, start + 16))
    })
    expect(new Set(ivs).size).toBe(50)
  })

  it('moves no stream of the HSM', () => {
    const [one, other] = [testHsm().hsm, testHsm().hsm]
    for (const hsm of [one, other]) furnish(hsm)
    exportState(one)
    expect(snapshot(one)).toEqual(snapshot(other))
  })

  it('says in clear what it is and whose, and nothing else', () => {
    const securityDomain = createSecurityDomain()
    const hsm = createHsm({ securityDomain })
    importKey(hsm, 'very-private', rsaJwk(), { tags: { secretly: 'tagged' } })
    const bytes = Buffer.from(exportState(hsm))
    expect(bytes.subarray(0, bytes.indexOf(10)).toString()).toBe(
      `{"format":"pocket-hsm/state/1","security_domain":"${securityDomain.id}"}`,
    )
    const { d = '', p = '' } = rsaJwk()
    const secrets = [
      'very-private',
      'secretly',
      d,
      Buffer.from(d, 'base64url'),
      Buffer.from(p, 'base64url'),
    ]
    for (const secret of secrets) expect(bytes.includes(secret)).toBe(false)
  })

  it.each([undefined, null, {}, 'hsm'])('refuses what is no HSM: %j', (stranger) => {
    expect(errorOf(() => exportState(stranger as never)).message).toBe(
      'The first argument must be an HSM from createHsm.',
    )
  })
})

describe('importState refuses', () => {
  const { hsm } = testHsm()
  createKey(hsm, 'orders', { kty: 'oct' })
  const bytes = exportState(hsm)
  const withOptions = (options: unknown) => () => importState(bytes, options as HsmOptions)
  const badParameter = (message: string) => ({ status: 400, code: 'BadParameter', message })

  it.each([{}, { clock }, { baseUrl: 'https://there.test' }, undefined])(
    'neither domain nor seed: %j',
    (options) => {
      expect(errorOf(withOptions(options))).toMatchObject(
        badParameter(
          'importState needs the securityDomain of the exported HSM, or its seed where it had no other domain.',
        ),
      )
    },
  )

  it.each([
    ['profile', { profile: 'vault-premium' }],
    ['strict', { strict: true }],
    ['softDeleteRetentionDays', { softDeleteRetentionDays: 7 }],
    ['purgeProtection', { purgeProtection: true }],
    ['settlingSeconds', { settlingSeconds: 1 }],
    ['limits.keys', { limits: { keys: 7 } }],
    ['limits.versions', { limits: { versions: 7 } }],
  ])('an option that contradicts the export: %s', (name, options) => {
    expect(errorOf(withOptions({ seed: SEED, ...options }))).toMatchObject(
      badParameter(`The option ${name} contradicts the state export: leave it out.`),
    )
  })

  it('a seed where there is none, and another than there is', () => {
    const securityDomain = createSecurityDomain()
    const message = 'The option seed contradicts the state export: leave it out.'
    for (const own of [{}, { seed: 'one' }]) {
      const exported = exportState(createHsm({ securityDomain, ...own }))
      const call = () => importState(exported, { securityDomain, seed: 'other' })
      expect(errorOf(call)).toMatchObject(badParameter(message))
      expect(importState(exported, { securityDomain, ...own }).profile).toBe('managed-hsm')
    }
  })

  it('takes options that say what the export says', () => {
    const options = {
      profile: 'managed-hsm',
      strict: false,
      softDeleteRetentionDays: 90,
      purgeProtection: false,
      settlingSeconds: 0,
      limits: { keys: 5000, versions: 100 },
      seed: SEED,
      baseUrl: BASE_URL,
    } as const
    expect(listKeys(importState(bytes, options)).value).toHaveLength(1)
  })

  it('options that createHsm refuses', () => {
    expect(errorOf(withOptions({ seed: SEED, strict: 7 })).message).toBe(
      'The option "strict" of createHsm must be true or false, not a number.',
    )
    expect(errorOf(withOptions(null)).message).toBe(
      'The options of createHsm must be an object, not null.',
    )
  })

  it.each([undefined, null, 'text', [1, 2], {}, new ArrayBuffer(4)])(
    'what is no Uint8Array: %j',
    (what) => {
      const error = errorOf(() => importState(what as never, { seed: SEED }))
      expect(error.code).toBe('BadParameter')
      expect(error.message).toMatch(/^The export must be a Uint8Array, not /)
    },
  )

  it('an export of another domain', () => {
    expect(errorOf(withOptions({ seed: 'another' }))).toMatchObject({
      status: 400,
      code: 'StateOfAnotherDomain',
      message: 'The state export belongs to a different security domain.',
    })
  })

  it.each(['pocket-hsm/state/2', 'pocket-hsm/changes/10', 'pocket-hsm/state/999'])(
    'a format that is not known: %s',
    (format) => {
      const text = JSON.stringify({ format, security_domain: '0'.repeat(32) })
      expect(errorOf(() => importState(Buffer.from(`${text}\n`), { seed: SEED }))).toMatchObject({
        status: 400,
        code: 'StateFormatUnknown',
        message: `The format ${format} of the state export is not known: it may be of a later version of pocket-hsm.`,
      })
    },
  )

  it('changes', () => {
    const { hsm: other } = testHsm()
    const saved = forkHsm(other)
    createKey(other, 'orders', { kty: 'oct' })
    const changes = exportChanges(other, saved) ?? new Uint8Array(0)
    expect(errorOf(() => importState(changes, { seed: SEED }))).toMatchObject({
      status: 400,
      code: 'StateOfAnotherKind',
      message: 'The bytes are a state export, but not one of a whole HSM, as exportState makes.',
    })
  })
})
