import { describe, expect, it } from 'vitest'
import {
  createKey,
  deleteKey,
  getKey,
  type Hsm,
  purgeDeletedKey,
  updateKey,
} from '../../src/index.ts'
import { badParameter, itRefuses, keyNotFound } from '../refusal.ts'
import { BASE_URL, START, testHsm } from '../test-hsm.ts'

describe('getKey finds', () => {
  const twoVersions = () => {
    const { hsm } = testHsm()
    const first = createKey(hsm, 'Orders', { kty: 'EC', tags: { a: 'b' } })
    const second = createKey(hsm, 'Orders', { kty: 'EC' })
    return { hsm, first, second }
  }

  it('the current version by name', () => {
    const { hsm, second } = twoVersions()
    expect(getKey(hsm, 'Orders')).toEqual(second)
  })

  it('the current version by name with a slash at the end', () => {
    const { hsm, second } = twoVersions()
    expect(getKey(hsm, 'Orders/')).toEqual(second)
  })

  it('the current version by an identifier without a version', () => {
    const { hsm, second } = twoVersions()
    expect(getKey(hsm, `${BASE_URL}/keys/Orders`)).toEqual(second)
  })

  it('an older version by name and version', () => {
    const { hsm, first } = twoVersions()
    const version = first.key.kid.split('/').at(-1)
    expect(getKey(hsm, `Orders/${version}`)).toEqual(first)
  })

  it('an older version by its identifier', () => {
    const { hsm, first } = twoVersions()
    expect(getKey(hsm, first.key.kid)).toEqual(first)
  })

  it('names, versions and hosts in any case', () => {
    const { hsm, first } = twoVersions()
    expect(getKey(hsm, first.key.kid.toUpperCase())).toEqual(first)
  })

  it('a disabled key', () => {
    const { hsm } = twoVersions()
    const disabled = updateKey(hsm, 'Orders', { attributes: { enabled: false } })
    expect(getKey(hsm, 'Orders')).toEqual(disabled)
  })

  it('an expired key, and one that is not yet valid', () => {
    const { hsm } = testHsm()
    const expired = createKey(hsm, 'expired', { kty: 'EC', attributes: { exp: START - 1 } })
    const early = createKey(hsm, 'early', { kty: 'EC', attributes: { nbf: START + 1 } })
    expect(getKey(hsm, 'expired')).toEqual(expired)
    expect(getKey(hsm, 'early')).toEqual(early)
  })

  it('keys whose names are words of the address', () => {
    const { hsm } = testHsm()
    for (const name of ['keys', 'deletedkeys', 'versions', 'restore', 'https']) {
      expect(getKey(hsm, createKey(hsm, name, { kty: 'EC' }).key.kid).key.kid).toContain(name)
    }
  })

  it('a fresh answer each time, that nobody else sees changed', () => {
    const { hsm, second } = twoVersions()
    const before = structuredClone(second)
    const bundle = getKey(hsm, 'Orders')
    Object.assign(bundle.attributes, { enabled: false, exp: 1 })
    Object.assign(bundle.key, { crv: 'P-521' })
    expect(getKey(hsm, 'Orders')).toEqual(before)
  })
})

