/** Private keys in PEM as JWKs: what node:crypto and the engine make of the same file. */

import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { createHsm, getKey, importKey, importPem } from 'pocket-hsm'
import { describe, expect, it } from 'vitest'
import { isPem, parsePem } from '../../page/model/pem-key.ts'

const CURVES = { P_256: 'P-256', P_384: 'P-384', P_521: 'P-521', secp256k1: 'P-256K' } as const

const generated = (namedCurve: string): KeyObject =>
  generateKeyPairSync('ec', { namedCurve: namedCurve.replace('_', '-') }).privateKey

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey

const pemOf = (der: Uint8Array, label = 'PRIVATE KEY'): string =>
  `-----BEGIN ${label}-----\n${Buffer.from(der).toString('base64')}\n-----END ${label}-----\n`

const SEED = Buffer.alloc(32, 5)
const ML_DSA_44 = '300b0609608648016503040311'

/** PKCS#8 of an ML-DSA-44 key: the seed, with [0] before it. */
const mlDsa = (key = Buffer.concat([Buffer.from('8020', 'hex'), SEED])): Buffer => {
  const octets = Buffer.concat([Buffer.from([0x04, key.length]), key])
  const content = Buffer.concat([Buffer.from(`020100${ML_DSA_44}`, 'hex'), octets])
  return Buffer.concat([Buffer.from([0x30, content.length]), content])
}

describe('a private key in PEM', () => {
  it.each(Object.entries(CURVES))('of %s is the JWK that node:crypto has', (curve, crv) => {
    const key = generated(curve)
    const jwk = { ...key.export({ format: 'jwk' }), crv }
    for (const type of ['pkcs8', 'sec1'] as const) {
      const pem = String(key.export({ type, format: 'pem' }))
      expect([isPem(pem), parsePem(pem).jwk]).toEqual([true, jwk])
    }
  })

  it.each(['pkcs8', 'pkcs1'] as const)('of RSA as %s is the JWK that node:crypto has', (type) => {
    const pem = `text before it\n${rsa.export({ type, format: 'pem' })}`
    expect(parsePem(pem).jwk).toEqual(rsa.export({ format: 'jwk' }))
  })

  it('of ML-DSA is the key that the engine reads from the same file', () => {
    const pem = pemOf(mlDsa())
    const { jwk } = parsePem(pem)
    expect(jwk).toEqual({ kty: 'AKP', alg: 'ML-DSA-44', priv: SEED.toString('base64url') })
    const hsm = createHsm()
    importPem(hsm, 'of-the-file', pem)
    importKey(hsm, 'of-the-jwk', jwk as never)
    expect(getKey(hsm, 'of-the-jwk').key.pub).toBe(getKey(hsm, 'of-the-file').key.pub)
  })

  it('is taken by the engine as the JWK', () => {
    const hsm = createHsm()
    const key = generated('P_384')
    const { jwk } = parsePem(String(key.export({ type: 'pkcs8', format: 'pem' })))
    const x = createPrivateKey({ format: 'jwk', key: jwk as never }).export({ format: 'jwk' }).x
    expect(importKey(hsm, 'orders', jwk as never).key.x).toBe(x)
  })
})

describe('what is no private key that the service takes', () => {
  const ec = generated('P_256')
  const encrypted = ec.export({
    type: 'pkcs8',
    format: 'pem',
    cipher: 'aes-256-cbc',
    passphrase: 'open',
  })
  const encryptedOfOld = ec.export({
    type: 'sec1',
    format: 'pem',
    cipher: 'aes-256-cbc',
    passphrase: 'open',
  })
  const withoutPublic = Buffer.from(
    `3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420${'11'.repeat(32)}`,
    'hex',
  )
  it('a key without its public part is one for the engine, as the reason says', () => {
    const { key } = importPem(createHsm(), 'orders', pemOf(withoutPublic))
    expect([key.crv, parsePem(pemOf(withoutPublic)).error]).toEqual([
      'P-256',
      expect.stringContaining('pocket-hsm key import'),
    ])
  })

  const ed25519 = generateKeyPairSync('ed25519').privateKey
  const whole = rsa.export({ type: 'pkcs8', format: 'der' })

  it.each([
    ['an encrypted key', String(encrypted), 'This key is encrypted'],
    ['an encrypted key of old', String(encryptedOfOld), 'This key is encrypted'],
    ['a public key', pemOf(mlDsa(), 'PUBLIC KEY'), 'There is no private key in this PEM.'],
    ['a key of another kind', pemOf(ed25519.export({ type: 'pkcs8', format: 'der' })), 'Only RSA'],
    ['a key without its public part', pemOf(withoutPublic), 'This key has no public part'],
    ['an ML-DSA key without its seed', pemOf(mlDsa(Buffer.from('0401aa', 'hex'))), 'has no seed'],
    ['half a key', pemOf(whole.subarray(0, 600)), 'are no private key'],
    ['no bytes', pemOf(Buffer.alloc(0)), 'are no private key'],
    [
      'text in place of bytes',
      '-----BEGIN PRIVATE KEY-----\n!\n-----END PRIVATE KEY-----',
      'are no',
    ],
  ])('%s has a reason', (_, pem, reason) => {
    const { jwk, error } = parsePem(pem)
    expect([jwk, error]).toEqual([undefined, expect.stringContaining(reason)])
  })

  it('whichever byte of a key is damaged, it is a JWK or has a reason', () => {
    const bytes = mlDsa()
    for (const [at, byte] of bytes.entries()) {
      const { jwk, error } = parsePem(pemOf(bytes.with(at, byte ^ 0x81)))
      expect(jwk === undefined).toBe(error !== undefined)
    }
  })
})
