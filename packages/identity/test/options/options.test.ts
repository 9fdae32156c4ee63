/** The options: an unknown member or a value that is not allowed is an error that names it. */

import { describe, expect, it } from 'vitest'
import { createIdentityHandler, type IdentityOptions } from '../../src/index.ts'

const errorOf = (options: unknown): string => {
  try {
    createIdentityHandler(options as IdentityOptions)
  } catch (error) {
    expect(error).toMatchObject({ code: 'BadOption' })
    return (error as Error).message
  }
  throw new Error('The options were accepted.')
}

describe('the options', () => {
  it('may have members that are undefined or null', () => {
    const options = { seed: undefined, users: null } as unknown as IdentityOptions
    expect(createIdentityHandler(options).tenantId).toMatch(/^0{8}-/)
  })

  it('name the nearest option for an unknown one', () => {
    expect(errorOf({ aplications: [] })).toBe(
      'Unknown option "aplications" of createIdentityHandler. Did you mean "applications"? The options are: tenants, applications, users, managedIdentities, identityHeader, tokenSeconds, seed, clock.',
    )
    expect(errorOf({ applications: [{ client_id: 'a' }] })).toContain('Did you mean "clientId"?')
    expect(errorOf({ toString: 1 })).toMatch(/^Unknown option "toString"/)
  })

  it.each<[string, unknown, string]>([
    ['text', 'text', 'The options of createIdentityHandler must be an object.'],
    ['an array', [], 'The options of createIdentityHandler must be an object.'],
    ['a tenant that is no GUID', { tenants: [{ id: 'contoso' }] }, '"tenants[0].id"'],
    ['no tenant', { tenants: [] }, '"tenants"'],
    [
      'an application without an id',
      { applications: [{ secrets: ['a'] }] },
      '"applications[0].clientId"',
    ],
    ['an empty secret', { applications: [{ clientId: 'a', secrets: [''] }] }, 'secrets[0]'],
    ['a secret that is no text', { applications: [{ clientId: 'a', secrets: [1] }] }, 'secrets[0]'],
    ['one client id twice', { applications: [{ clientId: 'a' }, { clientId: 'A' }] }, 'twice'],
    [
      'a damaged certificate',
      { applications: [{ clientId: 'a', certificates: ['x'] }] },
      'certificates[0]',
    ],
    [
      'a symmetric key',
      federated({ keys: [{ kty: 'oct', k: 'AAECAwQFBgcICQoLDA0ODw' }] }),
      'keys[0]',
    ],
    [
      'a key that signs no tokens',
      federated({ keys: [{ kty: 'AKP', alg: 'ML-DSA-44', pub: 'A'.repeat(1750) }] }),
      'keys[0]',
    ],
    ['a federation without an issuer', federated({ issuer: undefined }), 'an issuer and a subject'],
    ['a user without a name', { users: [{}] }, '"users[0].name"'],
    ['too many groups', { users: [{ name: 'a', groups: Array(201).fill('g') }] }, 'at most 200'],
    ['a lifetime of nothing', { tokenSeconds: 0 }, '1 to 86400'],
    ['a lifetime of half a second', { tokenSeconds: 0.5 }, '1 to 86400'],
    ['an empty seed', { seed: '' }, '"seed"'],
    ['a clock that is an instant', { clock: 0 }, '"clock"'],
  ])('must not be or have %s', (_, options, text) => {
    expect(errorOf(options)).toContain(text)
  })

  it('are not repeated in an error: they may be secret', () => {
    expect(errorOf({ users: [{ name: 'a', password: { secret: 'hunter2' } }] })).not.toContain(
      'hunter2',
    )
  })
})

function federated(federation: object): object {
  const complete = { issuer: 'https://issuer.example', subject: 'pod', ...federation }
  return { applications: [{ clientId: 'a', federations: [complete] }] }
}
