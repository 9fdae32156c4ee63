import { describe, expect, it } from 'vitest'
import {
  applyChanges,
  backupKey,
  createHsm,
  createKey,
  createSecurityDomain,
  deleteKey,
  exportChanges,
  exportState,
  forkHsm,
  getKey,
  getRandomBytes,
  type Hsm,
  importState,
  listKeys,
  purgeDeletedKey,
  recoverDeletedKey,
  rotateKey,
  sign,
  updateKey,
  viewHsm,
} from '../../src/index.ts'
import { furnish } from '../furnished-hsm.ts'
import { errorOf } from '../refusal.ts'
import { snapshot, visible } from '../snapshot.ts'
import { BASE_URL, PROFILES, START, testHsm } from '../test-hsm.ts'

const SEED = 'pocket-hsm tests'
/** Time stands still, as in the test HSMs. */
const imported = (bytes: Uint8Array): Hsm =>
  importState(bytes, { seed: SEED, clock: () => START * 1000 })

const DO_NOT_FOLLOW = {
  status: 409,
  code: 'ChangesDoNotFollow',
  message:
    "The changes do not follow the HSM's present state: some are missing, were applied before, or are of another HSM.",
}

/** The changes since a fork; there are some. */
function changesOf(hsm: Hsm, since: Hsm): Uint8Array {
  const changes = exportChanges(hsm, since)
  if (changes === undefined) throw new Error('Nothing changed.')
  return changes
}

/** Each call, journaled as a server does it: what to call, and what it changed. */
function journal(hsm: Hsm, calls: readonly ((hsm: Hsm) => unknown)[]): readonly Uint8Array[] {
  let saved = forkHsm(hsm)
  return calls.flatMap((call) => {
    call(hsm)
    const changes = exportChanges(hsm, saved)
    saved = forkHsm(hsm)
    return changes === undefined ? [] : [changes]
  })
}

const CALLS: readonly ((hsm: Hsm) => unknown)[] = [
  (hsm) => createKey(hsm, 'new', { kty: 'EC', tags: { a: 'b' } }),
  (hsm) => rotateKey(hsm, 'new'),
  (hsm) => updateKey(hsm, 'active', { tags: {} }),
  (hsm) => sign(hsm, 'active', { alg: 'ES256', value: new Uint8Array(32) }),
  (hsm) => listKeys(hsm),
  (hsm) => deleteKey(hsm, 'new'),
  (hsm) => recoverDeletedKey(hsm, 'deleted'),
  (hsm) => purgeDeletedKey(hsm, 'new'),
  (hsm) => createKey(hsm, 'new', { kty: 'EC' }),
  (hsm) => getRandomBytes(hsm, 4),
]

