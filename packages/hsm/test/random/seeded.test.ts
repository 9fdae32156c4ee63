import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  backupKey,
  createHsm,
  createKey,
  createSecurityDomain,
  decrypt,
  deleteKey,
  encrypt,
  forkHsm,
  getKey,
  getRandomBytes,
  type Hsm,
  importKey,
  listKeys,
  listKeyVersions,
  purgeDeletedKey,
  recoverDeletedKey,
  restoreKey,
  rotateKey,
  sign,
  updateKey,
  verify,
  wrapKey,
} from '../../src/index.ts'
import { ecJwk, octJwk, rsaJwk } from '../known-keys.ts'
import { errorOf, refusalOf } from '../refusal.ts'
import { snapshot } from '../snapshot.ts'
import { DAY, testHsm } from '../test-hsm.ts'

const hex = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('hex')

const sha256 = (bytes: string): string => createHash('sha256').update(bytes).digest('hex')

/** The security domain that a backup names in its header. */
const domainOf = (backup: Uint8Array): string => {
  const [header = ''] = Buffer.from(backup).toString().split('.')
  return JSON.parse(Buffer.from(header, 'base64url').toString()).security_domain
}

const DIGEST = new Uint8Array(32).fill(7)

/** A day in the life of an HSM: whatever draws randomness, and what it answers. */
function day(hsm: Hsm): readonly unknown[] {
  return [
    createKey(hsm, 'orders', { kty: 'EC' }),
    createKey(hsm, 'content', { kty: 'oct' }),
    importKey(hsm, 'letters', rsaJwk()),
    importKey(hsm, 'seals', ecJwk('P-384')),
    sign(hsm, 'orders', { alg: 'ES256', value: DIGEST }),
    sign(hsm, 'orders', { alg: 'ES256', value: DIGEST }),
    sign(hsm, 'letters', { alg: 'PS256', value: DIGEST }),
    encrypt(hsm, 'content', { alg: 'A256GCM', value: DIGEST }),
    encrypt(hsm, 'content', { alg: 'A256CBCPAD', value: DIGEST }),
    encrypt(hsm, 'letters', { alg: 'RSA-OAEP', value: DIGEST }),
    encrypt(hsm, 'letters', { alg: 'RSA1_5', value: DIGEST }),
    wrapKey(hsm, 'letters', { alg: 'RSA-OAEP-256', value: DIGEST }),
    rotateKey(hsm, 'orders'),
    backupKey(hsm, 'orders'),
    getRandomBytes(hsm, 20),
    errorOf(() => getKey(hsm, 'nobody')).message,
    deleteKey(hsm, 'content'),
    recoverDeletedKey(hsm, 'content'),
    deleteKey(hsm, 'orders'),
    purgeDeletedKey(hsm, 'orders'),
    createKey(hsm, 'orders', { kty: 'EC' }),
    encrypt(hsm, 'content', { alg: 'A256GCM', value: DIGEST }),
    getRandomBytes(hsm, 20),
  ]
}

