import { describe, expect, it } from 'vitest'
import {
  createKey,
  deleteKey,
  getKey,
  type Hsm,
  type KeyOperation,
  sign,
  updateKey,
} from '../../src/index.ts'
import {
  badParameter,
  itRefuses,
  keyNotFound,
  MISSING,
  refusalOf,
  unsupportedOperations,
} from '../refusal.ts'
import { START, testHsm } from '../test-hsm.ts'

const DIGEST = new Uint8Array(32)

const withKey = () => {
  const { hsm, clock } = testHsm()
  const before = createKey(hsm, 'orders', {
    kty: 'EC',
    tags: { team: 'shop', tier: 'one' },
    attributes: { nbf: START - 10, exp: START + 1000 },
  })
  clock.seconds += 60
  return { hsm, clock, before }
}

describe('updateKey', () => {
  it('changes what is named, leaves the rest, and says when', () => {
    const { hsm, before } = withKey()
    expect(updateKey(hsm, 'orders', { attributes: { enabled: false } })).toEqual({
      ...before,
      attributes: { ...before.attributes, enabled: false, updated: START + 60 },
    })
  })

  it('with nothing to change still says when', () => {
    const { hsm, before } = withKey()
    const { created, updated } = updateKey(hsm, 'orders', {}).attributes
    expect([created, updated]).toEqual([before.attributes.created, START + 60])
  })

  it('merges attributes member by member', () => {
    const { hsm, before } = withKey()
    updateKey(hsm, 'orders', { attributes: { exp: START + 2000 } })
    const { attributes } = updateKey(hsm, 'orders', { attributes: { enabled: true } })
    expect(attributes).toMatchObject({ nbf: before.attributes.nbf, exp: START + 2000 })
  })

  it('takes null and undefined for absent', () => {
    const { hsm, before } = withKey()
    const nothing = { enabled: null, nbf: null, exp: undefined, exportable: null }
    for (const parameters of [
      { attributes: nothing, tags: null, keyOps: null },
      { attributes: null, tags: undefined, keyOps: undefined },
    ]) {
      const { attributes, ...rest } = updateKey(hsm, 'orders', parameters as never)
      expect({ ...rest, attributes: { ...attributes, updated: START } }).toEqual(before)
    }
  })

  it('replaces the tags', () => {
    const { hsm } = withKey()
    expect(updateKey(hsm, 'orders', { tags: { team: 'office' } }).tags).toEqual({ team: 'office' })
  })

  it('clears the tags with {}', () => {
    const { hsm } = withKey()
    expect(updateKey(hsm, 'orders', { tags: {} })).not.toHaveProperty('tags')
    expect(getKey(hsm, 'orders')).not.toHaveProperty('tags')
  })

  it('replaces the operations', () => {
    const { hsm } = withKey()
    expect(updateKey(hsm, 'orders', { keyOps: ['verify'] }).key.key_ops).toEqual(['verify'])
    expect(refusalOf(() => sign(hsm, 'orders', { alg: 'ES256', value: DIGEST }))).toMatchObject({
      innerCode: 'KeyOperationForbidden',
    })
  })

  it('takes away every operation with []', () => {
    const { hsm } = withKey()
    expect(updateKey(hsm, 'orders', { keyOps: [] }).key.key_ops).toEqual([])
  })

  it('enables a disabled key again', () => {
    const { hsm } = withKey()
    updateKey(hsm, 'orders', { attributes: { enabled: false } })
    updateKey(hsm, 'orders', { attributes: { enabled: true } })
    expect(sign(hsm, 'orders', { alg: 'ES256', value: DIGEST }).value).toHaveLength(64)
  })

  it('extends the life of an expired key', () => {
    const { hsm, clock } = withKey()
    clock.seconds = START + 5000
    updateKey(hsm, 'orders', { attributes: { exp: START + 6000 } })
    expect(sign(hsm, 'orders', { alg: 'ES256', value: DIGEST }).value).toHaveLength(64)
  })

  it('takes back its own answer, as some clients send it', () => {
    const { hsm, before } = withKey()
    const { attributes, tags, key } = before
    expect(updateKey(hsm, 'orders', { attributes, keyOps: key.key_ops, tags })).toEqual({
      ...before,
      attributes: { ...attributes, updated: START + 60 },
    })
  })

  it('cannot change what only the service sets', () => {
    const { hsm, before } = withKey()
    const asked = {
      created: 1,
      updated: 2,
      recoverableDays: 3,
      recoveryLevel: 'x',
      hsmPlatform: 'y',
    }
    const { attributes } = updateKey(hsm, 'orders', { attributes: asked } as never)
    expect(attributes).toEqual({ ...before.attributes, updated: START + 60 })
  })
})

