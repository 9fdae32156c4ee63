import { createHmacDrbg, type JsonWebKey, utf8ToBytes } from '@pocket-hsm/crypto'
import { describe, expect, it } from 'vitest'
import { createTransferBlob, type TransferKek } from '../../src/index.ts'
import { ecJwk, nodeKey, octBytes, octJwk, rsaJwk } from '../known-keys.ts'
import { badParameter, type Refusal, refusalOf } from '../refusal.ts'
import { AES_BITS, nodeTarget, nodeUnwrap, RSA_BITS, type RsaBits, TARGETS } from '../transfer.ts'

const KID = `https://pocket.test/keys/kek/${'0123456789abcdef'.repeat(2)}`

const kekOf = (bits: RsaBits = 2048): TransferKek => ({ ...rsaJwk(bits), kid: KID })
const opened = (blob: Uint8Array, bits: RsaBits = 2048) => nodeUnwrap(nodeKey(rsaJwk(bits)), blob)

describe('createTransferBlob makes what node:crypto opens', () => {
  const combinations = RSA_BITS.flatMap((bits) =>
    TARGETS.map(([name, jwk]) => [name, bits, jwk] as const),
  )

  it.each(combinations)('of %s under a KEK of %i bits', (_, bits, jwk) => {
    const { target, aesBits } = opened(createTransferBlob(kekOf(bits), jwk), bits)
    // node:crypto writes PKCS#8 in the same form: the public key of a curve is inside.
    expect(target).toEqual(nodeTarget(jwk))
    expect(aesBits).toBe(256)
  })

  it.each(AES_BITS)('with an AES key of %i bits between', (aesKeyBits) => {
    const { target, aesBits } = opened(createTransferBlob(kekOf(), octJwk(), { aesKeyBits }))
    expect(target).toEqual(octBytes())
    expect(aesBits).toBe(aesKeyBits)
  })

  it('of bytes as they are', () => {
    const der = nodeTarget(ecJwk('P-384'))
    expect(opened(createTransferBlob(kekOf(), der)).target).toEqual(der)
  })

  it('of a type that ends in -HSM', () => {
    const jwk = { ...ecJwk(), kty: 'EC-HSM' }
    expect(opened(createTransferBlob(kekOf(), jwk)).target).toEqual(nodeTarget(ecJwk()))
  })
})

describe('a transfer blob', () => {
  it('is the JSON of the specification', () => {
    const text = Buffer.from(createTransferBlob(kekOf(), octJwk())).toString()
    const { ciphertext, ...file } = JSON.parse(text)
    expect(file).toEqual({
      schema_version: '1.0.0',
      header: { kid: KID, alg: 'dir', enc: 'CKM_RSA_AES_KEY_WRAP' },
      generator: 'pocket-hsm',
    })
    expect(ciphertext).toMatch(/^[\w-]+$/)
  })

  it('names its generator, in any script', () => {
    const generator = 'Schlüsselwerkzeug 3 🔑'
    const text = Buffer.from(createTransferBlob(kekOf(), octJwk(), { generator })).toString()
    expect(JSON.parse(text).generator).toBe(generator)
  })

  it('of a key on P-256 under 3072 bits has a ciphertext of 536 bytes', () => {
    expect(opened(createTransferBlob(kekOf(3072), ecJwk()), 3072).length).toBe(536)
  })

  it('of a symmetric key of 256 bits has 40 bytes behind the modulus', () => {
    expect(opened(createTransferBlob(kekOf(), octJwk())).length).toBe(256 + 40)
  })

  it('is another one each time', () => {
    expect(createTransferBlob(kekOf(), octJwk())).not.toEqual(createTransferBlob(kekOf(), octJwk()))
  })

  it('is the same for the same randomness', () => {
    const blob = () =>
      createTransferBlob(kekOf(), octJwk(), { random: createHmacDrbg(utf8ToBytes('same')) })
    expect(blob()).toEqual(blob())
  })

  it('leaves the key that it is made of as it was', () => {
    const bytes = Uint8Array.from(octBytes())
    createTransferBlob(kekOf(), bytes)
    expect(bytes).toEqual(Uint8Array.from(octBytes()))
  })
})

describe('createTransferBlob refuses', () => {
  const JWK = badParameter('The property "key" must be a valid JsonWebKey object.')
  const NO_KID = badParameter(
    'The transfer blob is not valid: header.kid must be the key identifier of the KEK, with its version.',
  )
  const refuses = (title: string, call: () => unknown, refusal: Refusal) =>
    it(title, () => {
      expect(refusalOf(call)).toEqual(refusal)
    })
  const underKek = (kek: unknown) => () => createTransferBlob(kek as TransferKek, octJwk())
  const ofKey = (key: unknown) => () => createTransferBlob(kekOf(), key as JsonWebKey)
  const withOptions = (options: object) => () => createTransferBlob(kekOf(), octJwk(), options)

  refuses('no KEK', underKek(undefined), NO_KID)
  refuses('a KEK without a kid', underKek(rsaJwk()), NO_KID)
  refuses('a kid without a version', underKek({ ...kekOf(), kid: 'https://a.b/keys/kek' }), NO_KID)
  refuses('a kid that is a name', underKek({ ...kekOf(), kid: 'kek/0123' }), NO_KID)
  refuses('a kid of a secret', underKek({ ...kekOf(), kid: 'https://a.b/secrets/k/0' }), NO_KID)
  refuses(
    'a KEK without n',
    underKek({ kid: KID, e: 'AQAB' }),
    badParameter('The JWK is not valid: n is missing or not a string.'),
  )
  refuses(
    'a KEK on a curve',
    underKek({ ...ecJwk(), kid: KID }),
    badParameter('The JWK is not valid: n is missing or not a string.'),
  )
  refuses('no key', ofKey(undefined), JWK)
  refuses('a key that is null', ofKey(null), JWK)
  refuses('a JWK of an unknown type', ofKey({ kty: 'OKP' }), JWK)
  refuses(
    'a JWK that is damaged',
    ofKey({ ...ecJwk(), x: ecJwk('P-256K').x }),
    badParameter('EC key is not valid - cannot instantiate crypto service'),
  )
  refuses(
    'a public key',
    ofKey({ ...ecJwk(), d: undefined }),
    badParameter('The key has no private part to export.'),
  )
  refuses('no bytes', ofKey(new Uint8Array()), badParameter('AES-KWP takes 1 byte or more, not 0.'))
  refuses(
    'another size of AES key',
    withOptions({ aesKeyBits: 64 }),
    badParameter('An AES key has 128, 192 or 256 bits.'),
  )
  refuses(
    'a generator that is no text',
    withOptions({ generator: 3 }),
    badParameter('The option "generator" of createTransferBlob must be a string, not a number.'),
  )
  refuses(
    'a source that gives too little',
    withOptions({ random: () => new Uint8Array(3) }),
    badParameter('The random source gave 3 bytes where 32 were asked for.'),
  )
})