describe('the same seed and the same calls', () => {
  it('give the same bytes', () => {
    expect(day(testHsm().hsm)).toEqual(day(testHsm().hsm))
  })

  // Whoever changes one of these changes what every user's committed values depend on.
  it('give these bytes, on every platform', () => {
    const hsm = createHsm({ seed: 'golden', clock: () => 1_700_000_000_000 })
    const { key } = createKey(hsm, 'orders', { kty: 'EC-HSM' })
    importKey(hsm, 'content', octJwk())
    const sealed = encrypt(hsm, 'content', { alg: 'A256GCM', value: Buffer.from('one coffee') })
    expect({
      x: key.x,
      y: key.y,
      versions: [key.kid.split('/').at(-1), rotateKey(hsm, 'orders').key.kid.split('/').at(-1)],
      signature: hex(sign(hsm, key.kid, { alg: 'ES256', value: DIGEST }).value),
      ciphertext: hex(sealed.value),
      iv: hex(sealed.iv),
      tag: hex(sealed.tag),
      domain: domainOf(backupKey(hsm, 'orders')),
      random: hex(getRandomBytes(hsm, 16)),
      activity: errorOf(() => getKey(hsm, 'nobody')).activityId,
    }).toMatchInlineSnapshot(`
      {
        "activity": "6e4e3bee-0619-4c0f-ab64-507dacd6dce3",
        "ciphertext": "17edda49fc56876cc9fc",
        "domain": "60e2d70c8f201b498eb367f90fba466d",
        "iv": "3234ab85a161ab687e1751f0",
        "random": "15e9c2cc137ffcf3cb1071bdf6590d2f",
        "signature": "7706f37f664849c93d93557b652d7c1d69214503a4e8d0679ba82ab7c241f72f4cf433c34ff2844e230a13fc34cf8945e54eca49dc4204055a10ef195baaf32f",
        "tag": "91c3995867e5329da6e7e2239e2f070a",
        "versions": [
          "71dfe538cd7505caa8da945fa2e486e3",
          "7de4682f6050132af46816842bbb909a",
        ],
        "x": "Q_acTz8__M1LFWrnUJNecSn0jvkQcyL9nUdw3PfkwQ8",
        "y": "FA-xBr6QV3ItsNXdcOmGfWud1EPtgMnAw0FPe2-IZco",
      }
    `)
  })

  it('give this material of each type', () => {
    const hsm = createHsm({ seed: 'golden' })
    const hashed = (name: string, parameters: Parameters<typeof createKey>[2]) => {
      const { n, x } = createKey(hsm, name, parameters).key
      return sha256(n ?? x ?? '').slice(0, 16)
    }
    createKey(hsm, 'oct', { kty: 'oct', keySize: 192, keyOps: ['sign'] })
    expect({
      rsa: hashed('rsa', { kty: 'RSA', keySize: 2048 }),
      'P-256': hashed('p-256', { kty: 'EC', crv: 'P-256' }),
      'P-384': hashed('p-384', { kty: 'EC', crv: 'P-384' }),
      'P-521': hashed('p-521', { kty: 'EC', crv: 'P-521' }),
      'P-256K': hashed('p-256k', { kty: 'EC', crv: 'P-256K' }),
      oct: hex(sign(hsm, 'oct', { alg: 'HS256', value: DIGEST }).value).slice(0, 16),
    }).toMatchInlineSnapshot(`
      {
        "P-256": "ad0e9ac4582452d1",
        "P-256K": "ed0980ed06643e7d",
        "P-384": "ab4c1128973a87e4",
        "P-521": "bcb9b11f291841cc",
        "oct": "6678ad36cfbd0fa8",
        "rsa": "16b91f55694b5a0f",
      }
    `)
  })

  it('give the same whatever the time is', () => {
    const made = [0, 1e12, 2e12].map((now) => {
      const hsm = createHsm({ seed: 's', clock: () => now })
      const { key } = createKey(hsm, 'k', { kty: 'EC' })
      return [key, hex(sign(hsm, 'k', { alg: 'ES256', value: DIGEST }).value)]
    })
    expect(made[1]).toEqual(made[0])
    expect(made[2]).toEqual(made[0])
  })

  it('give the same under any spelling of a name', () => {
    const point = (name: string) => createKey(testHsm().hsm, name, { kty: 'EC' }).key.x
    expect(point('ORDERS')).toBe(point('orders'))
  })
})

describe('another seed', () => {
  it('gives other bytes everywhere', () => {
    const seeds = Array.from({ length: 30 }, (_, i) => `seed ${i}`)
    const made = seeds.map((seed) => {
      const hsm = createHsm({ seed, clock: () => 0 })
      const { key } = createKey(hsm, 'k', { kty: 'EC' })
      const signature = hex(sign(hsm, 'k', { alg: 'ES256', value: DIGEST }).value)
      const domain = hex(backupKey(hsm, 'k').slice(0, 150))
      return [key.x, key.kid, signature, domain, hex(getRandomBytes(hsm, 8))]
    })
    for (const place of [0, 1, 2, 3, 4]) {
      expect(new Set(made.map((row) => row[place])).size).toBe(seeds.length)
    }
  })

  it('is what no seed is: each HSM on its own', () => {
    const [one, other] = [createHsm(), createHsm()]
    expect(createKey(one, 'k', { kty: 'EC' }).key.x).not.toBe(
      createKey(other, 'k', { kty: 'EC' }).key.x,
    )
  })
})