describe('updateKey of one version', () => {
  it('leaves the other versions alone', () => {
    const { hsm, before } = withKey()
    const current = createKey(hsm, 'orders', { kty: 'EC' })
    const changed = updateKey(hsm, before.key.kid, { tags: { old: 'yes' } })
    expect(changed.key.kid).toBe(before.key.kid)
    expect(getKey(hsm, before.key.kid)).toEqual(changed)
    expect(getKey(hsm, 'orders')).toEqual(current)
  })

  it('without a version means the current one', () => {
    const { hsm, before } = withKey()
    const current = createKey(hsm, 'orders', { kty: 'EC' })
    const changed = updateKey(hsm, 'orders', { tags: { new: 'yes' } })
    expect(changed.key.kid).toBe(current.key.kid)
    expect(getKey(hsm, before.key.kid)).toEqual(before)
  })
})

describe('updateKey and what it is given', () => {
  it('keeps nothing of it', () => {
    const { hsm } = withKey()
    const keyOps: KeyOperation[] = ['sign']
    const tags: Record<string, string> = { a: 'b' }
    updateKey(hsm, 'orders', { keyOps, tags })
    keyOps.push('verify')
    tags['c'] = 'd'
    expect(getKey(hsm, 'orders')).toMatchObject({ key: { key_ops: ['sign'] } })
    expect(getKey(hsm, 'orders').tags).toEqual({ a: 'b' })
  })
})

describe('updateKey refuses', () => {
  const changed = (parameters: unknown) => (hsm: Hsm) => {
    createKey(hsm, 'orders', { kty: 'EC', attributes: { nbf: START, exp: START + 100 } })
    return () => updateKey(hsm, 'orders', parameters as object)
  }
  const later = badParameter('The attribute exp must be later than nbf.')

  itRefuses(
    'a name that nobody has',
    (hsm) => () => updateKey(hsm, 'nobody', {}),
    keyNotFound('nobody'),
  )
  itRefuses(
    'a text for parameters',
    changed('enabled'),
    badParameter('The options of updateKey must be an object, not a string.'),
  )
  itRefuses(
    'a version that the key does not have',
    (hsm) => {
      createKey(hsm, 'orders', { kty: 'EC' })
      return () => updateKey(hsm, `orders/${'0'.repeat(32)}`, {})
    },
    keyNotFound(`orders/${'0'.repeat(32)}`),
  )
  itRefuses(
    'a version that is none',
    (hsm) => () => updateKey(hsm, 'orders/latest', {}),
    badParameter("Method PATCH does not allow operation 'latest'"),
  )
  itRefuses(
    'a deleted key',
    (hsm) => {
      createKey(hsm, 'orders', { kty: 'EC' })
      deleteKey(hsm, 'orders')
      return () => updateKey(hsm, 'orders', {})
    },
    keyNotFound('orders'),
  )
  itRefuses(
    'an invalid name',
    (hsm) => () => updateKey(hsm, 'a.b', {}),
    badParameter('The request URI contains an invalid name: a.b'),
  )
  itRefuses(
    'an expiry before the beginning that is there',
    changed({ attributes: { exp: START - 1 } }),
    later,
  )
  itRefuses(
    'a beginning at the expiry that is there',
    changed({ attributes: { nbf: START + 100 } }),
    later,
  )
  itRefuses(
    'an empty window with a change of tags beside it',
    changed({ tags: { a: 'b' }, attributes: { nbf: 7, exp: 7 } }),
    later,
  )
  itRefuses(
    'a fraction of a second',
    changed({ attributes: { exp: 0.5 } }),
    badParameter('The attribute exp must be a whole number of Unix seconds.'),
  )
  itRefuses(
    'an expiry in milliseconds',
    changed({ attributes: { exp: START * 1000 } }),
    badParameter(
      `The attribute exp must be in Unix seconds, not milliseconds: at most 253402300799, not ${START * 1000}.`,
    ),
  )
  itRefuses(
    'an enabled that is a number',
    changed({ attributes: { enabled: 0 } }),
    badParameter(
      'The option "attributes.enabled" of updateKey must be true or false, not a number.',
    ),
  )
  itRefuses(
    'to make a key exportable',
    changed({ attributes: { exportable: true } }),
    badParameter('AKV.SKR.1014: Cannot modify the exportable state of a key.'),
  )
  itRefuses(
    'an operation that the type cannot do',
    changed({ keyOps: ['sign', 'decrypt'] }),
    unsupportedOperations(['decrypt'], ['sign', 'verify']),
    { profiles: ['managed-hsm'] },
  )
  itRefuses(
    'operations that are no list',
    changed({ keyOps: 'sign' }),
    badParameter('The option "keyOps" of updateKey must be an array, not a string.'),
  )
  itRefuses(
    'a sixteenth tag',
    changed({ tags: Object.fromEntries(Array.from({ length: 16 }, (_, i) => [`t${i}`, ''])) }),
    MISSING,
  )
  itRefuses(
    'a tag that is no string',
    changed({ tags: { a: null } }),
    badParameter('The value of tag a must be a string.'),
  )
  itRefuses(
    'changes that are missing',
    changed(undefined),
    badParameter('The options of updateKey must be an object, not undefined.'),
  )
  itRefuses(
    'changes that are a string',
    changed('off'),
    badParameter('The options of updateKey must be an object, not a string.'),
  )
})
