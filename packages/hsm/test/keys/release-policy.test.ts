import { describe, expect, it } from 'vitest'
import {
  backupKey,
  createKey,
  deleteKey,
  getDeletedKey,
  getKey,
  type Hsm,
  importKey,
  importPem,
  listKeys,
  listKeyVersions,
  type NewKeyParameters,
  type ProfileName,
  purgeDeletedKey,
  recoverDeletedKey,
  releaseKey,
  restoreKey,
  rotateKey,
  updateKey,
  updateRotationPolicy,
} from '../../src/index.ts'
import { ecJwk, nodeKey } from '../known-keys.ts'
import { badParameter, errorOf, itRefuses } from '../refusal.ts'
import { authority, EXPORTABLE, enclave, POLICY, policyOf, RELEASING, target } from '../releases.ts'
import { DAY, testHsm } from '../test-hsm.ts'
import { wrongType } from '../wrong-type.ts'

const TYPE = 'application/json; charset=utf-8'
const OTHER = policyOf({ claim: 'other', equals: 1 })
const IMMUTABLE = { ...POLICY, immutable: true }
const exportable = { exportable: true }

const STORED = { contentType: TYPE, data: POLICY.data, immutable: false }

const released = (hsm: Hsm, key: string) =>
  enclave.openRelease(releaseKey(hsm, key, { target: target() }).value)

const releasing = (profile: ProfileName) =>
  testHsm({ profile, attestationKeys: authority.attestationKeys }).hsm

