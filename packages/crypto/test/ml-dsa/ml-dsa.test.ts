import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import {
  bytesToHex,
  digest,
  EC_ALGORITHMS,
  exportJwk,
  exportPem,
  exportPkcs8,
  exportPublicPem,
  exportSpki,
  generateKey,
  hexToBytes,
  importJwk,
  importPem,
  importPkcs8,
  importPublicPem,
  importSpki,
  jwkThumbprint,
  ML_DSA_ALGORITHMS,
  ML_DSA_LENGTHS,
  type MlDsaParameterSet,
  makeMlDsaKey,
  makeMlDsaPublicKey,
  mlDsaSign,
  mlDsaSignDeterministic,
  mlDsaVerify,
  Secret,
  sign,
  toBase64url,
  toPublicJwk,
  utf8ToBytes,
  verify,
} from '../../src/index.ts'
import { expandedKeyOf } from '../../src/ml-dsa/expanded-key.ts'
import { codeOf, refusalOf } from '../refusal.ts'
import { ecTestKey, mlDsaTestKey, testRandom } from '../test-keys.ts'

const NAMES = Object.keys(ML_DSA_LENGTHS) as MlDsaParameterSet[]
const key = mlDsaTestKey('ML-DSA-44')
const message = utf8ToBytes('order 1')
const random = testRandom('ML-DSA')
const context = utf8ToBytes('orders')

describe('makeMlDsaKey', () => {
  it.each(NAMES)('%s has a public key of the length in its row, and is frozen', (alg) => {
    const made = makeMlDsaKey(alg, new Uint8Array(32))
    expect(made).toMatchObject({ kty: 'AKP', alg })
    expect(made.publicKey).toHaveLength(ML_DSA_LENGTHS[alg].publicKey)
    expect(Object.isFrozen(made)).toBe(true)
  })

  it('copies the seed and does not print it', () => {
    const seed = new Uint8Array(32).fill(0xab)
    const made = makeMlDsaKey('ML-DSA-44', seed)
    seed.fill(0)
    expect(bytesToHex(Secret.reveal(made.privateKey))).toBe('ab'.repeat(32))
    expect(inspect(made.privateKey)).toContain('[secret]')
    expect(JSON.stringify(made)).not.toContain(toBase64url(new Uint8Array(32).fill(0xab)))
  })

  it.each([0, 31, 33])('rejects a seed of %i bytes', (length) => {
    const { code, message: text } = refusalOf(() =>
      makeMlDsaKey('ML-DSA-44', new Uint8Array(length)),
    )
    expect(code).toBe('INVALID_KEY')
    expect(text).toContain(`32 bytes, not ${length}`)
  })

  it.each(['ML-DSA-43', 'ml-dsa-44', 'constructor', undefined])(
    'rejects the parameter set %s',
    (alg) => {
      expect(codeOf(() => makeMlDsaKey(alg as MlDsaParameterSet, new Uint8Array(32)))).toBe(
        'INVALID_ARGUMENT',
      )
    },
  )
})

describe('generateKey', () => {
  it('draws the seed and nothing else, so that the same source gives the same key', () => {
    const drawn: number[] = []
    const source = (length: number) => {
      drawn.push(length)
      return new Uint8Array(length).fill(7)
    }
    const made = generateKey({ kty: 'AKP', alg: 'ML-DSA-65' }, source)
    expect(drawn).toEqual([32])
    expect(made.publicKey).toEqual(makeMlDsaKey('ML-DSA-65', new Uint8Array(32).fill(7)).publicKey)
  })

  it('rejects another alg', () => {
    const spec = { kty: 'AKP', alg: 'ML-KEM-768' } as unknown as Parameters<typeof generateKey>[0]
    expect(codeOf(() => generateKey(spec, random))).toBe('INVALID_ARGUMENT')
  })
})

