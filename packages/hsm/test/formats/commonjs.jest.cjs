// Run by commonjs.test.ts, under jest without flags; the packages must be built.

const { HsmError, createHsm, createKey, getKey, sign, verify } = require('pocket-hsm')
const { hsmMatchers } = require('pocket-hsm/matchers/jest')
const { assertCalled } = require('pocket-hsm/testing')

expect.extend(hsmMatchers)

const DIGEST = new Uint8Array(32)

test('an HSM signs, verifies and keeps its trail', () => {
  const hsm = createHsm()
  createKey(hsm, 'orders', { kty: 'EC-HSM' })
  const { value } = sign(hsm, 'orders', { alg: 'ES256', value: DIGEST })
  expect(verify(hsm, 'orders', { alg: 'ES256', digest: DIGEST, value })).toBe(true)
  expect(hsm).toHaveCalled({ operation: 'sign' })
  assertCalled(hsm, { operation: 'verify' })
})

test('an error is an HsmError, and an Error', () => {
  expect(() => getKey(createHsm(), 'nobody')).toThrow(HsmError)
  expect(() => getKey(createHsm(), 'nobody')).toThrow(Error)
})

test('a module that is loaded again knows the HSMs of before', () => {
  const hsm = createHsm()
  createKey(hsm, 'orders', { kty: 'EC-HSM' })
  jest.resetModules()
  const again = require('pocket-hsm')
  expect(again.getKey).not.toBe(getKey)
  expect(again.getKey(hsm, 'orders').key.kty).toBe('EC-HSM')
  expect(() => getKey(hsm, 'nobody')).toThrow(again.HsmError)
})
