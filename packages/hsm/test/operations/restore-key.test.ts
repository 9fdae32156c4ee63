import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  backupKey,
  createHsm,
  createKey,
  createSecurityDomain,
  decrypt,
  deleteKey,
  encrypt,
  getKey,
  type Hsm,
  HsmError,
  importKey,
  listKeys,
  listKeyVersions,
  purgeDeletedKey,
  restoreKey,
  rotateKey,
  sign,
  updateKey,
  verify,
} from '../../src/index.ts'
import { ecJwk, octJwk, rsaJwk } from '../known-keys.ts'
import {
  badParameter,
  forbidden,
  HARDWARE_KEY,
  itRefuses,
  keyTypeNotSupported,
  nameIsDeleted,
  type Refusal,
  refusalOf,
  worded,
} from '../refusal.ts'
import { runs } from '../runs.ts'
import { everyItem, snapshot } from '../snapshot.ts'
import { PROFILES, START, testHsm } from '../test-hsm.ts'

const DAMAGED: Refusal = {
  status: 400,
  code: 'MalformedBackupBlob',
  message: 'Backup blob contains invalid or corrupt version.',
}
const FOREIGN: Refusal = {
  status: 400,
  code: 'MalformedBackupBlob',
  message:
    'Backup blob belongs to a different crypto domain and cannot be used with this instance.',
}

/** Ends the key for good. */
function end(hsm: Hsm, name: string): void {
  deleteKey(hsm, name)
  purgeDeletedKey(hsm, name)
}

describe('restoreKey', () => {
  it('brings back versions, identifiers, instants, attributes, operations and tags', () => {
    const { hsm, clock } = testHsm()
    const first = createKey(hsm, 'Orders', { kty: 'EC', tags: { v: '1' }, keyOps: ['verify'] })
    clock.seconds += 10
    importKey(hsm, 'orders', octJwk(128), { attributes: { nbf: 5, exp: START } })
    clock.seconds += 10
    createKey(hsm, 'orders', { kty: 'EC', crv: 'P-521', tags: { v: '3', '': '' } })
    clock.seconds += 10
    updateKey(hsm, first.key.kid, { attributes: { enabled: false } })
    const versions = () =>
      everyItem((page) => listKeyVersions(hsm, 'Orders', page)).map((item) => ({
        item,
        bundle: getKey(hsm, item.kid),
      }))
    const before = versions()
    const backup = backupKey(hsm, 'orders')
    end(hsm, 'orders')
    clock.seconds += 1000
    expect(restoreKey(hsm, backup)).toEqual(before.at(-1)?.bundle)
    expect(versions()).toEqual(before)
  })

  it.each([
    ['RSA', rsaJwk(), 'RS256'],
    ['EC', ecJwk(), 'ES256'],
    ['oct', octJwk(), 'HS256'],
  ])('brings back the private part of %s', (_, jwk, alg) => {
    const { hsm } = testHsm()
    importKey(hsm, 'k', jwk, { keyOps: ['sign', 'verify'] })
    const digest = new Uint8Array(32).fill(7)
    const { value } = sign(hsm, 'k', { alg, value: digest })
    const backup = backupKey(hsm, 'k')
    end(hsm, 'k')
    restoreKey(hsm, backup)
    expect(verify(hsm, 'k', { alg, digest, value })).toBe(true)
    const again = sign(hsm, 'k', { alg, value: digest }).value
    expect(verify(hsm, 'k', { alg, digest, value: again })).toBe(true)
  })

  it('brings back what an older version opens', () => {
    const { hsm } = testHsm()
    createKey(hsm, 'content', { kty: 'oct' })
    const alg = 'A256GCM'
    const { kid, value, iv, tag } = encrypt(hsm, 'content', { alg, value: Buffer.from('letter') })
    rotateKey(hsm, 'content')
    const backup = backupKey(hsm, 'content')
    end(hsm, 'content')
    restoreKey(hsm, backup)
    const opened = decrypt(hsm, kid, { alg, value, iv, tag }).value
    expect(Buffer.from(opened).toString()).toBe('letter')
  })

  it('carries a key to another HSM of the same domain, under the address of that one', () => {
    const securityDomain = createSecurityDomain()
    const here = createHsm({ securityDomain })
    const there = createHsm({ securityDomain, baseUrl: 'https://there.test' })
    const { key, attributes } = createKey(here, 'orders', { kty: 'EC' })
    const restored = restoreKey(there, backupKey(here, 'orders'))
    expect(restored.attributes).toEqual(attributes)
    expect(restored.key).toEqual({
      ...key,
      kid: key.kid.replace(here.baseUrl, 'https://there.test'),
    })
    expect(getKey(here, 'orders').key).toEqual(key)
  })

  it('answers the retention of the HSM that restores', () => {
    const securityDomain = createSecurityDomain()
    const here = createHsm({ securityDomain })
    const there = createHsm({ securityDomain, softDeleteRetentionDays: 7 })
    createKey(here, 'orders', { kty: 'EC' })
    const { attributes } = restoreKey(there, backupKey(here, 'orders'))
    expect(attributes.recoveryLevel).toBe('CustomizedRecoverable+Purgeable')
  })

  it('brings back the moment of the backup, not what came after', () => {
    const { hsm } = testHsm()
    const before = createKey(hsm, 'orders', { kty: 'EC' })
    const backup = backupKey(hsm, 'orders')
    rotateKey(hsm, 'orders')
    updateKey(hsm, before.key.kid, { tags: { later: 'yes' } })
    end(hsm, 'orders')
    expect(restoreKey(hsm, backup)).toEqual(before)
    expect(listKeyVersions(hsm, 'orders').value).toHaveLength(1)
  })

  it('brings the same backup back as often as it is asked', () => {
    const { hsm } = testHsm()
    const before = createKey(hsm, 'orders', { kty: 'EC' })
    const backup = backupKey(hsm, 'orders')
    for (let i = 0; i < 3; i++) {
      end(hsm, 'orders')
      expect(restoreKey(hsm, backup)).toEqual(before)
    }
  })

  it('puts the key last in the order of creation', () => {
    const { hsm } = testHsm()
    for (const name of ['a', 'b']) createKey(hsm, name, { kty: 'EC' })
    const backup = backupKey(hsm, 'a')
    end(hsm, 'a')
    restoreKey(hsm, backup)
    expect(listKeys(hsm).value.map(({ kid }) => kid.at(-1))).toEqual(['b', 'a'])
  })

  it('takes any kind of Uint8Array, and changes nothing of it', () => {
    const { hsm } = testHsm()
    createKey(hsm, 'orders', { kty: 'EC' })
    const backup = Buffer.from(backupKey(hsm, 'orders'))
    const before = Buffer.from(backup)
    end(hsm, 'orders')
    restoreKey(hsm, backup)
    expect(backup.equals(before)).toBe(true)
  })

  it('carries tags under names that every object inherits', () => {
    const { hsm } = testHsm()
    createKey(hsm, 'orders', { kty: 'EC', tags: JSON.parse('{"__proto__":"a"}') })
    const backup = backupKey(hsm, 'orders')
    end(hsm, 'orders')
    expect(Object.entries(restoreKey(hsm, backup).tags ?? {})).toEqual([['__proto__', 'a']])
  })
})

