import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  createKey,
  deleteKey,
  getKey,
  type Hsm,
  type ImportPemParameters,
  importKey,
  importPem,
  sign,
} from '../../src/index.ts'
import { CURVES, ecJwk, nodeKey, rsaJwk } from '../known-keys.ts'
import {
  badParameter,
  forbidden,
  HARDWARE_KEY,
  itRefuses,
  nameIsDeleted,
  refusalOf,
  unsupportedOperations,
} from '../refusal.ts'
import { testHsm } from '../test-hsm.ts'

const PASSWORD = 'swördfish'

type PemType = 'pkcs8' | 'pkcs1' | 'sec1'

/** A known key as node:crypto writes it. */
function pemOf(
  jwk: ReturnType<typeof ecJwk>,
  type: PemType,
  cipher?: string,
  passphrase: string | Buffer = PASSWORD,
): string {
  const encryption = cipher === undefined ? {} : { cipher, passphrase }
  return String(nodeKey(jwk).export({ type, format: 'pem', ...encryption } as never))
}

/** The file signs what the JWK of the same key signs. */
function isTwin(pem: string, password?: string | Uint8Array): boolean {
  const { hsm } = testHsm()
  importKey(hsm, 'jwk', rsaJwk())
  importPem(hsm, 'pem', pem, password === undefined ? {} : { password })
  const question = { alg: 'RS256', value: randomBytes(32) }
  const [jwk, file] = ['jwk', 'pem'].map((name) => sign(hsm, name, question).value)
  return Buffer.from(jwk ?? []).equals(Buffer.from(file ?? [0]))
}

describe('importPem takes', () => {
  it('PKCS#8 of RSA', () => {
    expect(isTwin(pemOf(rsaJwk(), 'pkcs8'))).toBe(true)
  })

  it('PKCS#1', () => {
    expect(isTwin(pemOf(rsaJwk(), 'pkcs1'))).toBe(true)
  })

  it.each(CURVES)('PKCS#8 of %s', (crv) => {
    const { hsm } = testHsm()
    const jwk = ecJwk(crv)
    const { key } = importPem(hsm, 'orders', pemOf(jwk, 'pkcs8'))
    expect(key).toMatchObject({ kty: 'EC-HSM', crv, x: jwk.x, y: jwk.y })
  })

  it.each(CURVES)('SEC 1 of %s', (crv) => {
    const { hsm } = testHsm()
    const jwk = ecJwk(crv)
    expect(importPem(hsm, 'orders', pemOf(jwk, 'sec1')).key).toMatchObject({ x: jwk.x, y: jwk.y })
  })

  it.each(['aes-128-cbc', 'aes-192-cbc', 'aes-256-cbc'])('PKCS#8 encrypted with %s', (cipher) => {
    expect(isTwin(pemOf(rsaJwk(), 'pkcs8', cipher), PASSWORD)).toBe(true)
  })

  it.each(['aes-128-cbc', 'aes-256-cbc'])('PKCS#1 encrypted with %s', (cipher) => {
    expect(isTwin(pemOf(rsaJwk(), 'pkcs1', cipher), PASSWORD)).toBe(true)
  })

  it('SEC 1 encrypted with aes-192-cbc', () => {
    const { hsm } = testHsm()
    const pem = pemOf(ecJwk(), 'sec1', 'aes-192-cbc')
    expect(importPem(hsm, 'orders', pem, { password: PASSWORD }).key.x).toBe(ecJwk().x)
  })

  it('a password of bytes', () => {
    const password = Uint8Array.of(0xff, 0xfe, 7)
    const pem = pemOf(rsaJwk(), 'pkcs8', 'aes-256-cbc', Buffer.from(password))
    expect(isTwin(pem, password)).toBe(true)
  })

  it('a password that nothing needs', () => {
    expect(isTwin(pemOf(rsaJwk(), 'pkcs8'), 'nothing is locked')).toBe(true)
  })

  it('the key among other blocks and remarks', () => {
    const publicPem = String(nodePublicPem())
    const pem = `remark\n${publicPem}\nremark\n${pemOf(rsaJwk(), 'pkcs8')}\nremark`
    expect(isTwin(pem)).toBe(true)
  })

  it('lines that end as on Windows', () => {
    expect(isTwin(pemOf(rsaJwk(), 'pkcs8').replaceAll('\n', '\r\n'))).toBe(true)
  })

  it('tags, operations and attributes', () => {
    const { hsm } = testHsm()
    const bundle = importPem(hsm, 'orders', pemOf(ecJwk(), 'pkcs8'), {
      keyOps: ['verify'],
      tags: { a: 'b' },
      attributes: { enabled: false, exp: 7 },
    })
    expect(bundle).toMatchObject({
      key: { key_ops: ['verify'] },
      tags: { a: 'b' },
      attributes: { enabled: false, exp: 7 },
    })
  })
})

