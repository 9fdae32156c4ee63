import { describe, expect, it } from 'vitest'
import {
  backupKey,
  createHsm,
  createKey,
  createSecurityDomain,
  deleteKey,
  describeHsm,
  encrypt,
  exportState,
  getDeletedKey,
  getKey,
  getRandomBytes,
  type Hsm,
  HsmError,
  type HsmOptions,
  importKey,
  importState,
  listDeletedKeys,
  listKeys,
  onEvent,
  purgeDeletedKey,
  readAudit,
  recoverDeletedKey,
  restoreKey,
} from '../../src/index.ts'
import { rsaJwk } from '../known-keys.ts'
import { errorOf, refusalOf } from '../refusal.ts'
import { BASE_URL, DAY, START, testHsm } from '../test-hsm.ts'
import { wrongType } from '../wrong-type.ts'

describe('createHsm without options', () => {
  it('makes an empty Managed HSM', () => {
    const hsm = createHsm()
    expect(hsm).toEqual({ baseUrl: 'https://pocket.managedhsm.azure.net', profile: 'managed-hsm' })
    expect(listKeys(hsm).value).toEqual([])
  })

  it('takes undefined and null for absent', () => {
    const nothing = {
      baseUrl: undefined,
      profile: null,
      softDeleteRetentionDays: undefined,
      purgeProtection: null,
      clock: undefined,
      securityDomain: null,
      limits: null,
      settlingSeconds: undefined,
      strict: null,
    }
    expect(createHsm(nothing as never)).toEqual(createHsm())
  })

  it('keeps keys for 90 days, purgeable before', () => {
    const { attributes } = createKey(createHsm(), 'orders', { kty: 'EC' })
    expect(attributes).toMatchObject({
      recoverableDays: 90,
      recoveryLevel: 'Recoverable+Purgeable',
    })
  })

  it('goes by the wall clock', () => {
    const before = Math.floor(Date.now() / 1000)
    const { created } = createKey(createHsm(), 'orders', { kty: 'EC' }).attributes
    expect(created).toBeGreaterThanOrEqual(before)
    expect(created).toBeLessThanOrEqual(Math.floor(Date.now() / 1000))
  })

  it('shares nothing with another', () => {
    const [one, other] = [createHsm(), createHsm()]
    createKey(one, 'orders', { kty: 'EC' })
    expect(listKeys(other).value).toEqual([])
    expect(refusalOf(() => restoreKey(other, backupKey(one, 'orders'))).code).toBe(
      'MalformedBackupBlob',
    )
  })

  it('gives a handle that cannot be changed, and that nothing else can stand for', () => {
    const hsm = createHsm()
    expect(Object.isFrozen(hsm)).toBe(true)
    for (const stranger of [{ ...hsm }, structuredClone(hsm), Object.create(hsm), null, 'hsm', 7]) {
      expect(errorOf(() => getKey(stranger as Hsm, 'orders')).message).toBe(
        'The first argument must be an HSM from createHsm.',
      )
    }
  })
})

describe('createHsm takes a baseUrl', () => {
  it.each([
    ['https://contoso.managedhsm.azure.net', 'https://contoso.managedhsm.azure.net'],
    ['https://contoso.vault.azure.net/', 'https://contoso.vault.azure.net'],
    ['https://localhost:8443', 'https://localhost:8443'],
    ['http://127.0.0.1:8080//', 'http://127.0.0.1:8080'],
    ['HTTPS://Contoso.Test', 'https://contoso.test'],
    ['https://[::1]:8443', 'https://[::1]:8443'],
  ])('%s, which begins every identifier as %s', (baseUrl, origin) => {
    const hsm = createHsm({ baseUrl })
    expect(hsm.baseUrl).toBe(origin)
    const { key } = createKey(hsm, 'orders', { kty: 'EC' })
    expect(key.kid.split('/').slice(0, -1).join('/')).toBe(`${origin}/keys/orders`)
    expect(getKey(hsm, key.kid).key).toEqual(key)
  })

  it.each([
    ['managed-hsm', 'https://pocket.managedhsm.azure.net'],
    ['vault-premium', 'https://pocket.vault.azure.net'],
    ['vault-standard', 'https://pocket.vault.azure.net'],
  ] as const)('of the profile where there is none: %s', (profile, baseUrl) => {
    expect(createHsm({ profile }).baseUrl).toBe(baseUrl)
  })
})

