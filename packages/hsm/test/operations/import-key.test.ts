import { createPrivateKey, generateKeyPairSync, randomBytes } from 'node:crypto'
import type { JsonWebKey } from '@pocket-hsm/crypto'
import { describe, expect, it } from 'vitest'
import {
  backupKey,
  createKey,
  createSecurityDomain,
  deleteKey,
  exportState,
  getKey,
  type Hsm,
  importKey,
  importState,
  type KeyOperation,
  type KeyType,
  listKeyVersions,
  type ProfileName,
  restoreKey,
  rotateKey,
  sign,
  verify,
} from '../../src/index.ts'
import { CURVES, ecJwk, octJwk, rsaJwk } from '../known-keys.ts'
import {
  badParameter,
  errorOf,
  forbidden,
  HARDWARE_KEY,
  itRefuses,
  keyTypeNotSupported,
  nameIsDeleted,
  type Refusal,
  unsupportedOperations,
} from '../refusal.ts'
import { START, testHsm } from '../test-hsm.ts'

const ES = { 'P-256': 'ES256', 'P-384': 'ES384', 'P-521': 'ES512', 'P-256K': 'ES256K' } as const
const DIGEST = { 'P-256': 32, 'P-384': 48, 'P-521': 64, 'P-256K': 32 } as const