describe('restoreKey of a key that goes on', () => {
  it('gives new versions identifiers of their own, also in another HSM of the same seed', () => {
    const here = testHsm().hsm
    const there = testHsm().hsm
    createKey(here, 'orders', { kty: 'oct' })
    for (let i = 0; i < 5; i++) rotateKey(here, 'orders')
    restoreKey(there, backupKey(here, 'orders'))
    for (let i = 0; i < 10; i++) rotateKey(there, 'orders')
    const kids = listKeyVersions(there, 'orders').value.map(({ kid }) => kid)
    expect(new Set(kids).size).toBe(16)
  })

  it('counts its versions against the limit', () => {
    const { hsm } = testHsm({ limits: { versions: 2 } })
    createKey(hsm, 'orders', { kty: 'EC' })
    rotateKey(hsm, 'orders')
    const backup = backupKey(hsm, 'orders')
    end(hsm, 'orders')
    restoreKey(hsm, backup)
    expect(refusalOf(() => rotateKey(hsm, 'orders')).message).toContain('limit of 2 versions')
  })
})

describe('restoreKey refuses', () => {
  /** A backup under the domain that every seeded test HSM has. */
  const backupOf = (make: (hsm: Hsm) => unknown, options = {}) => {
    const { hsm } = testHsm(options)
    make(hsm)
    return backupKey(hsm, 'orders')
  }
  const ec = backupOf((hsm) => createKey(hsm, 'orders', { kty: 'EC' }), {
    profile: 'vault-standard',
  })
  /** The HSM has these types, whatever its profile. */
  const domainOf = (seed: string) => ({ seed })

  it.each(PROFILES)('refuses a name that an active key has (%s)', (profile) => {
    const { hsm } = testHsm({ profile })
    const { kid } = createKey(hsm, 'Orders', { kty: 'EC' }).key
    const backup = backupKey(hsm, 'orders')
    createKey(hsm, 'orders', { kty: 'EC' })
    const before = snapshot(hsm)
    expect(refusalOf(() => restoreKey(hsm, backup))).toEqual(
      worded(
        {
          status: 409,
          code: 'Conflict',
          message: `There was a conflict restoring the key '${kid}'. This can happen if either: a second key with the same name was created after the first key was deleted; thus trying to restore a key whose name is already in use. To fix this, rename the second key to something else so that the restore works. The second probable cause of this exception is when multiple operations are performed in parallel against the key. To avoid this error, perform operations against a key in a sequential manner.`,
        },
        profile,
      ),
    )
    expect(snapshot(hsm)).toEqual(before)
  })
  itRefuses('8,693 zero bytes', (hsm) => () => restoreKey(hsm, new Uint8Array(8693)), DAMAGED)
  itRefuses(
    'a name that a deleted key holds',
    (hsm) => {
      createKey(hsm, 'Orders', { kty: 'EC' })
      const backup = backupKey(hsm, 'orders')
      deleteKey(hsm, 'orders')
      return () => restoreKey(hsm, backup)
    },
    nameIsDeleted('Orders'),
  )
  itRefuses(
    'a backup of another domain',
    (hsm) => () => restoreKey(hsm, ec),
    FOREIGN,
    domainOf('x'),
  )
  itRefuses(
    'a type that the profile does not have',
    (hsm) => {
      const backup = backupOf((other) => createKey(other, 'orders', { kty: 'EC-HSM' }))
      return () => restoreKey(hsm, backup)
    },
    HARDWARE_KEY,
    { profiles: ['vault-standard'] },
  )
  itRefuses(
    'a software key on a Managed HSM',
    (hsm) => () => restoreKey(hsm, ec),
    keyTypeNotSupported('EC'),
    { profiles: ['managed-hsm'] },
  )
  itRefuses(
    'a symmetric key in a vault',
    (hsm) => {
      const backup = backupOf((other) => {
        createKey(other, 'orders', { kty: 'oct' })
        createKey(other, 'orders', { kty: 'EC' })
      })
      return () => restoreKey(hsm, backup)
    },
    keyTypeNotSupported('oct-HSM'),
    { profiles: ['vault-premium'] },
  )
  itRefuses(
    'a key beyond the limit',
    (hsm) => {
      createKey(hsm, 'orders', { kty: 'EC' })
      const backup = backupKey(hsm, 'orders')
      end(hsm, 'orders')
      createKey(hsm, 'other', { kty: 'EC' })
      return () => restoreKey(hsm, backup)
    },
    forbidden('The limit of 1 keys has been reached.'),
    { limits: { keys: 1 } },
  )
  itRefuses(
    'more versions than the limit',
    (hsm) => {
      const backup = backupOf(
        (other) => {
          createKey(other, 'orders', { kty: 'EC' })
          rotateKey(other, 'orders')
        },
        { profile: hsm.profile },
      )
      return () => restoreKey(hsm, backup)
    },
    forbidden('Key orders has reached the limit of 1 versions.'),
    { limits: { versions: 1 } },
  )
  for (const backup of [undefined, null, 'blob', [1, 2], {}, new ArrayBuffer(4)]) {
    itRefuses(
      `what is no Uint8Array: ${JSON.stringify(backup)}`,
      (hsm) => () => restoreKey(hsm, backup as never),
      badParameter('The backup must be a Uint8Array.'),
      { profiles: ['vault-standard'] },
    )
  }
  const malformed = [
    '',
    '.',
    '....',
    'a.b.c.d.e',
    'null',
    '{}',
    `${Buffer.from('null').toString('base64url')}..AA.AA.AA`,
    `${Buffer.from('7').toString('base64url')}..AA.AA.AA`,
    `${Buffer.from('{}').toString('base64url')}..AA.AA.AA`,
    `${Buffer.from('{"security_domain":7}').toString('base64url')}..AA.AA.AA`,
    `${Buffer.from('{"security_domain":').toString('base64url')}..AA.AA.AA`,
  ]
  for (const text of malformed) {
    itRefuses(`"${text}"`, (hsm) => () => restoreKey(hsm, Buffer.from(text)), DAMAGED)
  }
})