describe.each(RELEASING)('a release policy in a %s', (profile) => {
  it('comes back as it was given, by every way in', () => {
    const { hsm } = testHsm({ profile })
    const pem = nodeKey(ecJwk()).export({ type: 'pkcs8', format: 'pem' }) as string
    const jwk = { ...ecJwk(), kty: 'EC-HSM' }
    expect(createKey(hsm, 'a', { kty: 'EC-HSM', ...EXPORTABLE }).releasePolicy).toEqual(STORED)
    expect(importKey(hsm, 'b', jwk, EXPORTABLE).releasePolicy).toEqual(STORED)
    if (profile === 'managed-hsm') {
      expect(importPem(hsm, 'c', pem, EXPORTABLE).releasePolicy).toEqual(STORED)
    }
    expect(getKey(hsm, 'a')).toMatchObject({ releasePolicy: STORED, attributes: exportable })
    expect(updateKey(hsm, 'a', { releasePolicy: OTHER }).releasePolicy).toEqual({
      ...STORED,
      data: OTHER.data,
    })
  })

  it.each(['Application/JSON;charset=UTF-8', 'application/json ; charset=utf-8'])(
    'keeps its content type and its flag: %s',
    (contentType) => {
      const { hsm } = testHsm({ profile })
      const releasePolicy = { ...POLICY, contentType, immutable: true }
      const made = createKey(hsm, 'k', { kty: 'EC-HSM', attributes: exportable, releasePolicy })
      expect(made.releasePolicy).toEqual(releasePolicy)
    },
  )

  it('is a copy on both ways', () => {
    const { hsm } = testHsm({ profile })
    const data = Buffer.from(POLICY.data)
    const made = createKey(hsm, 'k', {
      kty: 'EC-HSM',
      attributes: exportable,
      releasePolicy: { data },
    })
    data.fill(0)
    made.releasePolicy?.data.fill(0)
    getKey(hsm, 'k').releasePolicy?.data.fill(0)
    expect(getKey(hsm, 'k').releasePolicy).toEqual(STORED)
    expect(Buffer.isBuffer(getKey(hsm, 'k').releasePolicy?.data)).toBe(false)
  })

  it('is on no key that is not exportable, and in no list', () => {
    const { hsm } = testHsm({ profile })
    const plain = createKey(hsm, 'a', { kty: 'EC', attributes: { exportable: false } })
    const other = createKey(hsm, 'b', { kty: 'EC', releasePolicy: undefined })
    createKey(hsm, 'c', { kty: 'EC-HSM', ...EXPORTABLE })
    for (const item of [plain, other, ...listKeys(hsm).value, ...listKeyVersions(hsm, 'c').value]) {
      expect(item).not.toHaveProperty('releasePolicy')
    }
  })

  it('is taken over when the key rotates, now or when it falls due', () => {
    const { hsm, clock } = testHsm({ profile })
    createKey(hsm, 'k', { kty: 'EC-HSM', ...EXPORTABLE })
    expect(rotateKey(hsm, 'k')).toMatchObject({ releasePolicy: STORED, attributes: exportable })
    updateRotationPolicy(hsm, 'k', {
      lifetimeActions: [{ trigger: { timeAfterCreate: 'P30D' }, action: { type: 'Rotate' } }],
    })
    clock.seconds += 31 * DAY
    expect(listKeyVersions(hsm, 'k').value).toHaveLength(3)
    expect(getKey(hsm, 'k')).toMatchObject({ releasePolicy: STORED, attributes: exportable })
  })

  it('is taken over by a later version that brings none, and so is exportable', () => {
    const { hsm } = testHsm({ profile })
    createKey(hsm, 'k', { kty: 'EC-HSM', ...EXPORTABLE })
    const inherited = { releasePolicy: STORED, attributes: exportable }
    expect(createKey(hsm, 'k', { kty: 'EC-HSM' })).toMatchObject(inherited)
    expect(importKey(hsm, 'k', { ...ecJwk(), kty: 'EC-HSM' })).toMatchObject(inherited)
    const later = createKey(hsm, 'k', { kty: 'EC-HSM', releasePolicy: OTHER })
    expect(later).toMatchObject({ releasePolicy: { data: OTHER.data }, attributes: exportable })
  })

  it('outlives deletion, recovery, and backup', () => {
    const hsm = releasing(profile)
    createKey(hsm, 'k', { kty: 'EC-HSM', ...EXPORTABLE })
    const made = createKey(hsm, 'k', {
      kty: 'EC-HSM',
      attributes: exportable,
      releasePolicy: IMMUTABLE,
    })
    const backup = backupKey(hsm, 'k')
    deleteKey(hsm, 'k')
    expect(recoverDeletedKey(hsm, 'k')).toEqual(made)
    deleteKey(hsm, 'k')
    purgeDeletedKey(hsm, 'k')
    expect(restoreKey(hsm, backup)).toEqual(made)
    expect(released(hsm, 'k').x).toBe(made.key.x)
  })

  it('that is immutable may be set again as it is', () => {
    const { hsm } = testHsm({ profile })
    createKey(hsm, 'k', { kty: 'EC-HSM', attributes: exportable, releasePolicy: IMMUTABLE })
    const { releasePolicy } = getKey(hsm, 'k')
    const tags = { team: 'shop' }
    expect(updateKey(hsm, 'k', { releasePolicy, tags })).toMatchObject({ releasePolicy, tags })
    expect(updateKey(hsm, 'k', { attributes: { enabled: false } })).toMatchObject({ releasePolicy })
  })

  it('that is not immutable may become so', () => {
    const { hsm } = testHsm({ profile })
    createKey(hsm, 'k', { kty: 'EC-HSM', ...EXPORTABLE })
    updateKey(hsm, 'k', { releasePolicy: { ...OTHER, immutable: true } })
    expect(errorOf(() => updateKey(hsm, 'k', { releasePolicy: OTHER })).message).toContain('1020')
  })

  it('goes with the exportable that is there already', () => {
    const { hsm } = testHsm({ profile })
    createKey(hsm, 'k', { kty: 'EC-HSM', ...EXPORTABLE })
    const changes = { attributes: exportable, releasePolicy: OTHER }
    expect(updateKey(hsm, 'k', changes)).toMatchObject({ releasePolicy: { data: OTHER.data } })
    createKey(hsm, 'plain', { kty: 'EC' })
    expect(() => updateKey(hsm, 'plain', { attributes: { exportable: false } })).not.toThrow()
  })
})

describe('whose a policy is', () => {
  const twoVersions = (profile: ProfileName) => {
    const hsm = releasing(profile)
    const first = createKey(hsm, 'k', { kty: 'EC-HSM', ...EXPORTABLE })
    createKey(hsm, 'k', { kty: 'EC-HSM', releasePolicy: OTHER })
    return { hsm, first: first.key.kid }
  }

  it("the version's own on a Managed HSM", () => {
    const { hsm, first } = twoVersions('managed-hsm')
    expect(getKey(hsm, first).releasePolicy?.data).toEqual(POLICY.data)
    expect(getKey(hsm, 'k').releasePolicy?.data).toEqual(OTHER.data)
    expect(() => released(hsm, first)).not.toThrow()
    expect(errorOf(() => released(hsm, 'k')).status).toBe(403)
    updateKey(hsm, first, { releasePolicy: OTHER })
    expect(errorOf(() => released(hsm, first)).status).toBe(403)
  })

  it("the key's in a vault: what the last version brought or an update set", () => {
    const { hsm, first } = twoVersions('vault-premium')
    expect(getKey(hsm, first).releasePolicy?.data).toEqual(OTHER.data)
    expect(errorOf(() => released(hsm, first)).status).toBe(403)
    updateKey(hsm, 'k', { releasePolicy: POLICY })
    expect(getKey(hsm, first).releasePolicy?.data).toEqual(POLICY.data)
    expect(() => released(hsm, first)).not.toThrow()
  })

  it('an immutable one binds the version alone on a Managed HSM', () => {
    const { hsm } = testHsm()
    createKey(hsm, 'k', { kty: 'EC-HSM', attributes: exportable, releasePolicy: IMMUTABLE })
    const later = createKey(hsm, 'k', { kty: 'EC-HSM', releasePolicy: OTHER })
    expect(later.releasePolicy?.data).toEqual(OTHER.data)
  })

  it.each([
    ['managed-hsm', true],
    ['vault-premium', false],
  ] satisfies [ProfileName, boolean][])('a deleted key of a %s shows it: %s', (profile, shows) => {
    const { hsm } = testHsm({ profile })
    createKey(hsm, 'k', { kty: 'EC-HSM', ...EXPORTABLE })
    const bundles = [deleteKey(hsm, 'k'), getDeletedKey(hsm, 'k')]
    expect(bundles.map((bundle) => 'releasePolicy' in bundle)).toEqual([shows, shows])
  })
})

