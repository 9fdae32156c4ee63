import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { cryptoError, isCryptoError, operationFailed } from '../src/crypto-error.ts'
import { Secret } from '../src/secret.ts'

describe('a secret', () => {
  const secret = new Secret('swordfish')

  it.each([
    ['as text', `${secret}`],
    ['by concatenation', String(secret)],
    ['as JSON', JSON.stringify({ secret })],
    ['inspected', inspect({ deep: { secret } }, { depth: 9, showHidden: true })],
  ])('does not print %s', (_, printed) => {
    expect(printed).toContain('[secret]')
    expect(printed).not.toContain('swordfish')
  })

  it('has no properties to find it by, and takes none', () => {
    expect(Reflect.ownKeys(secret)).toEqual([])
    expect(Object.isFrozen(secret)).toBe(true)
  })

  it('does not survive a structured clone', () => {
    expect(structuredClone({ secret })).toEqual({ secret: {} })
  })

  it('opens for Secret.reveal, with the value itself', () => {
    const bytes = new Uint8Array(3)
    expect(Secret.reveal(new Secret(bytes))).toBe(bytes)
  })

  it('does not open what only looks like one', () => {
    const lookalike: Secret<unknown> = Object.create(Secret.prototype)
    expect(() => Secret.reveal(lookalike)).toThrow(TypeError)
  })
})

describe('isCryptoError', () => {
  it('knows what this package throws', () => {
    expect(isCryptoError(operationFailed())).toBe(true)
    expect(isCryptoError(cryptoError('INVALID_KEY', 'x'))).toBe(true)
  })

  it.each([new Error('x'), { name: 'CryptoError', code: 'INVALID_KEY' }, undefined, 'CryptoError'])(
    'does not take %j for it',
    (other) => {
      expect(isCryptoError(other)).toBe(false)
    },
  )
})
