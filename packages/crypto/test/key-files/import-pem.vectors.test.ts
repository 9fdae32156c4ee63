/** Files that OpenSSL wrote: every form that is read must give the key that the plain form gives. */

import { describe, expect, it } from 'vitest'
import { importPem, importPublicPem } from '../../src/key-files/import-pem.ts'
import { exportJwk, toPublicJwk } from '../../src/keys/export-jwk.ts'
import { fixture, PASSWORD } from '../fixture.ts'

const FORMS = {
  rsa: ['pkcs1', 'traditional-aes256'],
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

  it('wrote 19 private and 10 public files', () => {
    expect([privateCases.length, publicCases.length]).toEqual([19, 10])
  })

  it.each(privateCases)('%s holds the private key %s', (name, key) => {
    const read = importPem(fixture(name), { password: PASSWORD })
    expect(exportJwk(read)).toEqual(exportJwk(importPem(fixture(`${key}.pkcs8`))))
  })

  it.each(publicCases)('%s holds the public half of %s', (name, key) => {
    const read = importPublicPem(fixture(name))
    expect(exportJwk(read)).toEqual(toPublicJwk(importPem(fixture(`${key}.pkcs8`))))
  })
})
