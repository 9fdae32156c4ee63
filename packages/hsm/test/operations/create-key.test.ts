import { constants, publicEncrypt } from 'node:crypto'
import type { CurveName } from '@pocket-hsm/crypto'
import { describe, expect, it } from 'vitest'
import {
  type CreateKeyParameters,
  createHsm,
  createKey,
  decrypt,
  deleteKey,
  getKey,
  type Hsm,
  type KeyBundle,
  type KeyOperation,
  type KeyType,
  listKeyVersions,
  type ProfileName,
  rotateKey,
} from '../../src/index.ts'
import { CURVES, nodePublicKey } from '../known-keys.ts'
import {
  badParameter,
  forbidden,
  HARDWARE_KEY,
  itRefuses,
  keyTypeNotSupported,
  MISSING,
  nameIsDeleted,
  refusalOf,
  unsupportedOperations,
} from '../refusal.ts'
import { START, testHsm } from '../test-hsm.ts'
import { wrongType } from '../wrong-type.ts'

/** Names whose streams come to two primes soon, as those of 3072 and 4096 bits below. */
const QUICK = 'rsa-2048-3'

const bytesOf = (text: string | undefined): Buffer => Buffer.from(text ?? '', 'base64url')

const bitsOf = (modulus: Buffer): number => 8 * modulus.length - Math.clz32(modulus[0] ?? 0) + 24

/** A message that another library encrypted to the public part comes back. */
function opens(hsm: Hsm, { key }: KeyBundle): boolean {
  const message = Buffer.from('one coffee')
  const padding = constants.RSA_PKCS1_OAEP_PADDING
  const value = publicEncrypt({ key: nodePublicKey(key), padding, oaepHash: 'sha256' }, message)
  return message.equals(decrypt(hsm, key.kid, { alg: 'RSA-OAEP-256', value }).value)
}

describe('createKey makes RSA keys', () => {
  it('of 2048 bits with the exponent 65537 by default', () => {
    const { hsm } = testHsm()
    const bundle = createKey(hsm, QUICK, { kty: 'RSA-HSM' })
    expect(bitsOf(bytesOf(bundle.key.n))).toBe(2048)
    expect(bundle.key.e).toBe('AQAB')
    expect(opens(hsm, bundle)).toBe(true)
  })

  it.each([
    [2048, QUICK],
    [3072, 'rsa-3072-8'],
    [4096, 'rsa-4096-6'],
  ])('of %i bits', (keySize, name) => {
    const { hsm } = testHsm()
    const bundle = createKey(hsm, name, { kty: 'RSA-HSM', keySize })
    expect(bitsOf(bytesOf(bundle.key.n))).toBe(keySize)
    expect(opens(hsm, bundle)).toBe(true)
  })

  it.each([
    [3, 'Aw'],
    [17, 'EQ'],
    [65537, 'AQAB'],
    [4294967295, '_____w'],
    [null as never, 'AQAB'],
  ])('with the public exponent %i', (publicExponent, e) => {
    const { hsm } = testHsm()
    const bundle = createKey(hsm, 'letters', { kty: 'RSA-HSM', publicExponent })
    expect(bundle.key.e).toBe(e)
    expect(opens(hsm, bundle)).toBe(true)
  })

  it.each([2, 1, 0, -3, 65536, 3.5, 2 ** 32 + 1])(
    'but not with the public exponent %s',
    (publicExponent) => {
      const { hsm } = testHsm({ profile: 'vault-premium' })
      const parameters = { kty: 'RSA', publicExponent } as CreateKeyParameters
      expect(refusalOf(() => createKey(hsm, 'letters', parameters))).toEqual(
        badParameter(`Invalid public_exponent value: ${publicExponent}`),
      )
    },
  )

  it.each([
    ['an object that has no text', Object.create(null)],
    ['a list', [2048]],
    ['a function', () => 2048],
    ['a symbol', Symbol('2048')],
    ['a string', '2048'],
    ['not a number', Number.NaN],
  ])('but not where its size is %s', (_, keySize) => {
    const { hsm } = testHsm({ profile: 'vault-premium' })
    expect(refusalOf(() => createKey(hsm, 'letters', { kty: 'RSA', keySize }))).toEqual(
      badParameter(wrongType('createKey', 'keySize', 'a number', keySize)),
    )
  })

  it.each([0, 1024, 2047, 2049, 8192, -2048, 2048.5])('but not of %s bits', (keySize) => {
    const { hsm } = testHsm({ profile: 'vault-premium' })
    const parameters = { kty: 'RSA', keySize } as CreateKeyParameters
    expect(refusalOf(() => createKey(hsm, 'letters', parameters))).toEqual(
      badParameter(`Invalid key_size for a key of type RSA: ${keySize}`),
    )
  })
})

