import { createDecipheriv } from 'node:crypto'
import { createHmacDrbg, type JsonWebKey, utf8ToBytes } from '@pocket-hsm/crypto'
import { describe, expect, it } from 'vitest'
import {
  createTransferBlob,
  deleteKey,
  encrypt,
  forkHsm,
  getKey,
  type Hsm,
  importKey,
  type KeyBundle,
  type KeyType,
  listKeyVersions,
  recoverDeletedKey,
  rotateKey,
  updateKey,
} from '../../src/index.ts'
import { ecJwk, octBytes, octJwk, rsaJwk } from '../known-keys.ts'
import { START, testHsm } from '../test-hsm.ts'
import {
  AES_BITS,
  base64url,
  byok,
  importKek,
  nodeCiphertext,
  nodeTarget,
  RSA_BITS,
  TARGETS,
} from '../transfer.ts'

const hsmType = ({ kty }: JsonWebKey) => `${kty}-HSM` as KeyType

/** The public members of a bundle, or of a JWK that has more. */
const publicPart = ({ n, e, crv, x, y }: Partial<JsonWebKey>) => ({ n, e, crv, x, y })

/** An HSM with a KEK, and what brings a key to it. */
function withKek(options: Parameters<typeof testHsm>[0] = {}) {
  const { hsm, clock } = testHsm(options)
  const kek = importKek(hsm)
  const keyHsm = (jwk: JsonWebKey) => base64url(createTransferBlob(kek.key, jwk))
  return { hsm, clock, kek, keyHsm }
}

describe('a transfer blob that node:crypto made brings', () => {
  const { hsm } = testHsm()
  const keks = new Map(RSA_BITS.map((bits) => [bits, importKek(hsm, bits, `kek-${bits}`).key]))
  const combinations = RSA_BITS.flatMap((bits) =>
    TARGETS.map(([name, jwk]) => [name, bits, jwk] as const),
  )

  it.each(combinations)('%s under a KEK of %i bits', (_, bits, jwk) => {
    const kek = keks.get(bits)
    if (kek === undefined) return expect.unreachable()
    const key_hsm = base64url(byok(kek.kid, nodeCiphertext(kek, nodeTarget(jwk))))
    const { key } = importKey(forkHsm(hsm), 'brought', { kty: hsmType(jwk), key_hsm })
    expect(key.kty).toBe(hsmType(jwk))
    expect(publicPart(key)).toEqual(publicPart({ ...jwk }))
  })

  it.each(AES_BITS)('a key under an AES key of %i bits', (aesBits) => {
    const { hsm, kek } = withKek()
    const ciphertext = nodeCiphertext(kek.key, nodeTarget(ecJwk()), aesBits)
    const key_hsm = base64url(byok(kek.key.kid, ciphertext))
    expect(importKey(hsm, 'orders', { kty: 'EC-HSM', key_hsm }).key.x).toBe(ecJwk().x)
  })

  it.each(AES_BITS)('the very bytes of a symmetric key of %i bits', (bits) => {
    const { hsm, kek } = withKek()
    const key_hsm = base64url(byok(kek.key.kid, nodeCiphertext(kek.key, octBytes(bits))))
    importKey(hsm, 'content', { kty: 'oct-HSM', key_hsm })
    const plaintext = Buffer.from('attack at dawn')
    const sealed = encrypt(hsm, 'content', { alg: `A${bits}GCM`, value: plaintext })
    const decipher = createDecipheriv(
      `aes-${bits}-gcm`,
      octBytes(bits),
      sealed.iv ?? new Uint8Array(),
    ).setAuthTag(sealed.tag ?? new Uint8Array())
    expect(Buffer.concat([decipher.update(sealed.value), decipher.final()])).toEqual(plaintext)
  })
})