/** A key of node's own making. By way of PEM: a fresh key object can hang where it is exported as a JWK. */
function nodeJwk(type: 'rsa' | 'ec', options: object): JsonWebKey {
  const { privateKey } = generateKeyPairSync(type as 'rsa', {
    modulusLength: 2048,
    ...options,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  return createPrivateKey(privateKey).export({ format: 'jwk' }) as JsonWebKey
}

describe('importKey takes private keys', () => {
  it.each([2048, 3072, 4096] as const)('RSA of %i bits', (bits) => {
    const { hsm } = testHsm()
    const jwk = rsaJwk(bits)
    const { key } = importKey(hsm, 'letters', jwk)
    expect(key).toMatchObject({ kty: 'RSA-HSM', n: jwk.n, e: jwk.e })
  })

  it('an RSA key that node:crypto made', () => {
    const { hsm } = testHsm()
    const jwk = nodeJwk('rsa', {})
    expect(importKey(hsm, 'letters', jwk).key).toMatchObject({ n: jwk.n, e: 'AQAB' })
  })

  it.each(CURVES)('%s', (crv) => {
    const { hsm } = testHsm()
    const jwk = ecJwk(crv)
    const { key } = importKey(hsm, 'orders', jwk)
    expect(key).toMatchObject({ kty: 'EC-HSM', crv, x: jwk.x, y: jwk.y })
  })

  it.each(CURVES)('a key on %s that node:crypto made', (crv) => {
    const { hsm } = testHsm()
    const namedCurve = crv === 'P-256K' ? 'secp256k1' : crv
    const jwk = nodeJwk('ec', { namedCurve })
    expect(importKey(hsm, 'orders', jwk).key).toMatchObject({ crv, x: jwk.x, y: jwk.y })
  })

  it.each([128, 192, 256] as const)('oct of %i bits', (bits) => {
    const { hsm } = testHsm()
    expect(importKey(hsm, 'content', octJwk(bits)).key.kty).toBe('oct-HSM')
  })

  it.each(['secp256k1', 'SECP256K1', 'p-256k'])(
    'with the curve called %s, and answers P-256K',
    (crv) => {
      const { hsm } = testHsm()
      expect(importKey(hsm, 'orders', { ...ecJwk('P-256K'), crv }).key.crv).toBe('P-256K')
    },
  )

  it('with the -HSM form of the type', () => {
    const { hsm } = testHsm({ profile: 'vault-premium' })
    expect(importKey(hsm, 'orders', { ...ecJwk(), kty: 'EC-HSM' }).key.kty).toBe('EC-HSM')
    expect(importKey(hsm, 'letters', { ...rsaJwk(), kty: 'RSA-HSM' }).key.kty).toBe('RSA-HSM')
  })

  it('without the CRT members of RSA, which d determines', () => {
    const { hsm } = testHsm()
    const { p, q, dp, dq, qi, ...jwk } = rsaJwk()
    importKey(hsm, 'whole', rsaJwk())
    importKey(hsm, 'bare', jwk)
    const question = { alg: 'RS256', value: randomBytes(32) }
    expect(sign(hsm, 'bare', question).value).toEqual(sign(hsm, 'whole', question).value)
  })

  it('with the primes the other way round', () => {
    const { hsm } = testHsm()
    const { qi, ...jwk } = rsaJwk()
    const swapped = { ...jwk, p: jwk.q, q: jwk.p, dp: jwk.dq, dq: jwk.dp }
    expect(importKey(hsm, 'letters', swapped).key.n).toBe(jwk.n)
  })

  it('without the point of a curve, which d determines', () => {
    const { hsm } = testHsm()
    const { x, y, ...jwk } = ecJwk()
    expect(importKey(hsm, 'orders', jwk).key).toMatchObject({ x, y })
  })
})

describe('importKey takes numbers of any width', () => {
  const padded = (text: string | undefined) =>
    Buffer.concat([Buffer.alloc(3), Buffer.from(text ?? '', 'base64url')]).toString('base64url')
  const stripped = (hex: string) => Buffer.from(hex.padStart(2, '0'), 'hex').toString('base64url')

  it('RSA with leading zeros, which the n of a vault keeps', () => {
    const domain = createSecurityDomain()
    const { hsm } = testHsm({ profile: 'vault-premium' })
    const jwk = rsaJwk()
    const sent = { ...jwk, n: padded(jwk.n), e: padded(jwk.e) }
    const { key } = importKey(hsm, 'letters', sent)
    expect([key.n, key.e]).toEqual([sent.n, jwk.e])
    expect(getKey(hsm, 'letters').key).toEqual(key)
    const other = testHsm({ profile: 'vault-premium', securityDomain: domain }).hsm
    importKey(other, 'letters', sent)
    const backup = backupKey(other, 'letters')
    const copy = importState(exportState(other), { securityDomain: domain })
    expect(getKey(copy, 'letters').key).toEqual(getKey(other, 'letters').key)
    const restored = testHsm({ profile: 'vault-premium', securityDomain: domain }).hsm
    expect(restoreKey(restored, backup).key.n).toBe(sent.n)
    expect(rotateKey(restored, 'letters').key.n).toHaveLength(342)
  })

  it('RSA with leading zeros, and answers without them', () => {
    const { hsm } = testHsm()
    const jwk = rsaJwk()
    const members = ['n', 'e', 'd', 'p', 'q', 'dp', 'dq', 'qi'] as const
    const wide = Object.fromEntries(members.map((member) => [member, padded(jwk[member])]))
    const { key } = importKey(hsm, 'letters', { kty: 'RSA', ...wide })
    expect(key).toMatchObject({ n: jwk.n, e: 'AQAB' })
  })

  // Scalars found by search: the first coordinate of d·G begins with a zero byte, or the second does.
  it.each([
    ['P-256', 379, 43],
    ['P-384', 197, 176],
    ['P-521', 273, 73],
    ['P-256K', 153, 122],
  ] as const)('%s without leading zeros, and answers the whole width', (crv, ...scalars) => {
    for (const d of scalars) {
      const { hsm } = testHsm()
      const scalar = stripped(d.toString(16).padStart(4, '0'))
      const whole = importKey(hsm, 'whole', { kty: 'EC', crv, d: scalar }).key
      const x = Buffer.from(whole.x ?? '', 'base64url')
        .toString('hex')
        .replace(/^(00)+/, '')
      const y = Buffer.from(whole.y ?? '', 'base64url')
        .toString('hex')
        .replace(/^(00)+/, '')
      const narrow = { kty: 'EC', crv, d: scalar, x: stripped(x), y: stripped(y) }
      expect(narrow.x.length + narrow.y.length).toBeLessThan(`${whole.x}${whole.y}`.length)
      expect(importKey(hsm, 'narrow', narrow).key).toMatchObject({ x: whole.x, y: whole.y })
    }
  })

  it('base64url with its padding', () => {
    const { hsm } = testHsm()
    expect(importKey(hsm, 'content', { kty: 'oct', k: `${octJwk(128).k}==` }).key.kty).toBe(
      'oct-HSM',
    )
  })
})

describe('importKey makes of each type what the profile makes of it', () => {
  it.each([
    ['managed-hsm', 'EC', 'EC-HSM'],
    ['managed-hsm', 'EC-HSM', 'EC-HSM'],
    ['vault-premium', 'EC', 'EC'],
    ['vault-premium', 'EC-HSM', 'EC-HSM'],
    ['vault-standard', 'EC', 'EC'],
  ] as const)('%s: %s becomes %s', (profile: ProfileName, kty: KeyType, made: KeyType) => {
    const { hsm } = testHsm({ profile })
    expect(importKey(hsm, 'orders', { ...ecJwk(), kty }).key.kty).toBe(made)
  })

  itRefuses(
    'oct in a vault',
    (hsm) => () => importKey(hsm, 'content', octJwk()),
    keyTypeNotSupported('oct'),
    { profiles: ['vault-premium', 'vault-standard'] },
  )
  itRefuses(
    'EC-HSM',
    (hsm) => () => importKey(hsm, 'orders', { ...ecJwk(), kty: 'EC-HSM' }),
    HARDWARE_KEY,
    { profiles: ['vault-standard'] },
  )
  it('AES is oct on a Managed HSM, in any letters', () => {
    const { hsm } = testHsm()
    for (const kty of ['AES', 'aes']) {
      const { key } = importKey(hsm, 'content', { ...octJwk(), kty })
      expect(key.kty).toBe('oct-HSM')
    }
  })
})

describe('importKey answers', () => {
  it('never a private member', () => {
    const { hsm } = testHsm()
    const members = (jwk: JsonWebKey) => Object.keys(importKey(hsm, 'k', jwk).key).sort()
    expect(members(rsaJwk())).toEqual(['e', 'key_ops', 'kid', 'kty', 'n'])
    expect(members(ecJwk())).toEqual(['crv', 'key_ops', 'kid', 'kty', 'x', 'y'])
    expect(members(octJwk())).toEqual(['key_ops', 'kid', 'kty'])
  })

  it('an identifier of its own, whatever the JWK calls itself', () => {
    const { hsm } = testHsm()
    const { key } = importKey(hsm, 'orders', { ...ecJwk(), kid: 'https://other/keys/mine/1' })
    expect(key.kid).toMatch(/^https:\/\/pocket\.test\/keys\/orders\/[0-9a-f]{32}$/)
  })

  it('the attributes and tags that were asked for', () => {
    const { hsm } = testHsm()
    const attributes = { enabled: false, nbf: 5, exp: 6 }
    const bundle = importKey(hsm, 'orders', ecJwk(), { attributes, tags: { a: 'b' } })
    expect(bundle).toMatchObject({ attributes, tags: { a: 'b' } })
    expect(bundle.attributes).toMatchObject({ created: START, updated: START, exportable: false })
  })

  it('a new version where the name is taken, with nothing of the old one', () => {
    const { hsm } = testHsm()
    createKey(hsm, 'Orders', { kty: 'oct', tags: { a: 'b' } })
    const bundle = importKey(hsm, 'orders', ecJwk())
    expect(bundle.key.kid).toContain('/keys/Orders/')
    expect(bundle.tags).toBeUndefined()
    expect(getKey(hsm, 'orders')).toEqual(bundle)
    expect(listKeyVersions(hsm, 'orders').value).toHaveLength(2)
  })

  it('a key that signs, and that verifies what its twin signed', () => {
    const { hsm } = testHsm()
    for (const crv of CURVES) {
      importKey(hsm, 'orders', ecJwk(crv))
      const digest = randomBytes(DIGEST[crv])
      const { value } = sign(hsm, 'orders', { alg: ES[crv], value: digest })
      expect(verify(hsm, 'orders', { alg: ES[crv], digest, value })).toBe(true)
    }
  })
})

describe('importKey permits operations', () => {
  const opsOf = (jwkOps: unknown, keyOps?: unknown) =>
    importKey(testHsm().hsm, 'k', { ...ecJwk(), key_ops: jwkOps } as JsonWebKey, {
      keyOps: keyOps as readonly KeyOperation[],
    }).key.key_ops

  it('by default those of its type', () => {
    const { hsm } = testHsm()
    expect(importKey(hsm, 'k', ecJwk()).key.key_ops).toEqual(['sign', 'verify'])
    expect(importKey(hsm, 'k', octJwk()).key.key_ops).toEqual([
      'deriveKey',
      'wrapKey',
      'verify',
      'sign',
      'unwrapKey',
      'encrypt',
      'decrypt',
    ])
  })

  it("those of the JWK's own key_ops", () => {
    expect(opsOf(['verify'])).toEqual(['verify'])
  })

  it("those of the parameters before the JWK's", () => {
    expect(opsOf(['verify'], ['sign'])).toEqual(['sign'])
  })

  it('the defaults where the list is empty or null', () => {
    expect(opsOf([])).toEqual(['sign', 'verify'])
    expect(opsOf(null)).toEqual(['sign', 'verify'])
  })

  itRefuses(
    'an operation that the type cannot do',
    (hsm) => () => importKey(hsm, 'k', { ...ecJwk(), kty: 'EC', key_ops: ['encrypt'] }),
    unsupportedOperations(['encrypt'], ['sign', 'verify']),
    { profiles: ['vault-premium', 'vault-standard'] },
  )
  itRefuses(
    'import beside another operation',
    (hsm) => () => importKey(hsm, 'k', rsaJwk(), { keyOps: ['import', 'sign'] }),
    badParameter('The operation import must stand alone, on a key of type RSA-HSM.'),
  )
})

describe('importKey refuses a JWK', () => {
  const INVALID = badParameter('The property "key" must be a valid JsonWebKey object.')

  const NO_RSA_KEY = badParameter('RSA key is not valid - cannot instantiate crypto service')
  const NO_EC_KEY = badParameter('EC key is not valid - cannot instantiate crypto service')

  const refusesJwk = (title: string, jwk: () => unknown, refusal: Refusal = INVALID) =>
    itRefuses(title, (hsm) => () => importKey(hsm, 'k', jwk() as JsonWebKey), refusal, {
      profiles: ['managed-hsm', 'vault-premium'],
    })

  /** The member with its last bit but one turned over: still base64url of the same length. */
  const altered = (jwk: JsonWebKey, member: keyof JsonWebKey) => () => {
    const bytes = Buffer.from(String(jwk[member]), 'base64url')
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 2
    return { ...jwk, [member]: bytes.toString('base64url') }
  }
  const without = (jwk: JsonWebKey, member: keyof JsonWebKey) => () => ({
    ...jwk,
    [member]: undefined,
  })

  refusesJwk('that is missing', () => undefined)
  refusesJwk('that is null', () => null)
  refusesJwk('that is a string', () => JSON.stringify(ecJwk()))
  refusesJwk('without kty', () => ({ k: octJwk().k }))
  refusesJwk('of a kty that is no string', () => ({ kty: 7, k: octJwk().k }))
  refusesJwk('of type OKP', () => ({ kty: 'OKP', crv: 'Ed25519', x: octJwk().k, d: octJwk().k }))
  refusesJwk('of a type that objects inherit', () => ({ kty: 'constructor' }))
  refusesJwk('with more than two primes', () => ({ ...rsaJwk(), oth: [{}] }))

  for (const member of ['n', 'e', 'd', 'p', 'q', 'dp', 'dq', 'qi'] as const) {
    refusesJwk(`of RSA with a bit of ${member} turned over`, altered(rsaJwk(), member), NO_RSA_KEY)
    refusesJwk(`of RSA with ${member} that is not base64url`, () => ({
      ...rsaJwk(),
      [member]: '+/',
    }))
    refusesJwk(`of RSA with ${member} that is a number`, () => ({ ...rsaJwk(), [member]: 3 }))
  }
  for (const member of ['n', 'e'] as const) {
    refusesJwk(`of RSA without ${member}`, without(rsaJwk(), member))
  }
  for (const member of ['d', 'p', 'q'] as const) {
    refusesJwk(`of RSA without ${member}`, without(rsaJwk(), member), NO_RSA_KEY)
  }
  for (const member of ['x', 'y', 'd'] as const) {
    refusesJwk(
      `of a curve with a bit of ${member} turned over`,
      altered(ecJwk(), member),
      NO_EC_KEY,
    )
    refusesJwk(
      `of a curve with ${member} of another key`,
      () => ({
        ...ecJwk('P-256'),
        [member]: ecJwk('P-256K')[member],
      }),
      NO_EC_KEY,
    )
    refusesJwk(
      `of a curve with ${member} too long`,
      () => ({
        ...ecJwk(),
        [member]: ecJwk('P-384')[member],
      }),
      NO_EC_KEY,
    )
  }
  refusesJwk('of a curve without x', without(ecJwk(), 'x'))
  refusesJwk('of a curve without y', without(ecJwk(), 'y'))
  refusesJwk('without its curve', without(ecJwk(), 'crv'))
  refusesJwk('of an unknown curve', () => ({ ...ecJwk(), crv: 'P-224' }))
  refusesJwk('of a scalar that is zero', () => ({ ...ecJwk(), d: 'AA' }), NO_EC_KEY)
  refusesJwk(
    'of a scalar that is the order of P-256',
    () => ({
      kty: 'EC',
      crv: 'P-256',
      d: Buffer.from(
        'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551',
        'hex',
      ).toString('base64url'),
      x: ecJwk().x,
      y: ecJwk().y,
    }),
    NO_EC_KEY,
  )

  refusesJwk('that is public, of RSA', () => ({ kty: 'RSA', n: rsaJwk().n, e: 'AQAB' }), NO_RSA_KEY)
  refusesJwk('that is public, of a curve', without(ecJwk(), 'd'), NO_EC_KEY)
  refusesJwk('of RSA with 1024 bits', () => nodeJwk('rsa', { modulusLength: 1024 }))

  const refusesOct = (title: string, jwk: object, refusal: Refusal = INVALID) =>
    itRefuses(title, (hsm) => () => importKey(hsm, 'k', jwk as JsonWebKey), refusal, {
      profiles: ['managed-hsm'],
    })
  const ofLength = (length: number) => ({
    kty: 'oct',
    k: Buffer.alloc(length, 7).toString('base64url'),
  })

  it('says in the cause which size cannot be imported', () => {
    const { hsm } = testHsm()
    const { cause } = errorOf(() => importKey(hsm, 'k', ofLength(15) as JsonWebKey))
    expect(String(cause)).toBe('Error: A key of type oct with 120 bits cannot be imported.')
  })

  refusesOct('of oct without k', { kty: 'oct' })
  refusesOct('of oct with an empty k', { kty: 'oct', k: '' })
  refusesOct('of oct with a k that is not base64url', { kty: 'oct', k: 'a b' })
  for (const length of [1, 15, 17, 31, 33, 64]) {
    refusesOct(`of oct with ${length} bytes`, ofLength(length))
  }

  it('and its cause names the member, never its value', () => {
    const { hsm } = testHsm()
    const jwk = altered(rsaJwk(), 'dp')() as JsonWebKey
    const { cause } = errorOf(() => importKey(hsm, 'k', jwk))
    expect(String(cause)).toBe(
      'CryptoError: The RSA key is not valid: dp does not belong to the other numbers.',
    )
  })
})

describe('importKey refuses', () => {
  const imported = (name: unknown, parameters?: object) => (hsm: Hsm) => () =>
    importKey(hsm, name as string, ecJwk(), parameters)

  itRefuses(
    'a name with an underscore',
    imported('a_b'),
    badParameter('The request URI contains an invalid name: a_b'),
  )
  itRefuses(
    'an expiry in milliseconds',
    imported('k', { attributes: { exp: START * 1000 } }),
    badParameter(
      `The attribute exp must be in Unix seconds, not milliseconds: at most 253402300799, not ${START * 1000}.`,
    ),
  )
  itRefuses(
    'an empty window',
    imported('k', { attributes: { nbf: 5, exp: 5 } }),
    badParameter('The attribute exp must be later than nbf.'),
  )
  itRefuses(
    'tags that are no object',
    imported('k', { tags: ['a'] }),
    badParameter('The option "tags" of importKey must be an object, not an array.'),
  )
  itRefuses(
    'an exportable key without a policy',
    imported('k', { attributes: { exportable: true } }),
    {
      ...badParameter('AKV.SKR.1004: Exportable keys must have release policy.'),
      managedHsm: 'Exportable keys must have release policy',
    },
  )
  itRefuses(
    'a name that a deleted key holds',
    (hsm) => {
      createKey(hsm, 'orders', { kty: 'EC' })
      deleteKey(hsm, 'orders')
      return () => importKey(hsm, 'orders', ecJwk())
    },
    nameIsDeleted('orders'),
  )
  itRefuses(
    'a key beyond the limit',
    (hsm) => {
      createKey(hsm, 'a', { kty: 'EC' })
      return () => importKey(hsm, 'b', ecJwk())
    },
    forbidden('The limit of 1 keys has been reached.'),
    { limits: { keys: 1 } },
  )
  itRefuses(
    'a version beyond the limit',
    (hsm) => {
      createKey(hsm, 'a', { kty: 'EC' })
      return () => importKey(hsm, 'a', ecJwk())
    },
    forbidden('Key a has reached the limit of 1 versions.'),
    { limits: { versions: 1 } },
  )
})

describe('importKey and what it is given', () => {
  it('takes null for absent parameters', () => {
    const { hsm } = testHsm()
    expect(importKey(hsm, 'k', ecJwk(), null as never).key.key_ops).toEqual(['sign', 'verify'])
  })

  it('takes null for an absent transfer blob', () => {
    const { hsm } = testHsm()
    const { key } = importKey(hsm, 'k', { ...ecJwk(), key_hsm: null } as never)
    expect(key.x).toBe(ecJwk().x)
  })

  it('does not change the JWK or the parameters', () => {
    const { hsm } = testHsm()
    const jwk = Object.freeze({ ...rsaJwk(), key_ops: Object.freeze(['sign'] as const) })
    const parameters = Object.freeze({ tags: Object.freeze({ a: 'b' }) })
    expect(importKey(hsm, 'k', jwk, parameters).key.key_ops).toEqual(['sign'])
  })

  it('keeps nothing of them', () => {
    const { hsm } = testHsm()
    const keyOps: KeyOperation[] = ['sign']
    importKey(hsm, 'k', { ...ecJwk(), key_ops: keyOps })
    keyOps.push('verify')
    expect(getKey(hsm, 'k').key.key_ops).toEqual(['sign'])
  })
})