describe('createHsm takes a retention and a purge protection', () => {
  it.each([
    [7, false, 'CustomizedRecoverable+Purgeable'],
    [89, false, 'CustomizedRecoverable+Purgeable'],
    [90, false, 'Recoverable+Purgeable'],
    [7, true, 'CustomizedRecoverable'],
    [90, true, 'Recoverable'],
  ])('%i days, %s: %s', (softDeleteRetentionDays, purgeProtection, recoveryLevel) => {
    const hsm = createHsm({ softDeleteRetentionDays, purgeProtection })
    expect(createKey(hsm, 'orders', { kty: 'EC' }).attributes).toMatchObject({
      recoverableDays: softDeleteRetentionDays,
      recoveryLevel,
    })
  })
})

describe('createHsm takes a clock', () => {
  it('and reads it at each call', () => {
    let now = 5000
    const hsm = createHsm({ clock: () => now })
    expect(createKey(hsm, 'a', { kty: 'EC' }).attributes.created).toBe(5)
    now = 7999
    expect(createKey(hsm, 'b', { kty: 'EC' }).attributes.created).toBe(7)
  })
})

describe('createHsm takes a seed', () => {
  it('as text or as its UTF-8 bytes', () => {
    const hsms = ['sëed', Buffer.from('sëed'), new TextEncoder().encode('sëed')].map((seed) =>
      createHsm({ seed, clock: () => 0 }),
    )
    const [first, ...others] = hsms.map((hsm) => createKey(hsm, 'orders', { kty: 'EC' }))
    for (const other of others) expect(other).toEqual(first)
  })

  it('of any length', () => {
    const seeds = ['', 'a', 'a'.repeat(10_000), new Uint8Array(0), new Uint8Array(1)]
    const points = seeds.map((seed) => createKey(createHsm({ seed }), 'k', { kty: 'EC' }).key.x)
    // Empty text and no bytes are the same seed.
    expect(new Set(points).size).toBe(4)
  })

  it('and keeps nothing of its bytes', () => {
    const seed = new Uint8Array(8).fill(1)
    const hsm = createHsm({ seed })
    seed.fill(2)
    const again = createHsm({ seed: new Uint8Array(8).fill(1) })
    expect(getRandomBytes(hsm, 8)).toEqual(getRandomBytes(again, 8))
  })
})

describe('createHsm takes a security domain', () => {
  it('that makes backups portable, under any profile that has the type', () => {
    const securityDomain = createSecurityDomain()
    const here = createHsm({ securityDomain, profile: 'vault-premium' })
    const there = createHsm({ securityDomain })
    createKey(here, 'orders', { kty: 'EC-HSM' })
    expect(restoreKey(there, backupKey(here, 'orders')).key.kty).toBe('EC-HSM')
  })

  it('that wins over the seed', () => {
    const [one, other] = [createSecurityDomain(), createSecurityDomain()]
    const here = createHsm({ seed: 's', securityDomain: one })
    const there = createHsm({ seed: 's', securityDomain: other })
    createKey(here, 'orders', { kty: 'EC' })
    expect(refusalOf(() => restoreKey(there, backupKey(here, 'orders'))).code).toBe(
      'MalformedBackupBlob',
    )
  })

  it('or derives one from the seed, so that HSMs of one seed restore each other', () => {
    const [here, there] = [createHsm({ seed: 's' }), createHsm({ seed: 's' })]
    const { key } = createKey(here, 'orders', { kty: 'EC' })
    expect(restoreKey(there, backupKey(here, 'orders')).key).toEqual(key)
  })
})

describe('createSecurityDomain', () => {
  it('names each domain by 32 hexadecimal digits of its own', () => {
    const ids = Array.from({ length: 20 }, () => createSecurityDomain().id)
    expect(new Set(ids).size).toBe(20)
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{32}$/)
  })

  it('takes its 32 bytes from the source that it is given', () => {
    const asked: number[] = []
    const random = (length: number) => {
      asked.push(length)
      return new Uint8Array(length).fill(9)
    }
    expect(createSecurityDomain(random).id).toBe(createSecurityDomain(random).id)
    expect(asked).toEqual([32, 32])
  })
})

