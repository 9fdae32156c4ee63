import { describe, expect, it } from 'vitest'
import { makeEcPublicKey } from '../../src/ec/make-ec-key.ts'
import { exportPem, exportPublicPem } from '../../src/key-files/export-pem.ts'
import { importPem } from '../../src/key-files/import-pem.ts'
import { exportJwk } from '../../src/keys/export-jwk.ts'
import { fixture } from '../fixture.ts'
import { codeOf } from '../refusal.ts'
import { ecTestKey, octTestKey, testRandom } from '../test-keys.ts'

const NAMES = ['rsa', 'p256', 'p384', 'p521', 'p256k']

describe('exportPem', () => {
  it.each(NAMES)('writes %s as openssl does, to the character', (name) => {
    expect(exportPem(importPem(fixture(`${name}.pkcs8`)))).toBe(fixture(`${name}.pkcs8`))
  })

  it('writes ENCRYPTED PRIVATE KEY where there is a password', () => {
    const key = ecTestKey('P-384')
    const random = testRandom('export-pem')
    const pem = exportPem(key, { password: 'a', random, iterations: 10 })
    expect(pem).toMatch(/^-----BEGIN ENCRYPTED PRIVATE KEY-----\n/)
    expect(pem).toMatch(/\n-----END ENCRYPTED PRIVATE KEY-----\n$/)
    expect(Math.max(...pem.split('\n').map(({ length }) => length))).toBe(64)
    expect(exportJwk(importPem(pem, { password: 'a' }))).toEqual(exportJwk(key))
  })

  it('takes the empty password for one', () => {
    const random = testRandom('export-pem')
    const pem = exportPem(ecTestKey('P-256'), { password: '', random, iterations: 10 })
    expect(pem).toContain('ENCRYPTED')
    expect(codeOf(() => importPem(pem))).toBe('INVALID_ARGUMENT')
    expect(importPem(pem, { password: '' }).kty).toBe('EC')
  })

  it('refuses a key without its private part', () => {
    const { x, y } = ecTestKey('P-256').publicKey
    expect(codeOf(() => exportPem(makeEcPublicKey('P-256', x, y)))).toBe('INVALID_ARGUMENT')
  })

  it('refuses a symmetric key', () => {
    expect(codeOf(() => exportPem(octTestKey(128)))).toBe('INVALID_ARGUMENT')
  })
})

describe('exportPublicPem', () => {
  it.each(NAMES)('writes %s as openssl does, to the character', (name) => {
    expect(exportPublicPem(importPem(fixture(`${name}.pkcs8`)))).toBe(fixture(`${name}.spki`))
  })

  it('refuses a symmetric key', () => {
    expect(codeOf(() => exportPublicPem(octTestKey(128)))).toBe('INVALID_ARGUMENT')
  })
})
