import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { cryptoError, isCryptoError, operationFailed } from '../src/crypto-error.ts'
import { Secret } from '../src/secret.ts'
import { refusalOf } from './refusal.ts'

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

  it('has no properties, and is frozen', () => {
    expect(Reflect.ownKeys(secret)).toEqual([])
    expect(Object.isFrozen(secret)).toBe(true)
  })

  it('is empty after a structured clone', () => {
    expect(structuredClone({ secret })).toEqual({ secret: {} })
  })

  it('is revealed as the value itself', () => {
    const bytes = new Uint8Array(3)
    expect(Secret.reveal(new Secret(bytes))).toBe(bytes)
  })

  it.each([Object.create(Secret.prototype), null, undefined, 'swordfish', {}])(
    'is not %j: Secret.reveal rejects it',
    (value) => {
      expect(refusalOf(() => Secret.reveal(value as Secret<unknown>))).toEqual({
        code: 'INVALID_ARGUMENT',
        message: 'Secret.reveal takes a Secret.',
      })
    },
  )
})

describe('isCryptoError', () => {
  it('accepts the errors of this package', () => {
    expect(isCryptoError(operationFailed())).toBe(true)
    expect(isCryptoError(cryptoError('INVALID_KEY', 'x'))).toBe(true)
  })

  it.each([new Error('x'), { name: 'CryptoError', code: 'INVALID_KEY' }, undefined, 'CryptoError'])(
    'rejects %j',
    (other) => {
      expect(isCryptoError(other)).toBe(false)
    },
  )
})