describe('createKey makes elliptic-curve keys', () => {
  const WIDTH: Readonly<Record<CurveName, number>> = {
    'P-256': 32,
    'P-384': 48,
    'P-521': 66,
    'P-256K': 32,
  }

  it.each(CURVES)('on %s, with coordinates as wide as the field', (crv) => {
    const { hsm } = testHsm()
    const { key } = createKey(hsm, 'orders', { kty: 'EC-HSM', crv })
    expect(key.crv).toBe(crv)
    expect(bytesOf(key.x)).toHaveLength(WIDTH[crv])
    expect(bytesOf(key.y)).toHaveLength(WIDTH[crv])
    expect(nodePublicKey(key).asymmetricKeyType).toBe('ec')
  })

  it.each([undefined, null, ''])('on P-256 where the curve is %j', (crv) => {
    const { hsm } = testHsm()
    expect(createKey(hsm, 'orders', { kty: 'EC-HSM', crv } as never).key.crv).toBe('P-256')
  })

  it('without looking at a size or a public exponent', () => {
    const { hsm } = testHsm()
    const parameters = { keySize: 7, publicExponent: 2 }
    expect(createKey(hsm, 'orders', { kty: 'EC-HSM', ...parameters }).key.crv).toBe('P-256')
  })

  it.each(['P-224', 'p-256', 'SECP256K1', 'Ed25519', 'constructor'])('but not on %s', (crv) => {
    const { hsm } = testHsm({ profile: 'vault-standard' })
    expect(refusalOf(() => createKey(hsm, 'orders', { kty: 'EC', crv } as never))).toEqual(
      badParameter(`Invalid crv value: ${crv}`),
    )
  })
})

describe('createKey makes symmetric keys', () => {
  it('of 256 bits by default', () => {
    const { hsm } = testHsm()
    createKey(hsm, 'content', { kty: 'oct-HSM' })
    const encrypted = { alg: 'A256CBC', iv: new Uint8Array(16), value: new Uint8Array(16) }
    expect(decrypt(hsm, 'content', encrypted).value).toHaveLength(16)
  })

  it.each([128, 192, 256])('of %i bits', (keySize) => {
    const { hsm } = testHsm()
    createKey(hsm, 'content', { kty: 'oct-HSM', keySize })
    const encrypted = { alg: `A${keySize}CBC`, iv: new Uint8Array(16), value: new Uint8Array(16) }
    expect(decrypt(hsm, 'content', encrypted).value).toHaveLength(16)
  })

  it('whose bundle has no member of the key', () => {
    const { hsm } = testHsm()
    const { key } = createKey(hsm, 'content', { kty: 'oct-HSM' })
    expect(Object.keys(key).sort()).toEqual(['key_ops', 'kid', 'kty'])
  })

  it('without looking at a curve', () => {
    const { hsm } = testHsm()
    const { key } = createKey(hsm, 'content', { kty: 'oct-HSM', crv: 'P-999' } as never)
    expect(key.kty).toBe('oct-HSM')
  })

  it.each([0, 64, 255, 512, 2048])('but not of %s bits', (keySize) => {
    const { hsm } = testHsm()
    expect(refusalOf(() => createKey(hsm, 'content', { kty: 'oct', keySize } as never))).toEqual(
      badParameter(`Invalid key_size for a key of type oct: ${keySize} (Activity ID: GUID)`),
    )
  })
})