describe('getKey refuses', () => {
  const got = (reference: unknown) => (hsm: Hsm) => {
    createKey(hsm, 'orders', { kty: 'EC' })
    return () => getKey(hsm, reference as string)
  }
  const unknown = 'f'.repeat(32)
  const invalid = (name: string) =>
    badParameter(`The request URI contains an invalid name: ${name}`)
  const foreign = (kid: string) =>
    badParameter(`The key identifier ${kid} is not of https://pocket.test.`)

  itRefuses('a name that nobody has', got('nobody'), keyNotFound('nobody'))
  itRefuses(
    'a version that the key does not have',
    got(`orders/${unknown}`),
    keyNotFound(`orders/${unknown}`),
  )
  const noOperation = (operation: string) =>
    badParameter(`Method GET does not allow operation '${operation}'`)
  for (const [title, operation] of [
    ['the word latest for a version', 'latest'],
    ['31 digits for a version', unknown.slice(1)],
    ['33 digits for a version', `${unknown}0`],
    ['a GUID for a version', '00000000-0000-0000-0000-000000000000'],
    ['the name of an operation for a version', 'create'],
  ] as const) {
    itRefuses(title, got(`orders/${operation}`), noOperation(operation))
  }
  itRefuses('that before a missing key', got('nobody/latest'), noOperation('latest'))
  for (const character of ['\r', '\n', '\0', '\u007f', ' ', '%0D']) {
    const reference = `orders/${unknown}${character}`
    itRefuses(`${JSON.stringify(character)} behind a version`, got(reference), invalid(reference))
  }
  itRefuses(
    'a version of a key that is not there',
    got(`${BASE_URL}/keys/nobody/${unknown}`),
    keyNotFound(`nobody/${unknown}`),
  )
  itRefuses(
    'a deleted key',
    (hsm) => {
      const call = got('orders')(hsm)
      deleteKey(hsm, 'orders')
      return call
    },
    keyNotFound('orders'),
  )
  itRefuses(
    'a version of a deleted key',
    (hsm) => {
      const call = got(`orders/${unknown}`)(hsm)
      deleteKey(hsm, 'orders')
      return call
    },
    keyNotFound(`orders/${unknown}`),
  )
  itRefuses(
    'a purged key',
    (hsm) => {
      const call = got('orders')(hsm)
      deleteKey(hsm, 'orders')
      purgeDeletedKey(hsm, 'orders')
      return call
    },
    keyNotFound('orders'),
  )
  itRefuses('an empty name', got(''), invalid(''))
  itRefuses('a name with an underscore', got('a_b'), invalid('a_b'))
  itRefuses(
    'an invalid name in an identifier',
    got(`${BASE_URL}/keys/a.b/${unknown}`),
    invalid('a.b'),
  )
  itRefuses('a reference of three parts', got('a/b/c'), invalid('a/b/c'))
  itRefuses(
    'an identifier of another HSM',
    got('https://other.test/keys/orders'),
    foreign('https://other.test/keys/orders'),
  )
  itRefuses(
    'an identifier of another port',
    got('https://pocket.test:8443/keys/orders'),
    foreign('https://pocket.test:8443/keys/orders'),
  )
  itRefuses(
    'an identifier of another scheme',
    got('http://pocket.test/keys/orders'),
    foreign('http://pocket.test/keys/orders'),
  )
  itRefuses(
    'an identifier of a secret',
    got(`${BASE_URL}/secrets/orders`),
    invalid(`${BASE_URL}/secrets/orders`),
  )
  itRefuses(
    'a reference that is no string',
    got(undefined),
    badParameter('A key is named by a string: its name, name/version or key identifier.'),
  )

  itRefuses(
    'anything but an HSM',
    () => () => getKey({ baseUrl: BASE_URL, profile: 'managed-hsm' }, 'orders'),
    badParameter('The first argument must be an HSM from createHsm.'),
    { profiles: ['vault-standard'] },
  )
})

describe('getKey refuses', () => {
  itRefuses(
    'the identifier of a deleted key, where an active one has the name',
    (hsm) => {
      createKey(hsm, 'orders', { kty: 'EC' })
      return () => getKey(hsm, `${hsm.baseUrl}/deletedkeys/orders`)
    },
    badParameter(`The request URI contains an invalid name: ${BASE_URL}/deletedkeys/orders`),
    { profiles: ['managed-hsm'] },
  )

  itRefuses(
    'what cannot be shown as text',
    (hsm) => () => getKey(hsm, { toString: 0 } as never),
    badParameter('A key is named by a string: its name, name/version or key identifier.'),
  )
})