describe('a key under a seed depends on its own history alone', () => {
  const orders = (hsm: Hsm) => [
    createKey(hsm, 'orders', { kty: 'EC' }),
    sign(hsm, 'orders', { alg: 'ES256', value: DIGEST }),
    rotateKey(hsm, 'orders'),
    sign(hsm, 'orders', { alg: 'ES256', value: DIGEST }),
    hex(backupKey(hsm, 'orders')),
  ]

  it('and not on keys that are made before it', () => {
    const { hsm } = testHsm()
    createKey(hsm, 'letters', { kty: 'EC' })
    createKey(hsm, 'orders-2', { kty: 'oct' })
    getRandomBytes(hsm, 100)
    expect(orders(hsm)).toEqual(orders(testHsm().hsm))
  })

  it('nor on what happens to others meanwhile', () => {
    const quiet = orders(testHsm().hsm)
    const { hsm } = testHsm()
    const noise = () => {
      createKey(hsm, 'noise', { kty: 'EC' })
      sign(hsm, 'noise', { alg: 'ES256', value: DIGEST })
      backupKey(hsm, 'noise')
      deleteKey(hsm, 'noise')
      purgeDeletedKey(hsm, 'noise')
      getRandomBytes(hsm, 3)
    }
    noise()
    const first = createKey(hsm, 'orders', { kty: 'EC' })
    noise()
    const signature = sign(hsm, 'orders', { alg: 'ES256', value: DIGEST })
    noise()
    const second = rotateKey(hsm, 'orders')
    noise()
    const again = sign(hsm, 'orders', { alg: 'ES256', value: DIGEST })
    noise()
    expect([first, signature, second, again, hex(backupKey(hsm, 'orders'))]).toEqual(quiet)
  })

  it('nor on the order in which keys are made', () => {
    const names = ['a', 'b', 'c', 'd']
    const made = (order: readonly string[]) => {
      const { hsm } = testHsm()
      return order.map((name) => createKey(hsm, name, { kty: 'EC' }).key)
    }
    expect(made(names.toReversed()).toReversed()).toEqual(made(names))
  })

  it('nor on being read, listed, updated, deleted or recovered', () => {
    const [read, unread] = [testHsm().hsm, testHsm().hsm]
    for (const hsm of [read, unread]) importKey(hsm, 'k', octJwk())
    const sealed = { alg: 'A256CBC', value: new Uint8Array(16), iv: new Uint8Array(16) }
    getKey(read, 'k')
    listKeys(read)
    listKeyVersions(read, 'k')
    updateKey(read, 'k', {})
    decrypt(read, 'k', sealed)
    wrapKey(read, 'k', { alg: 'A256KW', value: DIGEST })
    deleteKey(read, 'k')
    recoverDeletedKey(read, 'k')
    expect(snapshot(read)).toEqual(snapshot(unread))
  })

  it('nor on calls that were refused', () => {
    const [tried, untried] = [testHsm().hsm, testHsm().hsm]
    for (const hsm of [tried, untried]) {
      createKey(hsm, 'orders', { kty: 'EC' })
      importKey(hsm, 'letters', rsaJwk())
    }
    const refused = [
      () => createKey(tried, 'a_b', { kty: 'EC' }),
      () => createKey(tried, 'orders', { kty: 'EC', attributes: { nbf: 2, exp: 1 } }),
      () => importKey(tried, 'orders', { kty: 'EC' }),
      () => sign(tried, 'orders', { alg: 'ES256', value: new Uint8Array(31) }),
      () => encrypt(tried, 'letters', { alg: 'RSA-OAEP', value: new Uint8Array(300) }),
      () => decrypt(tried, 'letters', { alg: 'RSA-OAEP', value: new Uint8Array(256) }),
      () => restoreKey(tried, backupKey(forkHsm(tried), 'orders')),
      () => getRandomBytes(tried, 0),
    ]
    for (const call of refused) refusalOf(call)
    expect(snapshot(tried)).toEqual(snapshot(untried))
  })

  it('but what it is made of depends on its type and size', () => {
    const points = (['P-256', 'P-256K'] as const).map(
      (crv) => createKey(testHsm().hsm, 'k', { kty: 'EC', crv }).key.x,
    )
    const macs = ([128, 192, 256] as const).map((keySize) => {
      const { hsm } = testHsm()
      createKey(hsm, 'k', { kty: 'oct', keySize, keyOps: ['sign'] })
      return hex(sign(hsm, 'k', { alg: 'HS256', value: DIGEST }).value)
    })
    expect(new Set(points).size).toBe(2)
    expect(new Set(macs).size).toBe(3)
  })
})