describe('changes', () => {
  it.each(PROFILES)('one after the other bring a copy to the same state (%s)', (profile) => {
    const { hsm } = testHsm({ profile })
    furnish(hsm)
    const copy = imported(exportState(hsm))
    for (const changes of journal(hsm, CALLS.slice(0, profile === 'managed-hsm' ? 10 : 9))) {
      applyChanges(copy, changes)
    }
    expect(snapshot(copy)).toEqual(snapshot(hsm))
    expect(Buffer.from(exportState(copy)).equals(exportState(hsm))).toBe(true)
  })

  it('of many calls in one are the same', () => {
    const { hsm } = testHsm()
    furnish(hsm)
    const copy = imported(exportState(hsm))
    const saved = forkHsm(hsm)
    for (const call of CALLS) call(hsm)
    applyChanges(copy, changesOf(hsm, saved))
    expect(snapshot(copy)).toEqual(snapshot(hsm))
  })

  it('carry what is random where there is no seed', () => {
    const securityDomain = createSecurityDomain()
    const hsm = createHsm({ securityDomain, clock: () => 0 })
    furnish(hsm)
    const copy = importState(exportState(hsm), { securityDomain, clock: () => 0 })
    for (const changes of journal(hsm, CALLS)) applyChanges(copy, changes)
    expect(visible(copy)).toEqual(visible(hsm))
  })

  it('go on after a whole export, as when a journal is made short', () => {
    const { hsm } = testHsm()
    const saved = forkHsm(hsm)
    furnish(hsm)
    changesOf(hsm, saved)
    const base = exportState(hsm)
    const entries = journal(hsm, CALLS)
    const copy = imported(base)
    for (const changes of entries) applyChanges(copy, changes)
    expect(snapshot(copy)).toEqual(snapshot(imported(exportState(hsm))))
  })

  it('go on from an imported HSM, and from one that changes were applied to', () => {
    const { hsm } = testHsm()
    furnish(hsm)
    const [first, second, third] = [1, 2, 3].map(() => imported(exportState(hsm))) as [
      Hsm,
      Hsm,
      Hsm,
    ]
    const saved = forkHsm(second)
    for (const changes of journal(first, CALLS)) applyChanges(second, changes)
    applyChanges(third, changesOf(second, saved))
    for (const changes of journal(second, [(one) => rotateKey(one, 'new')])) {
      applyChanges(first, changes)
      applyChanges(third, changes)
    }
    expect(snapshot(first)).toEqual(snapshot(second))
    expect(snapshot(third)).toEqual(snapshot(second))
  })

  it('bring a fork to the same state', () => {
    const { hsm } = testHsm()
    furnish(hsm)
    const fork = forkHsm(hsm)
    for (const changes of journal(hsm, CALLS)) applyChanges(fork, changes)
    expect(snapshot(fork)).toEqual(snapshot(hsm))
  })

  it('are the same bytes for the same calls', () => {
    const journals = [1, 2].map(() => {
      const { hsm } = testHsm()
      furnish(hsm)
      return journal(hsm, CALLS).map((bytes) => Buffer.from(bytes).toString('hex'))
    })
    expect(journals[0]).toEqual(journals[1])
    expect(new Set(journals[0]).size).toBe(9)
  })

  it('are as long as what changed', () => {
    const { hsm } = testHsm()
    for (let i = 0; i < 1000; i++) createKey(hsm, `key-${i}`, { kty: 'oct' })
    const saved = forkHsm(hsm)
    createKey(hsm, 'one-more', { kty: 'oct' })
    expect(changesOf(hsm, saved).length).toBeLessThan(1000)
  })

  it('of a view are those of the HSM', () => {
    const { hsm } = testHsm()
    const saved = forkHsm(hsm)
    const copy = forkHsm(hsm)
    const view = viewHsm(hsm, { baseUrl: 'https://localhost:8443' })
    createKey(view, 'orders', { kty: 'EC' })
    applyChanges(viewHsm(copy, { baseUrl: BASE_URL }), changesOf(view, saved))
    expect(getKey(copy, 'orders')).toEqual(getKey(hsm, 'orders'))
  })
})