describe('createKey makes of each type what the profile makes of it', () => {
  const MADE: readonly (readonly [ProfileName, string, KeyType])[] = [
    ['managed-hsm', 'EC', 'EC-HSM'],
    ['managed-hsm', 'EC-HSM', 'EC-HSM'],
    ['managed-hsm', 'oct', 'oct-HSM'],
    ['managed-hsm', 'oct-HSM', 'oct-HSM'],
    ['managed-hsm', 'OCT-hsm', 'oct-HSM'],
    ['managed-hsm', 'rsa', 'RSA-HSM'],
    ['managed-hsm', 'RSA-HSM', 'RSA-HSM'],
    ['vault-premium', 'EC', 'EC'],
    ['vault-premium', 'ec', 'EC'],
    ['vault-premium', 'EC-HSM', 'EC-HSM'],
    ['vault-premium', 'RSA', 'RSA'],
    ['managed-hsm', 'AES', 'oct-HSM'],
    ['managed-hsm', 'aes', 'oct-HSM'],
    ['vault-premium', 'RSA-HSM', 'RSA-HSM'],
    ['vault-standard', 'EC', 'EC'],
    ['vault-standard', 'RSA', 'RSA'],
  ]

  it.each(MADE)('%s: %s becomes %s', (profile, kty, made) => {
    const { hsm } = testHsm({ profile })
    expect(createKey(hsm, QUICK, { kty: kty as KeyType }).key.kty).toBe(made)
  })

  const vaults = { profiles: ['vault-premium', 'vault-standard'] } as const
  const standard = { profiles: ['vault-standard'] } as const
  const create = (kty: string) => (hsm: Hsm) => () =>
    createKey(hsm, 'orders', { kty: kty as KeyType })

  itRefuses('oct in a vault', create('oct'), keyTypeNotSupported('oct'), vaults)
  itRefuses('oct-HSM in a vault', create('oct-HSM'), keyTypeNotSupported('oct-HSM'), vaults)
  itRefuses('EC-HSM', create('EC-HSM'), HARDWARE_KEY, standard)
  itRefuses('RSA-HSM', create('rsa-hsm'), HARDWARE_KEY, standard)
  itRefuses(
    'an exportable EC-HSM, for its type',
    (hsm) => () => createKey(hsm, 'orders', { kty: 'EC-HSM', attributes: { exportable: true } }),
    HARDWARE_KEY,
    standard,
  )
  itRefuses('AES in a vault', create('AES'), keyTypeNotSupported('AES'), vaults)
  itRefuses('OKP', create('OKP'), keyTypeNotSupported('OKP'))
  itRefuses('a type that objects inherit', create('toString'), keyTypeNotSupported('toString'))
  itRefuses('an empty type', create(''), MISSING)
  itRefuses(
    'a missing type',
    (hsm) => () => createKey(hsm, 'orders', {} as never),
    badParameter('The option "kty" of createKey is missing.'),
  )
  itRefuses(
    'missing parameters',
    (hsm) => () => createKey(hsm, 'orders', null as never),
    badParameter('The options of createKey must be an object, not null.'),
  )
  itRefuses(
    'a text for parameters',
    (hsm) => () => createKey(hsm, 'orders', 'EC' as never),
    badParameter('The options of createKey must be an object, not a string.'),
  )
})

