import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import { describe, expect, it } from 'vitest'
import { bmpPassword, derivePkcs12 } from '../../src/key-files/pkcs12-kdf.ts'
import { PASSWORD } from '../fixture.ts'

const SALT = hexToBytes('0102030405060708')

/** From OpenSSL 3.0.19: `openssl kdf -keylen … -kdfopt digest:SHA1 -kdfopt hexpass:… -kdfopt id:1 … PKCS12KDF`. */
const CASES = [
  {
    what: 'a key',
    password: PASSWORD,
    derivation: { purpose: 'key', salt: SALT, iterations: 1, length: 24 },
    derived: '587e850aeccadbdcee49d290a240aa4e3f0e9122b3d2a866',
  },
  {
    what: 'an IV',
    password: PASSWORD,
    derivation: { purpose: 'iv', salt: SALT, iterations: 100, length: 8 },
    derived: 'd5ca6511b40c8b3d',
  },
  {
    what: 'four blocks, salt and password of several blocks',
    password: PASSWORD.repeat(8),
    derivation: { purpose: 'key', salt: new Uint8Array(70).fill(0xab), iterations: 3, length: 64 },
    derived:
      'eaeeee47d3d4ae01786423304d775b456bb4f93189427528b97f6819a5f198a6e6eea172575a1d9f2e6a6f66635e2412ce60dcd7f4094199299a3119f5042134',
  },
  {
    what: 'the empty password',
    password: '',
    derivation: { purpose: 'key', salt: SALT, iterations: 2, length: 16 },
    derived: '6f61ada78cbd3662b270422ddedbc65c',
  },
] as const

describe('the key derivation of PKCS#12', () => {
  it.each(CASES)('gives $what as OpenSSL does', ({ password, derivation, derived }) => {
    expect(bytesToHex(derivePkcs12(bmpPassword(password), derivation))).toBe(derived)
  })

  it('works without a salt', () => {
    const derivation = {
      purpose: 'key',
      salt: new Uint8Array(),
      iterations: 1,
      length: 20,
    } as const
    expect(derivePkcs12(bmpPassword(PASSWORD), derivation)).toHaveLength(20)
  })
})

describe('bmpPassword', () => {
  it.each([
    ['text', 'aé', '006100e90000'],
    ['text outside the basic plane, as a surrogate pair', '🔑', 'd83ddd110000'],
    ['the empty text', '', '0000'],
    ['bytes of UTF-8', Uint8Array.of(0x61, 0xc3, 0xa9), '006100e90000'],
    ['other bytes, as Latin-1', Uint8Array.of(0x61, 0xe9), '006100e90000'],
  ])('writes %s as UTF-16 with a zero at its end', (_, password, hex) => {
    expect(bytesToHex(bmpPassword(password))).toBe(hex)
  })
})