describe('a name that is used again under a seed', () => {
  const made = (hsm: Hsm) => {
    const { key } = createKey(hsm, 'orders', { kty: 'EC' })
    const { value } = sign(hsm, 'orders', { alg: 'ES256', value: DIGEST })
    return [key.x, key.kid, hex(value)]
  }

  it('gives a fresh key after a purge, each time', () => {
    const { hsm } = testHsm()
    const rows = Array.from({ length: 5 }, () => {
      const row = made(hsm)
      deleteKey(hsm, 'orders')
      purgeDeletedKey(hsm, 'orders')
      return row
    })
    for (const place of [0, 1, 2]) expect(new Set(rows.map((row) => row[place])).size).toBe(5)
  })

  it('gives the same fresh key where time purged the old one', () => {
    const { hsm, clock } = testHsm()
    const { hsm: purging } = testHsm()
    const first = made(hsm)
    made(purging)
    deleteKey(hsm, 'orders')
    deleteKey(purging, 'orders')
    purgeDeletedKey(purging, 'orders')
    clock.seconds += 90 * DAY
    const second = made(hsm)
    expect(second).toEqual(made(purging))
    for (const place of [0, 1, 2]) expect(second[place]).not.toBe(first[place])
  })

  it('gives each version of it material of its own', () => {
    const { hsm } = testHsm()
    createKey(hsm, 'orders', { kty: 'EC' })
    for (let i = 0; i < 9; i++) createKey(hsm, 'orders', { kty: 'EC' })
    const kids = listKeyVersions(hsm, 'orders').value.map(({ kid }) => kid)
    const points = kids.map((kid) => getKey(hsm, kid).key.x)
    expect(new Set(points).size).toBe(10)
  })

  it('never draws one IV for two encryptions, across purge and restore', () => {
    const { hsm } = testHsm()
    importKey(hsm, 'content', octJwk())
    const backup = backupKey(hsm, 'content')
    const ivs: string[] = []
    for (let life = 0; life < 4; life++) {
      for (let i = 0; i < 10; i++) {
        ivs.push(hex(encrypt(hsm, 'content', { alg: 'A256GCM', value: DIGEST }).iv))
      }
      deleteKey(hsm, 'content')
      purgeDeletedKey(hsm, 'content')
      restoreKey(hsm, backup)
    }
    expect(new Set(ivs).size).toBe(40)
  })
})

describe('a fork of a seeded HSM', () => {
  it('goes on as the original would', () => {
    const { hsm } = testHsm()
    day(hsm)
    const fork = forkHsm(hsm)
    const next = (one: Hsm) => [
      rotateKey(one, 'orders'),
      encrypt(one, 'content', { alg: 'A256GCM', value: DIGEST }),
      hex(getRandomBytes(one, 16)),
      createKey(one, 'new', { kty: 'EC' }),
      hex(backupKey(one, 'orders')),
    ]
    expect(next(fork)).toEqual(next(hsm))
  })
})

describe('a security domain', () => {
  it('of the same bytes is the same domain', () => {
    const make = () => createSecurityDomain((length) => new Uint8Array(length).fill(1))
    const [here, there] = [
      createHsm({ securityDomain: make() }),
      createHsm({ securityDomain: make() }),
    ]
    const { key } = createKey(here, 'orders', { kty: 'EC' })
    const digest = DIGEST
    const { value } = sign(here, 'orders', { alg: 'ES256', value: digest })
    expect(restoreKey(there, backupKey(here, 'orders')).key).toEqual(key)
    expect(verify(there, 'orders', { alg: 'ES256', digest, value })).toBe(true)
  })
})