describe('createKey permits operations', () => {
  const SIX: readonly KeyOperation[] = [
    'encrypt',
    'decrypt',
    'sign',
    'verify',
    'wrapKey',
    'unwrapKey',
  ]
  const OCT: readonly KeyOperation[] = [
    'deriveKey',
    'wrapKey',
    'verify',
    'sign',
    'unwrapKey',
    'encrypt',
    'decrypt',
  ]

  it.each([
    ['RSA-HSM', SIX],
    ['EC-HSM', ['sign', 'verify']],
    ['oct-HSM', OCT],
  ] as const)('of %s: %j by default', (kty, keyOps) => {
    const { hsm } = testHsm()
    expect(createKey(hsm, QUICK, { kty }).key.key_ops).toEqual(keyOps)
    expect(createKey(hsm, 'empty', { kty: 'EC', keyOps: [] }).key.key_ops).toEqual([
      'sign',
      'verify',
    ])
  })

  it('in the order in which they are asked for, each once', () => {
    const { hsm } = testHsm()
    const keyOps = ['verify', 'sign', 'verify'] as const
    expect(createKey(hsm, 'orders', { kty: 'EC', keyOps }).key.key_ops).toEqual(['verify', 'sign'])
  })

  it.each([
    ['RSA', [...SIX, 'export']],
    ['EC', ['sign', 'verify', 'export']],
    ['oct', [...SIX, 'deriveKey', 'export']],
  ] as const)('that a key of type %s can do: %j', (kty, keyOps) => {
    const { hsm } = testHsm()
    expect(createKey(hsm, QUICK, { kty, keyOps }).key.key_ops).toEqual(keyOps)
  })

  it('of a key that only brings other keys in', () => {
    const { hsm } = testHsm()
    expect(createKey(hsm, QUICK, { kty: 'RSA-HSM', keyOps: ['import'] }).key.key_ops).toEqual([
      'import',
    ])
  })

  const withOps = (kty: KeyType, keyOps: unknown) => (hsm: Hsm) => () =>
    createKey(hsm, 'orders', { kty, keyOps } as CreateKeyParameters)
  const managed = { profiles: ['managed-hsm'] } as const
  const vault = { profiles: ['vault-premium'] } as const
  const alone = badParameter('The operation import must stand alone, on a key of type RSA-HSM.')
  const notOfCurve = (...operations: readonly string[]) =>
    unsupportedOperations(operations, ['sign', 'verify'])

  itRefuses('encrypt with a curve', withOps('EC', ['encrypt']), notOfCurve('encrypt'), managed)
  itRefuses(
    'wrapKey with a curve',
    withOps('EC', ['sign', 'wrapKey', 'verify', 'unwrapKey']),
    notOfCurve('wrapKey', 'unwrapKey'),
    vault,
  )
  itRefuses('import with a curve', withOps('EC-HSM', ['import']), notOfCurve('import'), vault)
  itRefuses(
    'import into oct',
    withOps('oct', ['import']),
    unsupportedOperations(['import'], OCT),
    managed,
  )
  itRefuses(
    'deriveKey with RSA',
    withOps('RSA', ['deriveKey']),
    unsupportedOperations(['deriveKey'], SIX),
    vault,
  )
  itRefuses('import beside another', withOps('RSA-HSM', ['import', 'wrapKey']), alone, managed)
  itRefuses('import on a software key', withOps('RSA', ['import']), alone, vault)
  itRefuses('an unknown operation', withOps('EC-HSM', ['Sign']), notOfCurve('Sign'), vault)
  itRefuses(
    'operations that are no list',
    withOps('EC', 'sign'),
    badParameter('The option "keyOps" of createKey must be an array, not a string.'),
  )
})