describe('mlDsaSign', () => {
  it('draws 32 bytes and never gives the same signature twice', () => {
    const drawn: number[] = []
    const source = (length: number) => {
      drawn.push(length)
      return random(length)
    }
    const signatures = [mlDsaSign(key, message, source), mlDsaSign(key, message, source)]
    expect(drawn).toEqual([32, 32])
    expect(signatures[0]).not.toEqual(signatures[1])
    expect(signatures.every((signature) => mlDsaVerify(key, message, signature))).toBe(true)
  })

  it('signs no context as the empty context', () => {
    const signature = mlDsaSignDeterministic(key, message)
    expect(mlDsaSignDeterministic(key, message, { context: new Uint8Array(0) })).toEqual(signature)
  })

  it.each([
    ['a context of 256 bytes', message, { context: new Uint8Array(256) }],
    ['µ of 63 bytes', new Uint8Array(63), { isExternalMu: true }],
    ['µ of 65 bytes', new Uint8Array(65), { isExternalMu: true }],
    ['µ with a context', new Uint8Array(64), { isExternalMu: true, context }],
    ['a context that is text', message, { context: 'orders' as unknown as Uint8Array }],
  ])('rejects %s, to sign and to verify', (_, bytes, parameters) => {
    expect(codeOf(() => mlDsaSign(key, bytes, random, parameters))).toBe('INVALID_ARGUMENT')
    expect(codeOf(() => mlDsaVerify(key, bytes, new Uint8Array(2420), parameters))).toBe(
      'INVALID_ARGUMENT',
    )
  })

  it('rejects a key without its private part', () => {
    const publicKey = makeMlDsaPublicKey('ML-DSA-44', key.publicKey)
    expect(codeOf(() => mlDsaSign(publicKey, message, random))).toBe('INVALID_ARGUMENT')
  })

  it('gives the same signature after its key has left the cache of expanded keys', () => {
    const made = makeMlDsaKey('ML-DSA-44', new Uint8Array(32))
    const before = expandedKeyOf('ML-DSA-44', made.privateKey)
    expect(expandedKeyOf('ML-DSA-44', made.privateKey)).toBe(before)
    for (let i = 0; i < 256; i++) makeMlDsaKey('ML-DSA-44', new Uint8Array(32))
    const after = expandedKeyOf('ML-DSA-44', made.privateKey)
    expect(after).not.toBe(before)
    expect(after).toEqual(before)
  })
})

describe('sign and verify', () => {
  it.each(NAMES)('%s signs the message itself, as long as its row says', (alg) => {
    const [signer, row] = [mlDsaTestKey(alg), ML_DSA_ALGORITHMS[alg]]
    const signature = sign(signer, row, message, random, { context })
    expect(signature).toHaveLength(row.signatureLength)
    expect(verify(signer, row, message, signature, { context })).toBe(true)
    expect(verify(signer, row, message, signature)).toBe(false)
  })

  it('reject a key of another parameter set', () => {
    expect(refusalOf(() => sign(key, ML_DSA_ALGORITHMS['ML-DSA-65'], message, random))).toEqual({
      code: 'INVALID_ARGUMENT',
      message: 'ML-DSA-65 needs a key of its own, not one of ML-DSA-44.',
    })
  })

  it.each([{ context }, { isExternalMu: true }])('reject %o for ECDSA', (parameters) => {
    const [signer, row] = [ecTestKey('P-256'), EC_ALGORITHMS.ES256]
    const hashed = digest('SHA-256', message)
    expect(codeOf(() => sign(signer, row, hashed, random, parameters))).toBe('INVALID_ARGUMENT')
    expect(codeOf(() => verify(signer, row, hashed, new Uint8Array(64), parameters))).toBe(
      'INVALID_ARGUMENT',
    )
  })
})

describe('an ML-DSA JWK', () => {
  it('is imported as it was exported, private and public', () => {
    expect(exportJwk(importJwk(exportJwk(key)))).toEqual(exportJwk(key))
    expect(exportJwk(importJwk(toPublicJwk(key)))).toEqual(toPublicJwk(key))
  })

  it('may leave out pub beside priv', () => {
    const { pub, ...rest } = exportJwk(key)
    expect(toPublicJwk(importJwk(rest)).pub).toBe(pub)
  })

  it.each([
    ['alg', undefined, 'INVALID_KEY'],
    ['alg', 'ML-DSA-43', 'UNSUPPORTED_KEY'],
    ['alg', 'ML-DSA-65', 'INVALID_KEY'],
    ['priv', 'AAAA', 'INVALID_KEY'],
    ['priv', toBase64url(new Uint8Array(2560)), 'INVALID_KEY'],
    ['priv', toBase64url(new Uint8Array(32)), 'INVALID_KEY'],
    ['pub', '', 'INVALID_KEY'],
    ['pub', 5, 'INVALID_KEY'],
    ['pub', 'A'.repeat(4097), 'INVALID_KEY'],
  ])('with %s of %.12s is rejected with %s', (member, value, code) => {
    expect(codeOf(() => importJwk({ ...exportJwk(key), [member]: value }))).toBe(code)
  })

  it('has a thumbprint of alg, kty and pub', () => {
    const { pub } = toPublicJwk(key)
    const canonical = `{"alg":"ML-DSA-44","kty":"AKP","pub":"${pub}"}`
    expect(jwkThumbprint(exportJwk(key))).toEqual(digest('SHA-256', utf8ToBytes(canonical)))
  })
})

