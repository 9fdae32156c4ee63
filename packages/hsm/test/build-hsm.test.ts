import { describe, expect, it } from 'vitest'
import {
  buildHsm,
  createHsm,
  createKey,
  createSecurityDomain,
  deleteKey,
  describeHsm,
  exportState,
  getKey,
  getRotationPolicy,
  type HsmFixture,
  importKey,
  type KeyFixture,
  listDeletedKeys,
  listKeys,
  listKeyVersions,
  readClock,
  recoverDeletedKey,
  rotateKey,
  sign,
  type VersionFixture,
  verify,
} from '../src/index.ts'
import { ecJwk, octJwk, rsaJwk } from './known-keys.ts'
import { errorOf } from './refusal.ts'
import { BASE_URL, DAY, PROFILES, START } from './test-hsm.ts'

const ID = '0123456789abcdef0123456789abcdef'
const POLICY = {
  version: '1.0.0',
  anyOf: [{ authority: 'https://attest.test', allOf: [{ claim: 'a', equals: 'b' }] }],
}

/** Something of everything. */
const FIXTURE: HsmFixture = {
  baseUrl: BASE_URL,
  softDeleteRetentionDays: 7,
  seed: 'a fixture',
  now: START,
  keys: [
    {
      name: 'Orders',
      versions: [
        { kty: 'EC-HSM', created: START - 300 * DAY, tags: { v: '1' } },
        { jwk: ecJwk(), created: START - 200 * DAY, version: ID },
        {
          kty: 'EC-HSM',
          crv: 'P-521',
          keyOps: ['verify'],
          attributes: { enabled: false, nbf: 5, exp: START + DAY },
        },
      ],
    },
    {
      name: 'old',
      versions: [{ jwk: octJwk(), created: START - 400 * DAY }],
      deletedDate: START - DAY,
    },
    { name: 'gone', versions: [{ jwk: octJwk(), created: 0 }], deletedDate: START - 8 * DAY },
    {
      name: 'rotating',
      versions: [{ kty: 'oct-HSM', keySize: 128, created: START - 90 * DAY }],
      rotationPolicy: {
        lifetimeActions: [{ trigger: { timeAfterCreate: 'P40D' }, action: { type: 'Rotate' } }],
      },
    },
    {
      name: 'exportable',
      versions: [
        {
          jwk: rsaJwk(),
          attributes: { exportable: true },
          releasePolicy: { policy: POLICY, immutable: true },
        },
      ],
    },
  ],
}

const names = (items: readonly { readonly kid: string }[]) =>
  items.map(({ kid }) => kid.split('/')[4])