describe('createKey sets attributes', () => {
  it('of a Managed HSM: enabled, no window, not exportable', () => {
    const { hsm } = testHsm()
    expect(createKey(hsm, 'orders', { kty: 'EC' }).attributes).toEqual({
      enabled: true,
      created: START,
      updated: START,
      recoverableDays: 90,
      recoveryLevel: 'Recoverable+Purgeable',
      exportable: false,
      hsmPlatform: '2',
    })
  })

  it.each([
    ['EC', '0'],
    ['EC-HSM', '2'],
  ] as const)('of a vault: a key of type %s is on platform %s', (kty, hsmPlatform) => {
    const { hsm } = testHsm({ profile: 'vault-premium' })
    expect(createKey(hsm, 'orders', { kty }).attributes.hsmPlatform).toBe(hsmPlatform)
  })

  it('counts whole seconds', () => {
    const hsm = createHsm({ clock: () => 1_700_000_000_999.5 })
    expect(createKey(hsm, 'orders', { kty: 'EC' }).attributes.created).toBe(1_700_000_000)
  })

  it('disabled, with a window, where they are asked for', () => {
    const { hsm } = testHsm()
    const attributes = { enabled: false, nbf: START + 10, exp: START + 20 }
    expect(createKey(hsm, 'orders', { kty: 'EC', attributes }).attributes).toMatchObject(attributes)
  })

  it('takes an expiry in the past and a beginning in the future', () => {
    const { hsm } = testHsm()
    const old = createKey(hsm, 'old', { kty: 'EC', attributes: { exp: 1 } })
    expect(old.attributes.exp).toBe(1)
    const early = createKey(hsm, 'early', { kty: 'EC', attributes: { nbf: 2 * START } })
    expect(early.attributes.nbf).toBe(2 * START)
  })

  it('takes null for absent', () => {
    const { hsm } = testHsm()
    const nothing = { enabled: null, nbf: null, exp: null, exportable: null }
    const { attributes } = createKey(hsm, 'orders', { kty: 'EC', attributes: nothing } as never)
    expect(attributes).toEqual(createKey(hsm, 'other', { kty: 'EC' }).attributes)
    expect(createKey(hsm, 'third', { kty: 'EC', attributes: null } as never).tags).toBeUndefined()
  })

  it('but not those that only the service sets', () => {
    const { hsm } = testHsm()
    const asked = {
      created: 1,
      updated: 2,
      recoverableDays: 3,
      recoveryLevel: 'x',
      hsmPlatform: 'y',
    }
    const { attributes } = createKey(hsm, 'orders', { kty: 'EC', attributes: asked } as never)
    expect(attributes).toEqual(createKey(hsm, 'other', { kty: 'EC' }).attributes)
  })

  const withAttributes = (attributes: unknown) => (hsm: Hsm) => () =>
    createKey(hsm, 'orders', { kty: 'EC', attributes } as never)
  const later = badParameter('The attribute exp must be later than nbf.')
  const notSeconds = (name: string) =>
    badParameter(`The attribute ${name} must be a whole number of Unix seconds.`)

  itRefuses('an expiry at the beginning', withAttributes({ nbf: 5, exp: 5 }), later)
  itRefuses('an expiry before the beginning', withAttributes({ nbf: 6, exp: 5 }), later)
  itRefuses('a fraction of a second', withAttributes({ nbf: 1.5 }), notSeconds('nbf'))
  itRefuses('a time before 1970', withAttributes({ exp: -1 }), notSeconds('exp'))
  const notMilliseconds = (name: string, given: number) =>
    badParameter(
      `The attribute ${name} must be in Unix seconds, not milliseconds: at most 253402300799, not ${given}.`,
    )

  for (const name of ['exp', 'nbf']) {
    const now = START * 1000
    itRefuses(
      `an ${name} in milliseconds`,
      withAttributes({ [name]: now }),
      notMilliseconds(name, now),
    )
    itRefuses(
      `an ${name} in the year 10000`,
      withAttributes({ [name]: 253_402_300_800 }),
      notMilliseconds(name, 253_402_300_800),
    )
    it(`takes an ${name} in the last second of the year 9999`, () => {
      const { hsm } = testHsm()
      const last = Date.UTC(9999, 11, 31, 23, 59, 59) / 1000
      const { attributes } = createKey(hsm, 'orders', { kty: 'EC', attributes: { [name]: last } })
      expect(attributes).toMatchObject({ [name]: last })
    })
  }
  itRefuses(
    'a date that is a string',
    withAttributes({ exp: '2030-01-01' }),
    badParameter('The option "attributes.exp" of createKey must be a number, not a string.'),
  )
  itRefuses(
    'no number',
    withAttributes({ nbf: Number.NaN }),
    badParameter('The option "attributes.nbf" of createKey must be a number, not NaN.'),
  )
  itRefuses(
    'an enabled that is neither true nor false',
    withAttributes({ enabled: 'yes' }),
    badParameter(
      'The option "attributes.enabled" of createKey must be true or false, not a string.',
    ),
  )
  itRefuses(
    'an exportable that is neither true nor false',
    withAttributes({ exportable: 1 }),
    badParameter(
      'The option "attributes.exportable" of createKey must be true or false, not a number.',
    ),
  )
  itRefuses(
    'attributes that are no object',
    withAttributes('enabled'),
    badParameter('The option "attributes" of createKey must be an object, not a string.'),
  )
  itRefuses('an exportable key without a policy', withAttributes({ exportable: true }), {
    ...badParameter('AKV.SKR.1004: Exportable keys must have release policy.'),
    managedHsm: 'Exportable keys must have release policy',
  })
  itRefuses(
    'a policy for a key that is not exportable',
    (hsm) => () =>
      createKey(hsm, 'orders', { kty: 'EC', releasePolicy: { data: new Uint8Array() } }),
    badParameter('AKV.SKR.1005: Non-exportable keys must not have release policy.'),
  )
})

