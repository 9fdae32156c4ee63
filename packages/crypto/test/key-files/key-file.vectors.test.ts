import { expect } from 'vitest'
import {
  type CryptoErrorCode,
  exportJwk,
  hexToBytes,
  importEncryptedPkcs8,
  importPem,
  importPkcs1,
  importPkcs8,
  importPublicPem,
  importSec1,
  importSpki,
  type KeyMaterial,
  toPublicJwk,
} from '../../src/index.ts'
import { runVectors, type VectorCase } from '../load-vectors.ts'
import { codeOf } from '../refusal.ts'

interface KeyFileFields {
  readonly form: keyof typeof READERS
  readonly pem?: string
  readonly der?: string
  readonly password?: string
  readonly refusal?: keyof typeof REFUSALS
}

type KeyFileCase = VectorCase<KeyFileFields, { key: string }>

const READERS = {
  pem: ({ pem = '', password }: KeyFileFields) => importPem(pem, { password }),
  'public-pem': ({ pem = '' }: KeyFileFields) => importPublicPem(pem),
  pkcs8: ({ der = '' }: KeyFileFields) => importPkcs8(hexToBytes(der)),
  'encrypted-pkcs8': ({ der = '', password = '' }: KeyFileFields) =>
    importEncryptedPkcs8(hexToBytes(der), password),
  sec1: ({ der = '' }: KeyFileFields) => importSec1(hexToBytes(der)),
  pkcs1: ({ der = '' }: KeyFileFields) => importPkcs1(hexToBytes(der)),
  'pkcs1-public': ({ der = '' }: KeyFileFields) => importPkcs1(hexToBytes(der)),
  spki: ({ der = '' }: KeyFileFields) => importSpki(hexToBytes(der)),
} satisfies Record<string, (item: KeyFileFields) => KeyMaterial>

const REFUSALS = {
  unsupported: 'UNSUPPORTED_KEY',
  invalid: 'INVALID_KEY',
  password: 'WRONG_PASSWORD',
} satisfies Record<string, CryptoErrorCode>

runVectors<KeyFileCase>('key-file.json', {
  fields: ['form', 'pem', 'der', 'password', 'refusal', 'key'],
  run(item, keyOf) {
    const read = () => READERS[item.form](item)
    if (!item.valid) {
      return expect(codeOf(read)).toBe(item.refusal && REFUSALS[item.refusal])
    }
    expect(jwkOf(read())).toEqual(jwkOf(keyOf(item.key)))
  },
})

const jwkOf = (key: KeyMaterial) =>
  key.kty !== 'oct' && key.privateKey === undefined ? toPublicJwk(key) : exportJwk(key)