const missing = {
  ...badParameter('AKV.SKR.1004: Exportable keys must have release policy.'),
  managedHsm: 'Exportable keys must have release policy',
}
const unexpected = badParameter('AKV.SKR.1005: Non-exportable keys must not have release policy.')
const fixed = badParameter(
  'AKV.SKR.1003: The exportable attribute of an existing key cannot be changed.',
)
const immutable = badParameter('AKV.SKR.1020: Immutable Key Release Policy cannot be modified.')

describe('a new version is refused', () => {
  const created =
    (parameters: NewKeyParameters, kty: 'EC' | 'EC-HSM' = 'EC-HSM') =>
    (hsm: Hsm) =>
    () =>
      createKey(hsm, 'k', { kty, ...parameters })
  const second =
    (first: NewKeyParameters, parameters: NewKeyParameters, kty: 'EC' | 'EC-HSM' = 'EC-HSM') =>
    (hsm: Hsm) => {
      createKey(hsm, 'k', { kty: 'EC-HSM', ...first })
      return () => createKey(hsm, 'k', { kty, ...parameters })
    }
  const only = (...profiles: ProfileName[]) => ({ profiles })

  itRefuses('an exportable key without policy', created({ attributes: exportable }, 'EC'), missing)
  itRefuses(
    'an exportable key whose policy is null',
    created({ attributes: exportable, releasePolicy: null as never }, 'EC'),
    missing,
  )
  itRefuses('a policy alone', created({ releasePolicy: POLICY }, 'EC'), unexpected)
  itRefuses(
    'a policy for a key that shall not be exportable',
    created({ attributes: { exportable: false }, releasePolicy: POLICY }, 'EC'),
    unexpected,
  )
  itRefuses(
    'an exportable key in a standard vault',
    created(EXPORTABLE, 'EC'),
    badParameter(
      "AKV.SKR.1001: The exportable attribute is only supported with premium vaults and API version >= '7.3-preview'.",
    ),
    only('vault-standard'),
  )
  itRefuses(
    'an exportable software key',
    created(EXPORTABLE, 'EC'),
    badParameter('AKV.SKR.1006: Software keys cannot be exportable.'),
    only('vault-premium'),
  )
  itRefuses(
    'a software version of an exportable key',
    second(EXPORTABLE, {}, 'EC'),
    badParameter('AKV.SKR.1006: Software keys cannot be exportable.'),
    only('vault-premium'),
  )
  itRefuses(
    'an imported key by the same rules',
    (hsm) => () => importKey(hsm, 'k', ecJwk(), { releasePolicy: POLICY }),
    unexpected,
  )
  itRefuses(
    'an exportable version of a key that is not',
    second({}, EXPORTABLE),
    fixed,
    only(...RELEASING),
  )
  itRefuses(
    'a version that is not exportable of a key that is',
    second(EXPORTABLE, { attributes: { exportable: false } }),
    fixed,
    only(...RELEASING),
  )
  itRefuses(
    'a version that says it is exportable and brings no policy',
    second(EXPORTABLE, { attributes: exportable }),
    missing,
    only(...RELEASING),
  )
  itRefuses(
    'a policy for a version of a key that is not exportable',
    second({}, { releasePolicy: POLICY }),
    unexpected,
    only(...RELEASING),
  )
  itRefuses(
    "another policy than the key's immutable one",
    second({ attributes: exportable, releasePolicy: IMMUTABLE }, { releasePolicy: OTHER }),
    immutable,
    only('vault-premium'),
  )
  itRefuses(
    'a document outside the grammar',
    created({ attributes: exportable, releasePolicy: policyOf({ claim: 'c', contains: 'a' }) }),
    badParameter(
      'Key Release Policy: anyOf[0].allOf[0] must have exactly one operator: equals, notEquals, less, lessOrEquals, greater, greaterOrEquals, exists',
    ),
    only(...RELEASING),
  )

  it.each([
    ['that is empty', {}, 'data must be a Uint8Array of JSON'],
    ['of plain text', { ...POLICY, contentType: 'text/plain' }, `contentType must be ${TYPE}`],
    [
      'of JSON-like text',
      { ...POLICY, contentType: 'application/jsonp' },
      `contentType must be ${TYPE}`,
    ],
    [
      'whose type only ends as JSON does',
      { ...POLICY, contentType: 'text/application/json' },
      `contentType must be ${TYPE}`,
    ],
  ])('with a policy %s', (_, releasePolicy, problem) => {
    const { hsm } = testHsm({ profile: 'vault-premium' })
    const call = created({ attributes: exportable, releasePolicy: releasePolicy as never })(hsm)
    expect(errorOf(call).message).toBe(`Key Release Policy: ${problem}`)
    expect(listKeys(hsm).value).toEqual([])
  })

  it.each([
    ['that is text', 'policy', 'releasePolicy', 'an object', 'policy'],
    ['whose data are base64url', { data: 'e30' }, 'releasePolicy.data', 'a Uint8Array', 'e30'],
    [
      'whose flag is text',
      { ...POLICY, immutable: 'true' },
      'releasePolicy.immutable',
      'true or false',
      'true',
    ],
    [
      'whose type is JSON in a list',
      { ...POLICY, contentType: ['application/json'] },
      'releasePolicy.contentType',
      'a string',
      [],
    ],
    [
      'whose type is a number',
      { ...POLICY, contentType: 1 },
      'releasePolicy.contentType',
      'a string',
      1,
    ],
  ])('with a policy %s', (_, releasePolicy, path, expected, value) => {
    const { hsm } = testHsm({ profile: 'vault-premium' })
    const call = created({ attributes: exportable, releasePolicy: releasePolicy as never })(hsm)
    expect(errorOf(call).message).toBe(wrongType('createKey', path, expected, value))
    expect(listKeys(hsm).value).toEqual([])
  })
})