describe('exportChanges', () => {
  it('answers nothing where nothing changed', () => {
    const { hsm } = testHsm()
    furnish(hsm)
    const saved = forkHsm(hsm)
    expect(exportChanges(hsm, saved)).toBeUndefined()
    getKey(hsm, 'active')
    listKeys(hsm)
    errorOf(() => getKey(hsm, 'nobody'))
    expect(exportChanges(hsm, saved)).toBeUndefined()
    expect(exportChanges(hsm, hsm)).toBeUndefined()
  })

  it('counts a draw as a change under a seed, and not without one', () => {
    for (const [options, isChange] of [
      [{ seed: SEED }, true],
      [{}, false],
    ] as const) {
      const hsm = createHsm(options)
      const saved = forkHsm(hsm)
      getRandomBytes(hsm, 1)
      expect(exportChanges(hsm, saved) !== undefined).toBe(isChange)
    }
  })

  it('moves no stream of the HSM', () => {
    const [one, other] = [testHsm().hsm, testHsm().hsm]
    for (const hsm of [one, other]) furnish(hsm)
    const saved = forkHsm(one)
    for (const hsm of [one, other]) backupKey(hsm, 'active')
    changesOf(one, saved)
    expect(snapshot(one)).toEqual(snapshot(other))
  })

  it.each([undefined, null, {}, 'hsm'])('refuses what is no HSM: %j', (stranger) => {
    const { hsm } = testHsm()
    const message = 'The first argument must be an HSM from createHsm.'
    expect(errorOf(() => exportChanges(stranger as never, hsm)).message).toBe(message)
    expect(errorOf(() => exportChanges(hsm, stranger as never)).code).toBe('BadParameter')
  })

  it('refuses an HSM that is no fork, though it was made in the same way', () => {
    expect(errorOf(() => exportChanges(testHsm().hsm, testHsm().hsm))).toMatchObject({
      status: 400,
      code: 'BadParameter',
      message: 'The second argument must be a fork of the first, taken with forkHsm.',
    })
  })

  it('says nothing in clear of what changed', () => {
    const { hsm } = testHsm()
    const saved = forkHsm(hsm)
    createKey(hsm, 'very-private', { kty: 'oct', tags: { secretly: 'tagged' } })
    const bytes = Buffer.from(changesOf(hsm, saved))
    for (const text of ['very-private', 'secretly']) expect(bytes.includes(text)).toBe(false)
  })
})

describe('applyChanges refuses, and changes nothing:', () => {
  const { hsm } = testHsm()
  furnish(hsm)
  const base = exportState(hsm)
  const [first, second, third] = journal(hsm, CALLS) as [Uint8Array, Uint8Array, Uint8Array]

  const itRefusesAfter = (
    title: string,
    applied: readonly Uint8Array[],
    changes: Uint8Array,
    refusal: object = DO_NOT_FOLLOW,
  ) =>
    it(title, () => {
      const copy = imported(base)
      for (const one of applied) applyChanges(copy, one)
      const before = snapshot(copy)
      expect(errorOf(() => applyChanges(copy, changes))).toMatchObject(refusal)
      expect(snapshot(copy)).toEqual(before)
    })

  itRefusesAfter('the second before the first', [], second)
  itRefusesAfter('the third after the first', [first], third)
  itRefusesAfter('the first again', [first], first)
  itRefusesAfter('the first again later', [first, second, third], first)
  itRefusesAfter('a whole export', [first], base, {
    code: 'StateOfAnotherKind',
    message: 'The bytes are a state export, but not one of changes, as exportChanges makes.',
  })

  it('changes after a call of its own', () => {
    const copy = imported(base)
    createKey(copy, 'its-own', { kty: 'EC' })
    const before = snapshot(copy)
    expect(errorOf(() => applyChanges(copy, first))).toMatchObject(DO_NOT_FOLLOW)
    expect(snapshot(copy)).toEqual(before)
  })

  it('changes that undo one another, a second time', () => {
    const copy = imported(exportState(hsm))
    const entries = journal(hsm, [
      (one) => deleteKey(one, 'curves'),
      (one) => recoverDeletedKey(one, 'curves'),
    ])
    for (const entry of entries) applyChanges(copy, entry)
    const [again = new Uint8Array(0)] = entries
    expect(errorOf(() => applyChanges(copy, again))).toMatchObject(DO_NOT_FOLLOW)
  })

  it('changes of an empty HSM of the same domain with other settings', () => {
    const securityDomain = createSecurityDomain()
    const [one, other] = [{}, { strict: true }].map((options) =>
      createHsm({ securityDomain, ...options }),
    ) as [Hsm, Hsm]
    const saved = forkHsm(one)
    createKey(one, 'orders', { kty: 'EC' })
    expect(errorOf(() => applyChanges(other, changesOf(one, saved)))).toMatchObject(DO_NOT_FOLLOW)
  })

  it('changes of another domain', () => {
    const [one, other] = [createHsm(), createHsm()]
    const saved = forkHsm(one)
    createKey(one, 'orders', { kty: 'EC' })
    expect(errorOf(() => applyChanges(other, changesOf(one, saved))).code).toBe(
      'StateOfAnotherDomain',
    )
  })
})