describe('createKey sets tags', () => {
  const tagsOf = (tags: unknown) =>
    createKey(testHsm().hsm, 'orders', { kty: 'EC', tags } as never).tags

  it('as they are given', () => {
    expect(tagsOf({ team: 'shop', '': '', 'a b': 'c/d' })).toEqual({
      team: 'shop',
      '': '',
      'a b': 'c/d',
    })
  })

  it.each([undefined, null, {}])('and leaves them out where they are %j', (tags) => {
    const { hsm } = testHsm()
    expect(createKey(hsm, 'orders', { kty: 'EC', tags } as never)).not.toHaveProperty('tags')
  })

  it('up to 15 of them', () => {
    const tags = Object.fromEntries(Array.from({ length: 15 }, (_, i) => [`tag ${i}`, 'x']))
    expect(tagsOf(tags)).toEqual(tags)
  })

  it('with names and values of up to 256 characters', () => {
    const tags = { ['n'.repeat(256)]: 'v'.repeat(256) }
    expect(tagsOf(tags)).toEqual(tags)
  })

  it('also under names that every object inherits', () => {
    const tags = JSON.parse('{"__proto__":"a","constructor":"b"}')
    expect(Object.entries(tagsOf(tags) ?? {})).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ])
  })

  const withTags = (tags: unknown) => (hsm: Hsm) => () =>
    createKey(hsm, 'orders', { kty: 'EC', tags } as never)
  const sixteen = Object.fromEntries(Array.from({ length: 16 }, (_, i) => [`tag ${i}`, 'x']))

  itRefuses('a sixteenth', withTags(sixteen), MISSING)
  itRefuses('a name of 257 characters', withTags({ ['n'.repeat(257)]: '' }), MISSING)
  itRefuses('a value of 257 characters', withTags({ n: 'v'.repeat(257) }), MISSING)
  itRefuses(
    'a value that is no string',
    withTags({ n: 1 }),
    badParameter('The value of tag n must be a string.'),
  )
  itRefuses(
    'a list',
    withTags(['a']),
    badParameter('The option "tags" of createKey must be an object, not an array.'),
  )
  itRefuses(
    'a string',
    withTags('a'),
    badParameter('The option "tags" of createKey must be an object, not a string.'),
  )
})