describe('restoreKey and damage', () => {
  const { hsm } = testHsm()
  createKey(hsm, 'orders', { kty: 'oct', tags: { a: 'b' } })
  const backup = backupKey(hsm, 'orders')
  end(hsm, 'orders')
  const before = snapshot(hsm)

  /** Whether a blob restores nothing, with the one code. */
  const isRefused = (blob: Uint8Array): boolean => {
    try {
      restoreKey(hsm, blob)
      return false
    } catch (error) {
      return error instanceof HsmError && error.code === 'MalformedBackupBlob'
    }
  }
  const changed = (position: number, change: (byte: number) => number) =>
    backup.with(position, change(backup[position] ?? 0))

  it('begins with a blob that is whole', () => {
    const { hsm: other } = testHsm()
    expect(restoreKey(other, backup).tags).toEqual({ a: 'b' })
  })

  it.each([0, 1, 2, 3, 4, 5, 6, 7])('bit %i turned over in any byte restores nothing', (bit) => {
    const restored = [...backup.keys()].filter(
      (position) => !isRefused(changed(position, (byte) => byte ^ (1 << bit))),
    )
    expect(restored).toEqual([])
  })

  it('any other letter of the alphabet in any byte restores nothing', () => {
    const letters = Buffer.from('A_=.')
    for (const letter of letters) {
      const restored = [...backup.keys()].filter(
        (position) => backup[position] !== letter && !isRefused(changed(position, () => letter)),
      )
      expect(restored).toEqual([])
    }
  })

  it('a blob that is cut off anywhere restores nothing', () => {
    const restored = [...backup.keys()].filter((length) => !isRefused(backup.slice(0, length)))
    expect(restored).toEqual([])
  })

  it('a blob whose beginning is missing restores nothing', () => {
    const restored = [...backup.keys()].filter(
      (length) => length > 0 && !isRefused(backup.slice(length)),
    )
    expect(restored).toEqual([])
  })

  it('a byte too many anywhere restores nothing', () => {
    for (const byte of Buffer.from('A=.\n')) {
      const restored = [...backup.keys(), backup.length].filter(
        (position) => !isRefused(Uint8Array.from([...backup].toSpliced(position, 0, byte))),
      )
      expect(restored).toEqual([])
    }
  })

  const partsOf = (blob: Uint8Array) => Buffer.from(blob).toString().split('.')

  it.each([2, 3, 4])('part %i of another backup of the same key restores nothing', (part) => {
    const { hsm: other } = testHsm()
    createKey(other, 'orders', { kty: 'oct', tags: { a: 'b' } })
    backupKey(other, 'orders')
    const theirs = partsOf(backupKey(other, 'orders'))[part] ?? ''
    expect(theirs).not.toBe(partsOf(backup)[part])
    expect(isRefused(Buffer.from(partsOf(backup).with(part, theirs).join('.')))).toBe(true)
  })

  it.each([
    [2, 3],
    [2, 4],
    [3, 4],
  ])('parts %i and %i in each other’s place restore nothing', (a, b) => {
    const parts = partsOf(backup)
    const swapped = parts.with(a, parts[b] ?? '').with(b, parts[a] ?? '')
    expect(isRefused(Buffer.from(swapped.join('.')))).toBe(true)
  })

  it('a header that says the same in other words restores nothing', () => {
    const [header = '', ...rest] = Buffer.from(backup).toString().split('.')
    const { security_domain, ...members } = JSON.parse(Buffer.from(header, 'base64url').toString())
    const reordered = JSON.stringify({ security_domain, ...members })
    const blob = [Buffer.from(reordered).toString('base64url'), ...rest].join('.')
    expect(isRefused(Buffer.from(blob))).toBe(true)
  })

  it('arbitrary bytes restore nothing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => isRefused(bytes)),
      runs(500),
    )
  })

  it('an arbitrary piece replaced by arbitrary bytes restores nothing', () => {
    fc.assert(
      fc.property(
        fc.nat(backup.length - 1),
        fc.nat(64),
        fc.uint8Array({ maxLength: 64 }),
        (start, length, bytes) => {
          const blob = Uint8Array.from([...backup].toSpliced(start, length, ...bytes))
          return Buffer.from(blob).equals(backup) || isRefused(blob)
        },
      ),
      runs(500),
    )
  })

  it('leaves the HSM as it was', () => {
    expect(snapshot(hsm)).toEqual(before)
  })
})