describe('createHsm takes seconds of settling', () => {
  const slow = (profile: 'managed-hsm' | 'vault-standard' = 'vault-standard') => {
    const { hsm, clock } = testHsm({ profile, settlingSeconds: 20 })
    const { key } = createKey(hsm, 'orders', { kty: 'EC' })
    return { hsm, clock, key }
  }

  it('for which a deletion goes on', () => {
    const { hsm, clock } = slow()
    const { deletedDate, scheduledPurgeDate } = deleteKey(hsm, 'orders')
    expect([deletedDate, scheduledPurgeDate]).toEqual([START, START + 90 * DAY])
    clock.seconds += 19
    const being = 'Key orders is currently being deleted and cannot be re-created; retry later.'
    expect(refusalOf(() => createKey(hsm, 'orders', { kty: 'EC' }))).toMatchObject({
      status: 409,
      innerCode: 'ObjectIsBeingDeleted',
      message: being,
    })
    expect(refusalOf(() => recoverDeletedKey(hsm, 'orders'))).toMatchObject({
      status: 409,
      innerCode: 'ObjectIsBeingDeleted',
      message: 'Key is currently being deleted.',
    })
    clock.seconds += 1
    expect(refusalOf(() => createKey(hsm, 'orders', { kty: 'EC' })).innerCode).toBe(
      'ObjectIsDeletedButRecoverable',
    )
  })

  it('for which a recovery goes on', () => {
    const { hsm, clock, key } = slow()
    deleteKey(hsm, 'orders')
    clock.seconds += 20
    expect(recoverDeletedKey(hsm, 'orders').key).toEqual(key)
    clock.seconds += 19
    expect(refusalOf(() => getKey(hsm, 'orders')).status).toBe(404)
    expect(refusalOf(() => createKey(hsm, 'orders', { kty: 'EC' }))).toMatchObject({
      status: 409,
      innerCode: 'ObjectIsBeingRecovered',
      message: 'Key orders is currently being recovered and cannot be re-created; retry later.',
    })
    expect(refusalOf(() => purgeDeletedKey(hsm, 'orders'))).toMatchObject({
      status: 409,
      innerCode: 'ObjectIsBeingRecovered',
    })
    clock.seconds += 1
    expect(getKey(hsm, 'orders').key).toEqual(key)
  })

  it('for which a purge goes on', () => {
    const { hsm, clock, key } = slow()
    const backup = backupKey(hsm, 'orders')
    deleteKey(hsm, 'orders')
    clock.seconds += 20
    purgeDeletedKey(hsm, 'orders')
    const calls = readAudit(hsm).entries.length
    clock.seconds += 19
    expect(refusalOf(() => getDeletedKey(hsm, 'orders')).status).toBe(404)
    expect(refusalOf(() => recoverDeletedKey(hsm, 'orders')).status).toBe(404)
    expect(refusalOf(() => purgeDeletedKey(hsm, 'orders')).status).toBe(404)
    expect(refusalOf(() => createKey(hsm, 'orders', { kty: 'EC' }))).toMatchObject({
      status: 409,
      innerCode: 'ObjectIsBeingDeleted',
    })
    const conflict = refusalOf(() => restoreKey(hsm, backup))
    expect([conflict.status, conflict.innerCode]).toEqual([409, undefined])
    expect(conflict.message).toContain(`There was a conflict restoring the key '${key.kid}'.`)
    clock.seconds += 1
    expect(restoreKey(hsm, backup).key).toEqual(key)
    expect(readAudit(hsm).entries).toHaveLength(calls + 6)
  })

  it('for which the name of a purged key is taken, and all else of it is gone', () => {
    const { hsm, clock } = slow()
    deleteKey(hsm, 'orders')
    clock.seconds += 20
    onEvent(hsm, () => expect.unreachable('a purge emits no event'))
    purgeDeletedKey(hsm, 'orders')
    expect(listDeletedKeys(hsm).value).toEqual([])
    const { keys } = describeHsm(
      importState(exportState(hsm), {
        clock: () => clock.seconds * 1000,
        seed: 'pocket-hsm tests',
      }),
    )
    expect(keys).toEqual([{ name: 'orders', state: 'purging', versions: [] }])
  })
})