describe('importKey reads key_hsm', () => {
  // Bytes whose base64 has `+`, `/` and padding, in the file as in its ciphertext.
  const target = ecJwk('P-521')
  const { hsm, kek } = withKek()
  const random = createHmacDrbg(utf8ToBytes('a ciphertext with every character'))
  const blob = createTransferBlob(kek.key, target, { random, generator: '??? ~~~ >>>!' })
  const brings = (key_hsm: string) => {
    const { key } = importKey(forkHsm(hsm), 'orders', { kty: 'EC-HSM', key_hsm })
    return key.x === target.x
  }
  const inFile = (change: (ciphertext: Buffer) => string) => {
    const { ciphertext, ...file } = JSON.parse(Buffer.from(blob).toString())
    const text = change(Buffer.from(ciphertext, 'base64url'))
    return { text, key_hsm: base64url(JSON.stringify({ ...file, ciphertext: text })) }
  }

  it('in base64url', () => {
    const text = Buffer.from(blob).toString('base64url')
    expect(text).toMatch(/-.*_|_.*-/)
    expect(brings(text)).toBe(true)
  })

  it('in base64 with its padding', () => {
    const text = Buffer.from(blob).toString('base64')
    expect(text).toMatch(/\+.*\/|\/.*\+/)
    expect(text).toMatch(/=$/)
    expect(brings(text)).toBe(true)
  })

  it('in base64 without padding', () => {
    expect(brings(Buffer.from(blob).toString('base64').replace(/=+$/, ''))).toBe(true)
  })

  it('in base64url with padding', () => {
    expect(
      brings(Buffer.from(blob).toString('base64').replaceAll('+', '-').replaceAll('/', '_')),
    ).toBe(true)
  })

  it('with the ciphertext in base64', () => {
    const { text, key_hsm } = inFile((ciphertext) => ciphertext.toString('base64'))
    expect(text).toMatch(/\+.*\/|\/.*\+/)
    expect(brings(key_hsm)).toBe(true)
  })

  it('with the ciphertext in padded base64url', () => {
    const { text, key_hsm } = inFile((ciphertext) =>
      ciphertext.toString('base64').replaceAll('+', '-').replaceAll('/', '_'),
    )
    expect(text).toMatch(/[-_].*=$/)
    expect(brings(key_hsm)).toBe(true)
  })

  const { kid } = kek.key
  const ciphertext = nodeCiphertext(kek.key, nodeTarget(target))
  it.each([
    ['of schema version 1.0', byok(kid, ciphertext, { schema_version: '1.0' })],
    ['without a generator', byok(kid, ciphertext, { generator: undefined })],
    ['with a generator that is no text', byok(kid, ciphertext, { generator: [3] })],
    ['with members that nobody knows', byok(kid, ciphertext, { header: { typ: 'x' }, more: 1 })],
    ['with white space between its members', ` ${byok(kid, ciphertext).replace(/,/g, ',\n ')}\n`],
    ['whose kid is in capitals', byok(kid.toUpperCase(), ciphertext)],
  ])('%s', (_, file) => {
    expect(brings(base64url(file))).toBe(true)
  })

  it('that is null as absent', () => {
    const jwk = { ...ecJwk(), key_hsm: null as unknown as undefined }
    expect(importKey(forkHsm(hsm), 'orders', jwk).key.x).toBe(ecJwk().x)
  })

  it('and no other member of a key beside it', () => {
    const { keyHsm, hsm } = withKek()
    const jwk = { ...ecJwk('P-384'), crv: 'P-256', key_hsm: keyHsm(ecJwk()) }
    expect(importKey(hsm, 'orders', jwk).key).toMatchObject({ crv: 'P-256', x: ecJwk().x })
  })

  it.each([
    ['P-256', 'P-256'],
    ['P-256K', 'secp256k1'],
    ['P-256K', 'SECP256K1'],
    ['P-256K', 'P-256K'],
  ] as const)('on %s when crv asks for %s', (curve, crv) => {
    const { hsm, keyHsm } = withKek()
    const key_hsm = keyHsm(ecJwk(curve))
    expect(importKey(hsm, 'orders', { kty: 'EC-HSM', crv, key_hsm }).key.crv).toBe(curve)
  })

  it('without looking at crv where there is no curve', () => {
    const { hsm, keyHsm } = withKek()
    const jwk = { kty: 'oct-HSM', crv: 'P-256', key_hsm: keyHsm(octJwk()) }
    expect(importKey(hsm, 'content', jwk).key).not.toHaveProperty('crv')
  })
})

