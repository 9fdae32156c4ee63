/** Files that OpenSSL wrote: every supported form gives the same key as the form without encryption. */

import { describe, expect, it } from 'vitest'
import { importPem, importPublicPem } from '../../src/key-files/import-pem.ts'
import { exportJwk, toPublicJwk } from '../../src/keys/export-jwk.ts'
import { fixture, PASSWORD } from '../fixture.ts'

/** PKCS#8 under triple DES: PBES2 with both derivations, PBES1 with three and two keys, and the option -des3. */
const TRIPLE_DES = [
  'pbes2-des3',
  'pbes2-scrypt-des3',
  'pkcs12-3des',
  'pkcs12-2des',
  'pkcs8-des3',
] as const

const FORMS = {
  rsa: ['pkcs1', 'traditional-aes256', 'traditional-des3', ...TRIPLE_DES],
  genrsa: ['traditional-des3'],
  p256: [
    'sec1',
    'sec1-compressed',
    'sec1-without-public',
    'pbes2-hmac-SHA1-aes256',
    'pbes2-hmac-SHA224-aes256',
    'pbes2-hmac-SHA256-aes128',
    'pbes2-hmac-SHA256-aes192',
    'pbes2-hmac-SHA256-aes256',
    'pbes2-hmac-SHA384-aes256',
    'pbes2-hmac-SHA512-aes256',
    'pbes2-scrypt-aes256',
    'traditional-aes128',
    'traditional-aes192',
    'traditional-aes256',
    'traditional-des3',
    ...TRIPLE_DES,
  ],
  p384: ['sec1'],
  p521: ['sec1'],
  p256k: ['sec1'],
}
const PUBLIC_FORMS = {
  rsa: ['spki', 'pkcs1-public'],
  p256: ['spki', 'spki-compressed'],
  p384: ['spki', 'spki-compressed'],
  p521: ['spki', 'spki-compressed'],
  p256k: ['spki', 'spki-compressed'],
}
const casesOf = (forms: Record<string, readonly string[]>) =>
  Object.entries(forms).flatMap(([key, names]) =>
    names.map((form) => [`${key}.${form}`, key] as const),
  )

describe('OpenSSL 3.0.19', () => {
  const privateCases = casesOf(FORMS)
  const publicCases = casesOf(PUBLIC_FORMS)

  it('wrote 32 private and 10 public files', () => {
    expect([privateCases.length, publicCases.length]).toEqual([32, 10])
  })

  it.each(privateCases)('%s holds the private key %s', (name, key) => {
    const read = importPem(fixture(name), { password: PASSWORD })
    expect(exportJwk(read)).toEqual(exportJwk(importPem(fixture(`${key}.pkcs8`))))
  })

  it.each([
    ['p256.pkcs12-empty', ''],
    ['p256.pkcs12-unicode', 'pässwörd🔑'],
    ['p256.pkcs12-unicode', Buffer.from('pässwörd🔑')],
  ])('%s opens with the password %j', (name, password) => {
    const read = importPem(fixture(name), { password })
    expect(exportJwk(read)).toEqual(exportJwk(importPem(fixture('p256.pkcs8'))))
  })

  it.each(publicCases)('%s holds the public part of %s', (name, key) => {
    const read = importPublicPem(fixture(name))
    expect(exportJwk(read)).toEqual(toPublicJwk(importPem(fixture(`${key}.pkcs8`))))
  })
})