describe('buildHsm', () => {
  it('makes keys in every state, in the order in which they were made', () => {
    const hsm = buildHsm(FIXTURE)
    expect(names(listKeys(hsm).value)).toEqual(['Orders', 'rotating', 'exportable'])
    expect(names(listDeletedKeys(hsm).value)).toEqual(['old'])
  })

  it('makes versions of their material, instants, attributes, operations and tags', () => {
    const hsm = buildHsm(FIXTURE)
    const versions = listKeyVersions(hsm, 'orders').value.map(({ kid }) => getKey(hsm, kid))
    expect(versions.map(({ key }) => key.crv)).toEqual(['P-256', 'P-256', 'P-521'])
    expect(versions.map(({ attributes }) => (START - attributes.created) / DAY)).toEqual([
      300, 200, 0,
    ])
    expect(versions.map(({ tags }) => tags)).toEqual([{ v: '1' }, undefined, undefined])
    expect(versions[1]?.key).toMatchObject({
      kid: `${BASE_URL}/keys/Orders/${ID}`,
      x: ecJwk().x,
      y: ecJwk().y,
    })
    expect(versions[2]?.key.key_ops).toEqual(['verify'])
    expect(versions[2]?.attributes).toMatchObject({ enabled: false, nbf: 5, exp: START + DAY })
  })

  it('lets happen what has fallen due: a purge and rotations', () => {
    const hsm = buildHsm(FIXTURE)
    const created = listKeyVersions(hsm, 'rotating').value.map(
      ({ attributes }) => attributes.created,
    )
    expect(created.map((at) => (START - at) / DAY)).toEqual([90, 50, 10])
    expect(errorOf(() => recoverDeletedKey(hsm, 'gone')).code).toBe('KeyNotFound')
    expect(getRotationPolicy(hsm, 'rotating').attributes.created).toBe(START - 90 * DAY)
  })

  it('makes the HSM that the same calls make at the same instants', () => {
    let now = START - 10
    const options = { seed: 'a fixture', securityDomain: createSecurityDomain() }
    const hsm = createHsm({ ...options, clock: () => now * 1000 })
    createKey(hsm, 'a', { kty: 'EC-HSM' })
    importKey(hsm, 'b', rsaJwk(), { tags: { t: 'u' } })
    now = START
    deleteKey(hsm, 'b')
    createKey(hsm, 'a', { kty: 'EC-HSM', crv: 'P-384' })
    const keys: readonly KeyFixture[] = [
      {
        name: 'a',
        versions: [
          { kty: 'EC-HSM', created: START - 10 },
          { kty: 'EC-HSM', crv: 'P-384' },
        ],
      },
      {
        name: 'b',
        versions: [{ jwk: rsaJwk(), tags: { t: 'u' }, created: START - 10 }],
        deletedDate: START,
      },
    ]
    const built = buildHsm({ keys, now: START }, options)
    expect(Buffer.from(exportState(built)).equals(exportState(hsm))).toBe(true)
    expect(rotateKey(built, 'a')).toEqual(rotateKey(hsm, 'a'))
  })

  it('gives the same octets for the same fixture, and keeps nothing of it', () => {
    const fixture = structuredClone(FIXTURE)
    const first = exportState(buildHsm(fixture))
    expect(fixture).toEqual(FIXTURE)
    expect(Buffer.from(exportState(buildHsm(FIXTURE))).equals(first)).toBe(true)
  })

  it('gives material that depends on name and version alone', () => {
    const alone = buildHsm({
      seed: 's',
      now: 0,
      keys: [{ name: 'a', versions: [{ kty: 'EC-HSM' }] }],
    })
    const among = buildHsm({
      seed: 's',
      now: 0,
      keys: ['b', 'a', 'c'].map((name) => ({ name, versions: [{ kty: 'EC-HSM' }] })),
    })
    expect(getKey(among, 'a')).toEqual(getKey(alone, 'a'))
  })

  it('needs no seed where all is fixed', () => {
    const keys = [{ name: 'a', versions: [{ jwk: ecJwk(), version: ID }] }]
    const hsm = buildHsm({ keys, now: 5 })
    const digest = new Uint8Array(32)
    const { value } = sign(hsm, 'a', { alg: 'ES256', value: digest })
    expect(verify(hsm, `a/${ID}`, { alg: 'ES256', digest, value })).toBe(true)
    expect(describeHsm(hsm)).toEqual(describeHsm(buildHsm({ keys, now: 5 })))
  })

  it('has the clock of the options, else one that stands at now, else the host’s', () => {
    expect(readClock(buildHsm({ now: 5, keys: [] }, { clock: () => 7 }))).toBe(7)
    expect(readClock(buildHsm({ now: 5, keys: [] }))).toBe(5000)
    const before = Date.now()
    expect(readClock(buildHsm({ keys: [] }))).toBeGreaterThanOrEqual(before)
  })

  it('makes what has no instant at the instant of the clock', () => {
    const keys = [{ name: 'a', versions: [{ jwk: octJwk(), version: ID }] }]
    expect(getKey(buildHsm({ keys }, { clock: () => 7999 }), 'a').attributes.created).toBe(7)
  })

  it.each(PROFILES)('makes an HSM of a profile (%s)', (profile) => {
    const hsm = buildHsm({
      profile,
      strict: true,
      purgeProtection: true,
      limits: { keys: 1 },
      keys: [],
    })
    expect(hsm.profile).toBe(profile)
    expect(describeHsm(hsm)).toMatchObject({ profile, strict: true, purgeProtection: true })
    expect(errorOf(() => createKeys(hsm)).message).toContain('limit of 1')
  })
})

function createKeys(hsm: Parameters<typeof createKey>[0]): void {
  for (const name of ['a', 'b']) createKey(hsm, name, { kty: 'EC' })
}