describe('createKey takes names', () => {
  const named = (name: unknown) => (hsm: Hsm) => () => createKey(hsm, name as string, { kty: 'EC' })
  const invalid = (name: string) =>
    badParameter(`The request URI contains an invalid name: ${name}`)

  it.each(['a', '0', '-', 'Orders-2026', 'constructor', 'restore', 'a'.repeat(127)])(
    '%s',
    (name) => {
      const { hsm } = testHsm()
      const { key } = createKey(hsm, name, { kty: 'EC' })
      expect(key.kid).toMatch(new RegExp(`^https://pocket\\.test/keys/${name}/[0-9a-f]{32}$`))
      expect(getKey(hsm, name).key).toEqual(key)
    },
  )

  itRefuses('an empty one', named(''), invalid(''))
  itRefuses('one of 128 characters', named('a'.repeat(128)), invalid('a'.repeat(128)))
  itRefuses('an underscore', named('a_b'), invalid('a_b'))
  itRefuses('a dot', named('a.b'), invalid('a.b'))
  itRefuses('a blank', named('a b'), invalid('a b'))
  itRefuses('a slash', named('a/b'), invalid('a/b'))
  itRefuses('a letter beyond ASCII', named('ä'), invalid('ä'))
  itRefuses('a line feed at the end', named('a\n'), invalid('a\n'))
  itRefuses('a name that is no string', named(7), invalid('7'))
  itRefuses('a missing name', named(undefined), invalid('undefined'))
})

describe('createKey under a name that is taken', () => {
  it('makes a new version with material of its own', () => {
    const { hsm } = testHsm()
    const first = createKey(hsm, 'orders', { kty: 'EC' })
    const second = createKey(hsm, 'orders', { kty: 'EC' })
    expect(second.key.kid).not.toBe(first.key.kid)
    expect(second.key.x).not.toBe(first.key.x)
    expect(getKey(hsm, 'orders')).toEqual(second)
    expect(getKey(hsm, first.key.kid)).toEqual(first)
  })

  it('takes over no tags, operations or attributes', () => {
    const { hsm, clock } = testHsm()
    const attributes = { enabled: false, nbf: 5, exp: 6 }
    createKey(hsm, 'orders', { kty: 'EC', keyOps: ['sign'], tags: { a: 'b' }, attributes })
    clock.seconds += 60
    const second = createKey(hsm, 'orders', { kty: 'EC' })
    expect(second.tags).toBeUndefined()
    expect(second.key.key_ops).toEqual(['sign', 'verify'])
    expect(second.attributes).toEqual(createKey(hsm, 'other', { kty: 'EC' }).attributes)
  })

  it('may make it of another type', () => {
    const { hsm } = testHsm()
    createKey(hsm, 'orders', { kty: 'EC' })
    expect(createKey(hsm, 'orders', { kty: 'oct' }).key.kty).toBe('oct-HSM')
  })

  it('finds the name in any case, and keeps the first spelling', () => {
    const { hsm } = testHsm()
    createKey(hsm, 'Orders', { kty: 'EC' })
    const { key } = createKey(hsm, 'oRDERS', { kty: 'EC' })
    expect(key.kid).toContain('/keys/Orders/')
    expect(listKeyVersions(hsm, 'orders').value).toHaveLength(2)
  })

  itRefuses(
    'one that a deleted key holds',
    (hsm) => {
      createKey(hsm, 'orders', { kty: 'EC' })
      deleteKey(hsm, 'orders')
      return () => createKey(hsm, 'ORDERS', { kty: 'EC' })
    },
    nameIsDeleted('ORDERS'),
  )
})