describe('a transferred key', () => {
  it.each(['managed-hsm', 'vault-premium'] as const)(
    'is a key of the HSM whichever type is asked for (%s)',
    (profile) => {
      const { hsm, keyHsm } = withKek({ profile })
      const { key, attributes } = importKey(hsm, 'orders', { kty: 'EC', key_hsm: keyHsm(ecJwk()) })
      expect(key.kty).toBe('EC-HSM')
      expect(attributes.hsmPlatform).toBe('2')
    },
  )

  it.each([
    ['RSA', rsaJwk(), ['encrypt', 'decrypt', 'sign', 'verify', 'wrapKey', 'unwrapKey']],
    ['EC', ecJwk(), ['sign', 'verify']],
    [
      'oct',
      octJwk(),
      ['deriveKey', 'wrapKey', 'verify', 'sign', 'unwrapKey', 'encrypt', 'decrypt'],
    ],
  ] as const)('of type %s may do what its type does, and is not exportable', (kty, jwk, keyOps) => {
    const { hsm, keyHsm } = withKek()
    const { key, attributes } = importKey(hsm, 'k', { kty: `${kty}-HSM`, key_hsm: keyHsm(jwk) })
    expect(key.key_ops).toEqual(keyOps)
    expect(attributes.exportable).toBe(false)
  })

  it('takes key_ops, attributes and tags like any other', () => {
    const { hsm, keyHsm } = withKek()
    const jwk = { kty: 'EC-HSM', key_ops: ['verify'], key_hsm: keyHsm(ecJwk()) }
    const tags = { team: 'shop' }
    const bundle = importKey(hsm, 'orders', jwk, { attributes: { exp: START + 60 }, tags })
    expect(bundle).toMatchObject({ key: { key_ops: ['verify'] }, attributes: { exp: START + 60 } })
    expect(bundle.tags).toEqual(tags)
  })

  it('can be exportable under a release policy that goes with it', () => {
    const { hsm, keyHsm } = withKek()
    const policy = {
      version: '1.0.0',
      anyOf: [{ authority: 'https://a.test', allOf: [{ claim: 'c', equals: 'd' }] }],
    }
    const { attributes } = importKey(
      hsm,
      'model',
      { kty: 'oct-HSM', key_hsm: keyHsm(octJwk()) },
      {
        attributes: { exportable: true },
        releasePolicy: { data: Buffer.from(JSON.stringify(policy)) },
      },
    )
    expect(attributes.exportable).toBe(true)
  })

  it('can be a KEK itself', () => {
    const { hsm, keyHsm } = withKek()
    const jwk = { kty: 'RSA-HSM', key_ops: ['import'], key_hsm: keyHsm(rsaJwk(3072)) }
    const next = importKey(hsm, 'next-kek', jwk)
    const key_hsm = base64url(createTransferBlob(next.key, octJwk()))
    expect(importKey(hsm, 'content', { kty: 'oct-HSM', key_hsm }).key.kty).toBe('oct-HSM')
  })

  it('is a new version where the name is taken', () => {
    const { hsm, keyHsm } = withKek()
    const jwk = { kty: 'EC-HSM', key_hsm: keyHsm(ecJwk()) }
    expect(importKey(hsm, 'orders', jwk).key.kid).not.toBe(importKey(hsm, 'orders', jwk).key.kid)
    expect(listKeyVersions(hsm, 'orders').value).toHaveLength(2)
  })

  it('may take the name of its own KEK', () => {
    const { hsm, kek, keyHsm } = withKek()
    importKey(hsm, 'kek', { kty: 'EC-HSM', key_hsm: keyHsm(ecJwk()) })
    expect(getKey(hsm, 'kek').key.x).toBe(ecJwk().x)
    expect(getKey(hsm, kek.key.kid).key.n).toBe(kek.key.n)
  })
})

describe('a KEK', () => {
  const brings = (hsm: Hsm, kek: KeyBundle) => {
    const key_hsm = base64url(createTransferBlob(kek.key, ecJwk()))
    return importKey(hsm, 'orders', { kty: 'EC-HSM', key_hsm }).key.x === ecJwk().x
  }

  it('still imports by its older version after it was rotated', () => {
    const { hsm, kek } = withKek()
    rotateKey(hsm, 'kek')
    expect(brings(hsm, kek)).toBe(true)
  })

  it('imports again once it is enabled', () => {
    const { hsm, kek } = withKek()
    updateKey(hsm, 'kek', { attributes: { enabled: false } })
    updateKey(hsm, 'kek', { attributes: { enabled: true } })
    expect(brings(hsm, kek)).toBe(true)
  })

  it('imports again once it is recovered', () => {
    const { hsm, kek } = withKek()
    deleteKey(hsm, 'kek')
    recoverDeletedKey(hsm, 'kek')
    expect(brings(hsm, kek)).toBe(true)
  })

  it('imports from the second of nbf on, up to the second before exp', () => {
    const { hsm, clock, kek } = withKek()
    updateKey(hsm, 'kek', { attributes: { nbf: START + 60, exp: START + 62 } })
    clock.seconds = START + 60
    expect(brings(hsm, kek)).toBe(true)
    clock.seconds = START + 61
    expect(brings(hsm, kek)).toBe(true)
  })
})
