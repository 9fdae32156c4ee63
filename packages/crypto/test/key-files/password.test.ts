import { describe, expect, it } from 'vitest'
import { cryptoError, operationFailed } from '../../src/crypto-error.ts'
import { openProtected, passwordBytes } from '../../src/key-files/password.ts'
import { refusalOf } from '../refusal.ts'

describe('openProtected', () => {
  const refuse = (error: Error) => () =>
    openProtected(() => {
      throw error
    })

  it('returns the result of the function', () => {
    expect(openProtected(() => 5)).toBe(5)
  })

  it('throws one error for every CryptoError', () => {
    const answers = [
      operationFailed(),
      cryptoError('INVALID_KEY', 'a'),
      cryptoError('UNSUPPORTED_KEY', 'b'),
    ]
    const [first, ...others] = answers.map((error) => refusalOf(refuse(error)))
    expect(first?.code).toBe('WRONG_PASSWORD')
    for (const other of others) expect(other).toEqual(first)
  })

  it('does not report a defect as a wrong password', () => {
    expect(refuse(new RangeError('a defect'))).toThrow(RangeError)
  })
})

describe('passwordBytes', () => {
  it('encodes text as UTF-8 without normalizing it', () => {
    expect(passwordBytes('é')).toEqual(Uint8Array.of(0xc3, 0xa9))
    expect(passwordBytes('e\u0301')).toEqual(Uint8Array.of(0x65, 0xcc, 0x81))
  })

  it('returns bytes unchanged', () => {
    expect(passwordBytes(Uint8Array.of(0xff, 0))).toEqual(Uint8Array.of(0xff, 0))
  })
})
