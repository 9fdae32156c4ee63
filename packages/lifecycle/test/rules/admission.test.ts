import { describe, expect, it } from 'vitest'
import { admit, type KeyVersion, type UseOperation } from '../../src/index.ts'

const NBF = 1000
const EXP = 2000

const OPERATIONS: readonly UseOperation[] = [
  'encrypt',
  'decrypt',
  'sign',
  'verify',
  'wrapKey',
  'unwrapKey',
  'secureWrapKey',
  'secureUnwrapKey',
  'import',
  'release',
]
const OPENING: readonly UseOperation[] = [
  'decrypt',
  'verify',
  'unwrapKey',
  'secureUnwrapKey',
  'release',
]

function version(
  attributes: Partial<KeyVersion<string>['attributes']>,
  keyOps: KeyVersion<string>['keyOps'] = [
    'encrypt',
    'decrypt',
    'sign',
    'verify',
    'wrapKey',
    'unwrapKey',
    'import',
  ],
): KeyVersion<string> {
  return {
    version: '0'.repeat(32),
    material: 'opaque',
    keyOps,
    attributes: { enabled: true, created: 0, updated: 0, exportable: false, ...attributes },
  }
}

describe('a key inside its window', () => {
  it.each(OPERATIONS)('may %s', (operation) => {
    expect(admit(version({ nbf: NBF, exp: EXP }), operation, 1500)).toBeUndefined()
  })
})

describe('a disabled key', () => {
  it.each(OPERATIONS)('may not %s', (operation) => {
    expect(admit(version({ enabled: false }), operation, 1500)).toBe('keyDisabled')
  })

  it('is reported as disabled even if it has also expired', () => {
    expect(admit(version({ enabled: false, exp: EXP }), 'sign', EXP)).toBe('keyDisabled')
  })
})

describe('a key before its nbf', () => {
  it.each(OPERATIONS.filter((o) => !OPENING.includes(o)))('may not %s', (operation) => {
    expect(admit(version({ nbf: NBF }), operation, NBF - 1)).toBe('keyNotYetValid')
  })

  it.each(OPENING)('may still %s', (operation) => {
    expect(admit(version({ nbf: NBF }), operation, NBF - 1)).toBeUndefined()
  })

  it('may sign from the second of nbf on', () => {
    expect(admit(version({ nbf: NBF }), 'sign', NBF)).toBeUndefined()
  })
})

describe('a key after its exp', () => {
  it.each(OPERATIONS.filter((o) => !OPENING.includes(o)))('may not %s', (operation) => {
    expect(admit(version({ exp: EXP }), operation, EXP)).toBe('keyExpired')
  })

  it.each(OPENING)('may still %s', (operation) => {
    expect(admit(version({ exp: EXP }), operation, EXP)).toBeUndefined()
  })

  it('may sign up to the second before exp', () => {
    expect(admit(version({ exp: EXP }), 'sign', EXP - 1)).toBeUndefined()
  })
})

describe('a key without the operation in its key_ops', () => {
  it.each(OPERATIONS.filter((o) => o !== 'release'))('may not %s', (operation) => {
    expect(admit(version({}, []), operation, 0)).toBe('operationNotPermitted')
  })

  it('may secure-wrap with wrapKey and secure-unwrap with unwrapKey, and not the other way round', () => {
    expect(admit(version({}, ['wrapKey']), 'secureWrapKey', 0)).toBeUndefined()
    expect(admit(version({}, ['unwrapKey']), 'secureUnwrapKey', 0)).toBeUndefined()
    const secure = version({}, ['secureWrapKey', 'secureUnwrapKey'])
    expect(admit(secure, 'secureWrapKey', 0)).toBeUndefined()
    expect(admit(secure, 'wrapKey', 0)).toBe('operationNotPermitted')
    expect(admit(secure, 'unwrapKey', 0)).toBe('operationNotPermitted')
  })

  it('may be released, as key_ops has no entry for it', () => {
    expect(admit(version({}, []), 'release', 0)).toBeUndefined()
  })

  it('may do the operations in them', () => {
    expect(admit(version({}, ['sign']), 'sign', 0)).toBeUndefined()
  })
})