describe('an update is refused', () => {
  const updated =
    (first: NewKeyParameters, changes: NewKeyParameters, kty: 'EC' | 'EC-HSM' = 'EC-HSM') =>
    (hsm: Hsm) => {
      createKey(hsm, 'k', { kty, ...first })
      return () => updateKey(hsm, 'k', changes)
    }
  const TRIAL = { profiles: RELEASING }
  const state = badParameter('AKV.SKR.1014: Cannot modify the exportable state of a key.')

  itRefuses(
    'to give a policy to a key that is not exportable',
    updated({}, { releasePolicy: POLICY }, 'EC'),
    unexpected,
  )
  itRefuses(
    'to make a key exportable, with a policy or without',
    updated({}, EXPORTABLE, 'EC'),
    state,
  )
  itRefuses(
    'to make a key not exportable any more',
    updated(EXPORTABLE, { attributes: { exportable: false } }),
    state,
    TRIAL,
  )
  itRefuses(
    'to change an immutable policy',
    updated(
      { attributes: exportable, releasePolicy: IMMUTABLE },
      { releasePolicy: { ...OTHER, immutable: true } },
    ),
    immutable,
    TRIAL,
  )
  itRefuses(
    'to take the flag from an immutable policy',
    updated({ attributes: exportable, releasePolicy: IMMUTABLE }, { releasePolicy: POLICY }),
    immutable,
    TRIAL,
  )
  itRefuses(
    'to give an immutable policy another content type',
    updated(
      { attributes: exportable, releasePolicy: IMMUTABLE },
      { releasePolicy: { ...IMMUTABLE, contentType: 'application/json' } },
    ),
    immutable,
    TRIAL,
  )
  itRefuses(
    'a policy outside the grammar, and with it the tags beside it',
    updated(EXPORTABLE, { releasePolicy: policyOf({ anyOf: [] }), tags: { a: 'b' } }),
    badParameter('Key Release Policy: anyOf must be a list that is not empty'),
    TRIAL,
  )
  itRefuses(
    'to set the policy of one version in a vault',
    (hsm) => {
      const { key } = createKey(hsm, 'k', { kty: 'EC-HSM', ...EXPORTABLE })
      return () => updateKey(hsm, key.kid, { releasePolicy: OTHER })
    },
    badParameter('AKV.SKR.1016: Key Release Policy can only be set on versionless key'),
    { profiles: ['vault-premium'] },
  )
})