const nodePublicPem = () => {
  const { publicKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  return publicKey
}

describe('importPem answers', () => {
  it('to null for its parameters as if there were none', () => {
    const { hsm } = testHsm()
    const { key } = importPem(hsm, 'orders', pemOf(ecJwk(), 'pkcs8'), null as never)
    expect(key.key_ops).toEqual(['sign', 'verify'])
  })

  it('the public part alone', () => {
    const { hsm } = testHsm()
    const { key } = importPem(hsm, 'letters', pemOf(rsaJwk(), 'pkcs8'))
    expect(Object.keys(key).sort()).toEqual(['e', 'key_ops', 'kid', 'kty', 'n'])
  })

  it('a new version where the name is taken', () => {
    const { hsm } = testHsm()
    createKey(hsm, 'Orders', { kty: 'EC', tags: { a: 'b' } })
    const bundle = importPem(hsm, 'orders', pemOf(ecJwk(), 'pkcs8'))
    expect(bundle.key.kid).toContain('/keys/Orders/')
    expect(getKey(hsm, 'orders')).toEqual(bundle)
  })

  it('a software key in a vault', () => {
    const { hsm } = testHsm({ profile: 'vault-premium' })
    const { key, attributes } = importPem(hsm, 'orders', pemOf(ecJwk(), 'pkcs8'))
    expect(key.kty).toBe('EC')
    expect(attributes.hsmPlatform).toBe('0')
  })
})

describe('importPem to be protected by hardware', () => {
  it.each([
    ['EC-HSM', ecJwk()],
    ['RSA-HSM', rsaJwk()],
  ])('makes an %s key in a premium vault', (kty, jwk) => {
    const { hsm } = testHsm({ profile: 'vault-premium' })
    const { key, attributes } = importPem(hsm, 'k', pemOf(jwk, 'pkcs8'), {
      hardwareProtected: true,
    })
    expect(key.kty).toBe(kty)
    expect(attributes.hsmPlatform).toBe('2')
  })

  it('is refused by a standard vault', () => {
    const { hsm } = testHsm({ profile: 'vault-standard' })
    const call = () => importPem(hsm, 'k', pemOf(ecJwk(), 'pkcs8'), { hardwareProtected: true })
    expect(refusalOf(call)).toEqual(HARDWARE_KEY)
  })
})

describe('importPem refuses', () => {
  const file = (pem: unknown, parameters?: ImportPemParameters) => (hsm: Hsm) => () =>
    importPem(hsm, 'k', pem as string, parameters)
  const encrypted = pemOf(ecJwk(), 'pkcs8', 'aes-256-cbc')
  const traditional = pemOf(rsaJwk(), 'pkcs1', 'aes-256-cbc')
  const wrong = badParameter(
    'The password does not open the key, or the key inside is damaged or of a kind that is not supported.',
  )
  const missing = badParameter('The key is encrypted: a password is needed.')

  itRefuses('a wrong password', file(encrypted, { password: 'Swördfish' }), wrong)
  itRefuses('an empty password', file(encrypted, { password: '' }), wrong)
  itRefuses('a missing password', file(encrypted), missing)
  itRefuses('a wrong password of the older form', file(traditional, { password: 'x' }), wrong)
  itRefuses('a missing password of the older form', file(traditional), missing)
  itRefuses(
    'a password that is neither text nor bytes',
    file(encrypted, { password: 7 as never }),
    badParameter(
      'The option "password" of importPem must be a string or a Uint8Array, not a number.',
    ),
  )
  itRefuses(
    'null for a password, as a missing one',
    file(encrypted, { password: null as never }),
    missing,
  )
  itRefuses(
    'a public key',
    file(nodePublicPem()),
    badParameter('The PEM holds a public key only: a private key is needed.'),
  )
  itRefuses('an empty text', file(''), badParameter('The PEM holds no private key.'))
  itRefuses(
    'a file that is no string',
    file(new Uint8Array(3)),
    badParameter('The PEM file must be given as a string.'),
  )
  itRefuses(
    'a file cut in half',
    file(pemOf(ecJwk(), 'pkcs8').slice(0, 100)),
    badParameter('The PEM is damaged: a block has no end.'),
  )
  itRefuses(
    'a key for OpenSSH, and says how to convert it',
    file('-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n'),
    badParameter(
      'PEM blocks named OPENSSH PRIVATE KEY are not supported. Convert it with: ssh-keygen -p -m PKCS8 -f key',
    ),
  )
  itRefuses(
    'an RSA key of 1024 bits',
    file(
      generateKeyPairSync('rsa', {
        modulusLength: 1024,
        publicKeyEncoding: { type: 'spki', format: 'pem' },
        privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      }).privateKey,
    ),
    badParameter('A key of type RSA with 1024 bits cannot be imported.'),
  )
  itRefuses(
    'an operation that the type cannot do',
    file(pemOf(ecJwk(), 'pkcs8'), { keyOps: ['encrypt'] }),
    unsupportedOperations(['encrypt'], ['sign', 'verify']),
    { profiles: ['vault-standard'] },
  )
  itRefuses(
    'a name with a dot',
    (hsm) => () => importPem(hsm, 'key.pem', pemOf(ecJwk(), 'pkcs8')),
    badParameter('The request URI contains an invalid name: key.pem'),
  )
  itRefuses(
    'a name that a deleted key holds',
    (hsm) => {
      createKey(hsm, 'k', { kty: 'EC' })
      deleteKey(hsm, 'k')
      return file(pemOf(ecJwk(), 'pkcs8'))(hsm)
    },
    nameIsDeleted('k'),
  )
  itRefuses(
    'a version beyond the limit',
    (hsm) => {
      createKey(hsm, 'k', { kty: 'EC' })
      return file(pemOf(ecJwk(), 'pkcs8'))(hsm)
    },
    forbidden('Key k has reached the limit of 1 versions.'),
    { limits: { versions: 1 } },
  )
})