describe('createKey within limits', () => {
  const twoKeys = (hsm: Hsm) => {
    createKey(hsm, 'a', { kty: 'EC' })
    createKey(hsm, 'b', { kty: 'EC' })
    deleteKey(hsm, 'b')
  }

  itRefuses(
    'a key beyond the limit, deleted ones counted',
    (hsm) => {
      twoKeys(hsm)
      return () => createKey(hsm, 'c', { kty: 'EC' })
    },
    forbidden('The limit of 2 keys has been reached.'),
    { limits: { keys: 2 } },
  )

  it.each(['a', 'other'])('counts no key whose retention has passed (%s)', (name) => {
    const { hsm, clock } = testHsm({ limits: { keys: 1 } })
    createKey(hsm, 'a', { kty: 'EC' })
    clock.seconds = deleteKey(hsm, 'a').scheduledPurgeDate - 1
    expect(refusalOf(() => createKey(hsm, name, { kty: 'EC' })).code).toMatch(/Conflict|Forbidden/)
    clock.seconds += 1
    expect(createKey(hsm, name, { kty: 'EC' }).attributes.created).toBe(clock.seconds)
  })

  it('makes new versions of keys that are there at the limit', () => {
    const { hsm } = testHsm({ limits: { keys: 2 } })
    twoKeys(hsm)
    expect(createKey(hsm, 'a', { kty: 'EC' }).key.kid).toContain('/keys/a/')
  })

  itRefuses(
    'a version beyond the limit',
    (hsm) => {
      createKey(hsm, 'a', { kty: 'EC' })
      rotateKey(hsm, 'a')
      return () => createKey(hsm, 'a', { kty: 'EC' })
    },
    forbidden('Key a has reached the limit of 2 versions.'),
    { limits: { versions: 2 } },
  )

  it('a Managed HSM takes 100 versions of a key', () => {
    const { hsm } = testHsm()
    for (let i = 0; i < 100; i++) createKey(hsm, 'a', { kty: 'oct' })
    expect(refusalOf(() => createKey(hsm, 'a', { kty: 'oct' }))).toEqual(
      forbidden('Key a has reached the limit of 100 versions. (Activity ID: GUID)'),
    )
  })

  it('a Managed HSM takes 5000 keys', () => {
    const hsm = createHsm()
    for (let i = 0; i < 5000; i++) createKey(hsm, `key-${i}`, { kty: 'oct' })
    expect(refusalOf(() => createKey(hsm, 'one-more', { kty: 'oct' }))).toEqual(
      forbidden('The limit of 5000 keys has been reached. (Activity ID: GUID)'),
    )
  })

  it('a vault takes as many versions as there are', () => {
    const { hsm } = testHsm({ profile: 'vault-standard' })
    for (let i = 0; i < 101; i++) createKey(hsm, 'a', { kty: 'EC' })
    expect(getKey(hsm, 'a').key.kid).toContain('/keys/a/')
  })

  it('Infinity lifts a limit of the profile', () => {
    const { hsm } = testHsm({ limits: { versions: Number.POSITIVE_INFINITY } })
    for (let i = 0; i < 101; i++) createKey(hsm, 'a', { kty: 'oct' })
    expect(getKey(hsm, 'a').key.kid).toContain('/keys/a/')
  })
})

describe('createKey and what it is given', () => {
  it('keeps nothing of the parameters', () => {
    const { hsm } = testHsm()
    const keyOps: KeyOperation[] = ['sign']
    const tags: Record<string, string> = { a: 'b' }
    const attributes = { enabled: true }
    const { key } = createKey(hsm, 'orders', { kty: 'EC', keyOps, tags, attributes })
    keyOps.push('verify')
    tags['c'] = 'd'
    attributes.enabled = false
    const kept = getKey(hsm, key.kid)
    expect(kept.key.key_ops).toEqual(['sign'])
    expect(kept.tags).toEqual({ a: 'b' })
    expect(kept.attributes.enabled).toBe(true)
  })

  it('keeps nothing of the answer', () => {
    const { hsm } = testHsm()
    const bundle = createKey(hsm, 'orders', { kty: 'EC', tags: { a: 'b' } })
    const before = structuredClone(bundle)
    Object.assign(bundle.tags ?? {}, { c: 'd' })
    Object.assign(bundle.attributes, { enabled: false })
    Object.assign(bundle.key, { x: 'AA' })
    Array.prototype.push.call(bundle.key.key_ops, 'encrypt')
    expect(getKey(hsm, 'orders')).toEqual(before)
  })
})