describe('createHsm refuses', () => {
  it.each([
    [null, 'null'],
    [7, 'a number'],
    ['managed-hsm', 'a string'],
  ])('options that are no object: %s', (options, kind) => {
    expect(errorOf(() => createHsm(options as never)).message).toBe(
      `The options of createHsm must be an object, not ${kind}.`,
    )
  })

  it.each([
    ['softDeleteRetention', 'softDeleteRetentionDays'],
    ['now', 'clock'],
    ['keys', 'limits.keys'],
  ])('a misspelt option: %s', (name, meant) => {
    expect(errorOf(() => createHsm({ [name]: 7 })).message).toMatch(
      new RegExp(`^Unknown option "${name}" of createHsm\\. Did you mean "${meant}"\\? `),
    )
  })

  const refuses = (option: keyof HsmOptions, value: unknown, message: string) => {
    it(`${option}: ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`, () => {
      const error = errorOf(() => createHsm({ [option]: value }))
      expect(error).toBeInstanceOf(HsmError)
      expect(error).toMatchObject({ status: 400, code: 'BadParameter', message })
    })
  }
  const limits = (name: string, value: unknown) =>
    `limits.${name} must be a whole number above zero or Infinity, not ${value}.`

  for (const baseUrl of [
    '',
    'contoso.managedhsm.azure.net',
    'ftp://contoso.test',
    'https://',
    'https:///',
    'https://contoso.test/prefix',
    'https://contoso.test?x',
    'https://contoso.test#x',
    'https://contoso test',
  ]) {
    refuses(
      'baseUrl',
      baseUrl,
      `The baseUrl must be a scheme and a host, without a path: ${baseUrl}`,
    )
  }
  const mistyped = (option: keyof HsmOptions, expected: string, values: readonly unknown[]) => {
    for (const value of values) {
      refuses(option, value, wrongType('createHsm', option, expected, value))
    }
  }
  mistyped('baseUrl', 'a string', [7, {}])
  mistyped('profile', 'a string', [7])
  mistyped('softDeleteRetentionDays', 'a number', [Number.NaN, '30'])
  mistyped('settlingSeconds', 'a number', [Number.NaN, '20'])
  for (const profile of ['', 'vault', 'Managed-HSM', 'constructor', '__proto__']) {
    refuses('profile', profile, `Unknown profile: ${profile}`)
  }
  for (const days of [0, 6, 91, 7.5, -7, Number.POSITIVE_INFINITY]) {
    const message = `softDeleteRetentionDays must be a whole number from 7 to 90, not ${days}.`
    refuses('softDeleteRetentionDays', days, message)
  }
  mistyped('purgeProtection', 'true or false', ['yes', 0, 1, {}])
  mistyped('strict', 'true or false', ['yes', 0, 1, {}])
  mistyped('clock', 'a function', [0, 'now', {}, new Date(0)])
  mistyped('seed', 'a string or a Uint8Array', [7, {}, [1], new ArrayBuffer(8), new Uint16Array(8)])
  refuses('seed', null, 'The seed must be a string or a Uint8Array.')
  mistyped('securityDomain', 'an object', [7, 'domain'])
  const domain = createSecurityDomain()
  for (const stranger of [{}, { ...domain, secret: 's' }, { secret: domain.secret }]) {
    const message = 'The securityDomain must be one from createSecurityDomain.'
    refuses('securityDomain', stranger, message)
  }
  for (const seconds of [-1, 0.5, Number.POSITIVE_INFINITY]) {
    const message = `settlingSeconds must be a whole number from 0 on, not ${seconds}.`
    refuses('settlingSeconds', seconds, message)
  }
  for (const value of [0, -1, 1.5, Number.NEGATIVE_INFINITY]) {
    refuses('limits', { keys: value }, limits('keys', value))
    refuses('limits', { versions: value }, limits('versions', value))
  }
  for (const value of [Number.NaN, '5']) {
    const text = (name: string) => wrongType('createHsm', `limits.${name}`, 'a number', value)
    refuses('limits', { keys: value }, text('keys'))
    refuses('limits', { versions: value }, text('versions'))
  }

  it('what is no security domain of its own making, though it was one', () => {
    const copy = structuredClone({ id: domain.id, secret: domain.secret })
    expect(errorOf(() => createHsm({ securityDomain: copy as never })).code).toBe('BadParameter')
  })
})

describe('an HSM of another profile', () => {
  it('has the same operations but for random bytes', () => {
    const hsm = createHsm({ profile: 'vault-standard', baseUrl: BASE_URL })
    importKey(hsm, 'letters', rsaJwk())
    const value = new Uint8Array(3)
    expect(encrypt(hsm, 'letters', { alg: 'RSA-OAEP', value }).value).toHaveLength(256)
    expect(errorOf(() => getRandomBytes(hsm, 3)).message).toBe(
      'A vault does not hand out random bytes.',
    )
  })
})