describe('buildHsm refuses, and says where:', () => {
  const key = (version: object, more: object = {}): HsmFixture => ({
    seed: 's',
    now: START,
    keys: [
      { name: 'fine', versions: [{ kty: 'EC-HSM' }] },
      { name: 'k', versions: [{ kty: 'EC-HSM' }, version as VersionFixture], ...more },
    ],
  })
  const V = 'keys[1].versions[1]'
  const twoOfOneName = ['a', 'A'].map((name) => ({ name, versions: [{ kty: 'EC-HSM' as const }] }))

  it.each<readonly [string, unknown, string]>([
    ['no object', null, 'It must be an object.'],
    ['an unknown member', { keys: [], kyes: [] }, 'kyes: No such member; there are baseUrl, '],
    ['no list of keys', { keys: {} }, 'keys: It must be a list.'],
    ['a key that is no object', { keys: [7] }, 'keys[0]: It must be an object.'],
    [
      'an unknown member of a key',
      key({ kty: 'EC-HSM' }, { tag: 1 }),
      'keys[1].tag: No such member; ',
    ],
    ['a name', { keys: [{ name: 'a b', versions: [] }] }, 'keys[0].name: '],
    [
      'two keys of a name',
      { seed: 's', keys: twoOfOneName },
      'keys[1].name: keys[0] has that name.',
    ],
    [
      'no versions',
      { keys: [{ name: 'a', versions: [] }] },
      'keys[0].versions: It must be a list of one version at least.',
    ],
    ['a version that is no object', key([]), `${V}: It must be an object.`],
    [
      'an unknown member of a version',
      key({ kyt: 'EC' }),
      `${V}.kyt: No such member; there are version, created, `,
    ],
    ['an unknown type', key({ kty: 'DSA' }), `${V}.kty: `],
    ['no type', key({}), `${V}.kty: `],
    [
      'type and jwk',
      key({ kty: 'EC', jwk: ecJwk() }),
      `${V}.kty: The type is that of jwk: leave one of them out.`,
    ],
    [
      'a size',
      key({ kty: 'RSA', keySize: 1024 }),
      `${V}.keySize: Invalid key_size for a key of type RSA: 1024`,
    ],
    ['a curve', key({ kty: 'EC', crv: 'P-1' }), `${V}.crv: Invalid crv value: P-1`],
    ['an exponent', key({ kty: 'RSA', publicExponent: 2 }), `${V}.publicExponent: `],
    [
      'a size of a jwk',
      key({ jwk: octJwk(), keySize: 256 }),
      `${V}.keySize: The jwk says so already.`,
    ],
    ['a jwk that is none', key({ jwk: 7 }), `${V}.jwk: `],
    [
      'a jwk of numbers that do not belong together',
      key({ jwk: { ...ecJwk(), x: ecJwk().y } }),
      `${V}.jwk: `,
    ],
    [
      'a public jwk',
      key({ jwk: { ...ecJwk(), d: undefined } }),
      `${V}: Only a private key can be imported`,
    ],
    [
      'an operation',
      key({ kty: 'EC', keyOps: ['encrypt'] }),
      `${V}.keyOps: The operation encrypt is not valid`,
    ],
    [
      'an attribute',
      key({ kty: 'EC', attributes: { nbf: -1 } }),
      `${V}.attributes: The attribute nbf must be`,
    ],
    [
      'an unknown attribute',
      key({ kty: 'EC', attributes: { expires: 1 } }),
      `${V}.attributes.expires: No such member; `,
    ],
    [
      'an empty window',
      key({ kty: 'EC', attributes: { nbf: 2, exp: 2 } }),
      `${V}.attributes: The attribute exp must be`,
    ],
    [
      'a tag',
      key({ kty: 'EC', tags: { a: 7 } }),
      `${V}.tags: The value of tag a must be a string.`,
    ],
    [
      'an identifier',
      key({ kty: 'EC', version: ID.toUpperCase() }),
      `${V}.version: It must be 32 lower-case`,
    ],
    [
      'an instant',
      key({ kty: 'EC', created: 1.5 }),
      `${V}.created: It must be a whole number of Unix seconds.`,
    ],
    [
      'an instant before the version before',
      key({ kty: 'EC', created: START - 1 }),
      `${V}.created: It must not be before ${START}`,
    ],
    [
      'a deletion before the last version',
      key({ kty: 'EC' }, { deletedDate: START - 1 }),
      `keys[1].deletedDate: It must not be before ${START}`,
    ],
    [
      'a deletion at no instant',
      key({ kty: 'EC' }, { deletedDate: 'today' }),
      'keys[1].deletedDate: It must be a whole',
    ],
    [
      'an exportable key without policy',
      key({ kty: 'EC', attributes: { exportable: true } }),
      `${V}: `,
    ],
    [
      'a policy outside its grammar',
      {
        seed: 's',
        keys: [
          {
            name: 'k',
            versions: [
              { kty: 'EC', attributes: { exportable: true }, releasePolicy: { policy: {} } },
            ],
          },
        ],
      },
      'keys[0].versions[0]: ',
    ],
    [
      'an unknown member of a policy',
      key({ kty: 'EC', releasePolicy: { data: 1 } }),
      `${V}.releasePolicy.data: No such member; `,
    ],
    [
      'a rotation policy',
      key({ kty: 'EC' }, { rotationPolicy: { lifetimeActions: 7 } }),
      'keys[1].rotationPolicy: ',
    ],
    [
      'neither jwk nor seed',
      { keys: [{ name: 'a', versions: [{ kty: 'EC', version: ID }] }] },
      'keys[0].versions[0]: It needs a jwk, or the fixture a seed',
    ],
    [
      'neither identifier nor seed',
      { keys: [{ name: 'a', versions: [{ jwk: ecJwk() }] }] },
      'keys[0].versions[0].version: It must be given, or',
    ],
    ['now', { now: -1, keys: [] }, 'now: It must be a whole number of Unix seconds.'],
    [
      'a limit that is passed',
      { ...key({ kty: 'EC' }), limits: { keys: 1 } },
      'keys[1].versions[0]: ',
    ],
    [
      'a limit of versions that is passed',
      { ...key({ kty: 'EC' }), limits: { versions: 1 } },
      `${V}: `,
    ],
    [
      'an option of createHsm',
      { softDeleteRetentionDays: 3, keys: [] },
      'softDeleteRetentionDays must be',
    ],
  ])('%s', (_, fixture, message) => {
    const error = errorOf(() => buildHsm(fixture as HsmFixture))
    expect(error.message.startsWith(message), error.message).toBe(true)
    expect(error.message).not.toMatch(/Activity|\n$/)
    expect(error.status).toBeGreaterThanOrEqual(400)
  })

  it('an identifier twice in a key', () => {
    const versions = [1, 2].map(() => ({ jwk: ecJwk(), version: ID }))
    expect(errorOf(() => buildHsm({ keys: [{ name: 'k', versions }] })).message).toBe(
      'keys[0].versions[1].version: Another version of the key has it.',
    )
  })

  it.each(['profile', 'seed', 'strict', 'limits'] as const)(
    'an option that says otherwise: %s',
    (member) => {
      const fixture = {
        profile: 'managed-hsm',
        seed: 'a',
        strict: true,
        limits: { keys: 1 },
        keys: [],
      } as const
      const options = {
        profile: 'vault-premium',
        seed: 'b',
        strict: false,
        limits: { keys: 2 },
      } as const
      expect(errorOf(() => buildHsm(fixture, { [member]: options[member] })).message).toBe(
        `${member}: The option of that name says otherwise.`,
      )
      expect(buildHsm(fixture, { [member]: fixture[member] }).profile).toBe('managed-hsm')
    },
  )

  it('keeps the code of the operation, and tells no secret', () => {
    const error = errorOf(() => buildHsm({ ...key({ kty: 'oct' }), profile: 'vault-standard' }))
    expect(error).toMatchObject({
      status: 400,
      code: 'BadParameter',
      innerCode: 'KeyTypeNotSupported',
    })
    const { d = '' } = ecJwk()
    const broken = errorOf(() => buildHsm(key({ jwk: { ...ecJwk(), x: 'AA' } })))
    expect(broken.message).not.toContain(d)
    expect(broken.cause).toBeUndefined()
  })
})

describe('describeHsm', () => {
  it('tells what an HSM holds, and no secret', () => {
    const description = describeHsm(buildHsm(FIXTURE))
    expect(description).toMatchSnapshot()
    const text = JSON.stringify(description)
    expect(JSON.parse(text)).toEqual(description)
    for (const secret of [ecJwk().d, octJwk().k, rsaJwk().d, rsaJwk().p, 'a fixture']) {
      expect(text).not.toContain(secret)
    }
  })

  it('hands out nothing that the HSM holds', () => {
    const hsm = buildHsm(FIXTURE)
    const description = describeHsm(hsm)
    const before = structuredClone(description)
    for (const { versions } of description.keys) {
      for (const version of versions) Object.assign(version.attributes, { enabled: 'changed' })
    }
    expect(describeHsm(hsm)).toEqual(before)
  })
})