describe('an ML-DSA key file', () => {
  it.each(NAMES)('%s: PKCS#8, SPKI and PEM are read as they were written', (alg) => {
    const jwk = exportJwk(mlDsaTestKey(alg))
    expect(exportJwk(importPkcs8(exportPkcs8(mlDsaTestKey(alg))))).toEqual(jwk)
    expect(exportJwk(importPem(exportPem(mlDsaTestKey(alg))))).toEqual(jwk)
    const publicJwk = toPublicJwk(mlDsaTestKey(alg))
    expect(exportJwk(importSpki(exportSpki(mlDsaTestKey(alg))))).toEqual(publicJwk)
    expect(exportJwk(importPublicPem(exportPublicPem(mlDsaTestKey(alg))))).toEqual(publicJwk)
  })

  /** A PKCS#8 of ML-DSA-44 whose private key is `content`, of 256 bytes or more. */
  const pkcs8Of = (content: string) => {
    const body = `020100300b060960864801650304031104${lengthOf(content)}${content}`
    return hexToBytes(`30${lengthOf(body)}${body}`)
  }
  const lengthOf = (hex: string) => `82${(hex.length / 2).toString(16).padStart(4, '0')}`
  const seed = bytesToHex(Secret.reveal(key.privateKey))
  const expanded = bytesToHex(expandedKeyOf('ML-DSA-44', key.privateKey))
  const both = (expandedKey: string) => {
    const body = `0420${seed}04${lengthOf(expandedKey)}${expandedKey}`
    return pkcs8Of(`30${lengthOf(body)}${body}`)
  }

  it('may hold the expanded key beside the seed, if it is that of the seed', () => {
    expect(exportJwk(importPkcs8(both(expanded)))).toEqual(exportJwk(key))
    expect(refusalOf(() => importPkcs8(both('00'.repeat(2560))))).toEqual({
      code: 'INVALID_KEY',
      message: 'The expanded key is not that of the seed.',
    })
  })

  it('with the expanded key alone is not supported, and the error says what to do', () => {
    const der = pkcs8Of(`04${lengthOf(expanded)}${expanded}`)
    const { code, message: text } = refusalOf(() => importPkcs8(der))
    expect(code).toBe('UNSUPPORTED_KEY')
    expect(text).toContain('export the seed, or make a new key')
  })

  it.each([
    ['a seed of 31 bytes', `801f${'00'.repeat(31)}`],
    ['another type', '020100'],
    ['a seed alone in a sequence', `30220420${'00'.repeat(32)}`],
  ])('with %s is rejected', (_, content) => {
    expect(codeOf(() => importPkcs8(hexToBytes(shortPkcs8(content))))).toBe('INVALID_KEY')
  })

  const shortLength = (hex: string) => (hex.length / 2).toString(16).padStart(2, '0')
  const shortPkcs8 = (content: string, parameters = '') => {
    const oid = `0609608648016503040311${parameters}`
    const body = `02010030${shortLength(oid)}${oid}04${shortLength(content)}${content}`
    return `30${shortLength(body)}${body}`
  }

  it('with parameters in its algorithm is rejected', () => {
    const content = `8020${'00'.repeat(32)}`
    expect(importPkcs8(hexToBytes(shortPkcs8(content)))).toMatchObject({ alg: 'ML-DSA-44' })
    expect(codeOf(() => importPkcs8(hexToBytes(shortPkcs8(content, '0500'))))).toBe('INVALID_KEY')
  })

  it('cannot be written of a key without its private part', () => {
    const publicKey = makeMlDsaPublicKey('ML-DSA-44', key.publicKey)
    expect(codeOf(() => exportPkcs8(publicKey))).toBe('INVALID_ARGUMENT')
  })
})
