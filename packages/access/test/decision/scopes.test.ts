/** Scopes: every spelling of clients, and which one covers which. */

import { describe, expect, it } from 'vitest'
import { parseScope, scopeCovers, scopesCovering } from '../../src/index.ts'

const LONGEST = 'k'.repeat(127)

describe('parseScope', () => {
  it.each([
    ['', '/'],
    ['/', '/'],
    ['///', '/'],
    ['keys', '/keys'],
    ['/keys', '/keys'],
    ['//keys/', '/keys'],
    ['/KEYS', '/keys'],
    ['keys/k1', '/keys/k1'],
    ['/keys/k1', '/keys/k1'],
    ['//keys//Orders-2//', '/keys/Orders-2'],
    ['/Keys/Orders', '/keys/Orders'],
    [`/keys/${LONGEST}`, `/keys/${LONGEST}`],
  ])('reads %j as %j', (text, scope) => {
    expect(parseScope(text)).toBe(scope)
  })

  it.each([
    '/secrets',
    '/key',
    'k1',
    '/keysk1',
    '/keys/a/b',
    '/a/keys',
    '/keys/a_b',
    '/keys/a b',
    '/keys/ä',
    `/keys/${LONGEST}k`,
    '/subscriptions/x',
    ' /keys',
    '/keys\n',
  ])('reads %j as no scope', (text) => {
    expect(parseScope(text)).toBeUndefined()
  })
})

describe('scopesCovering', () => {
  it.each([
    ['/', ['/']],
    ['/keys', ['/', '/keys']],
    ['/keys/a', ['/', '/keys', '/keys/a']],
  ])('lists for %j %j', (scope, covering) => {
    expect(scopesCovering(scope)).toEqual(covering)
  })
})

describe('scopeCovers', () => {
  const SCOPES = ['/', '/keys', '/keys/a', '/keys/ab']

  it.each([
    ['/', SCOPES],
    ['/keys', ['/keys', '/keys/a', '/keys/ab']],
    ['/keys/a', ['/keys/a']],
    ['/keys/ab', ['/keys/ab']],
  ])('lets %j cover %j and no other', (assigned, covered) => {
    expect(SCOPES.filter((scope) => scopeCovers(assigned, scope))).toEqual(covered)
  })

  it('compares the names of keys without regard to case', () => {
    expect(scopeCovers('/keys/Orders', '/keys/orders')).toBe(true)
    expect(scopeCovers('/keys/orders', '/keys/ORDERS')).toBe(true)
  })
})
