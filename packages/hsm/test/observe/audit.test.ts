/** The audit trail: what it says of each call, of whom, and how long it remembers. */

import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { engineOf } from '../../src/engine/hsm.ts'
import * as facade from '../../src/index.ts'
import {
  type AuditEntry,
  createHsm,
  createKey,
  deleteKey,
  forkHsm,
  getKey,
  getRandomBytes,
  type Hsm,
  importKey,
  listKeys,
  readAudit,
  rotateKey,
  sign,
  updateKey,
  updateRotationPolicy,
  verify,
  viewHsm,
} from '../../src/index.ts'
import { CALLS, furnishedHsm } from '../every-operation.ts'
import { octJwk } from '../known-keys.ts'
import { badParameter, errorOf, refusalOf } from '../refusal.ts'
import { DAY, START, testHsm } from '../test-hsm.ts'

const DIGEST = new Uint8Array(32).fill(7)

const entriesOf = (hsm: Hsm): readonly AuditEntry[] => readAudit(hsm).entries

const lastOf = (hsm: Hsm): AuditEntry | undefined => entriesOf(hsm).at(-1)

/** The operations of a trail with their keys, one word for each. */
const told = (hsm: Hsm): readonly string[] =>
  entriesOf(hsm).map(({ operation, key }) =>
    key === undefined ? operation : `${operation} ${key}`,
  )

const REFUSED: ReadonlyArray<readonly [string, (hsm: Hsm) => unknown, Partial<AuditEntry>]> = [
  [
    'nobody of that name',
    (hsm) => sign(hsm, 'nobody', { alg: 'ES256', value: DIGEST }),
    {
      operation: 'sign',
      key: 'nobody',
      alg: 'ES256',
      outcome: { status: 404, code: 'KeyNotFound' },
    },
  ],
  [
    'no version of that name, by what was asked for',
    (hsm) => getKey(hsm, `ec/${'A'.repeat(32)}`),
    {
      operation: 'getKey',
      key: 'ec',
      version: 'a'.repeat(32),
      outcome: { status: 404, code: 'KeyNotFound' },
    },
  ],
  [
    'an illegal name, without it',
    (hsm) => createKey(hsm, 'under_score', { kty: 'EC' }),
    { operation: 'createKey', outcome: { status: 400, code: 'BadParameter' } },
  ],
  [
    'an algorithm that there is not, cut to 32 characters',
    (hsm) => sign(hsm, 'ec', { alg: 'E'.repeat(99), value: DIGEST }),
    {
      operation: 'sign',
      key: 'ec',
      alg: 'E'.repeat(32),
      outcome: { status: 400, code: 'BadParameter' },
    },
  ],
  [
    'a type that there is not, by the name asked for',
    (hsm) => createKey(hsm, 'new', { kty: 'OKP' as never }),
    {
      operation: 'createKey',
      key: 'new',
      outcome: { status: 400, code: 'BadParameter', innerCode: 'KeyTypeNotSupported' },
    },
  ],
  [
    'an error that nobody foresaw, without a word of it',
    (hsm) =>
      updateKey(hsm, 'ec', {
        get tags(): never {
          throw new TypeError('0123')
        },
      }),
    { operation: 'updateKey', key: 'ec', outcome: { status: 500, code: 'InternalServerError' } },
  ],
]

const EXTERNAL = ['operation', 'keyId', 'url', 'status']

describe('the audit trail of an HSM', () => {
  it('says when, what, with which key, version and algorithm, and how it ended', () => {
    const { hsm, clock } = testHsm()
    const { key } = createKey(hsm, 'ec', { kty: 'EC' })
    clock.seconds += 1.5
    sign(hsm, 'EC', { alg: 'ES256', value: DIGEST })
    const version = key.kid.slice(-32)
    expect(readAudit(hsm)).toEqual({
      entries: [
        { at: START * 1000, operation: 'createKey', key: 'ec', version, outcome: 'success' },
        {
          at: START * 1000 + 1500,
          operation: 'sign',
          key: 'ec',
          version,
          alg: 'ES256',
          outcome: 'success',
        },
      ],
      lost: 0,
    })
  })

  it.each(Object.entries(CALLS))('has %s under its own name', (operation, call) => {
    const hsm = furnishedHsm()
    const before = entriesOf(hsm).length
    call(hsm)
    expect(entriesOf(hsm).length).toBe(before + 1)
    expect(lastOf(hsm)).toMatchObject({ operation, outcome: 'success' })
  })

  it('leaves no operation of the facade out', () => {
    const files = readdirSync(new URL('../../src/operations', import.meta.url))
    const operations = files.map((file) =>
      file.replace(/\.ts$/, '').replace(/-(\w)/g, (_, letter) => letter.toUpperCase()),
    )
    expect(Object.keys(CALLS)).toEqual(expect.arrayContaining(operations))
  })

  it.each(REFUSED)('says of a refused call: %s', (_title, call, entry) => {
    const { hsm } = testHsm()
    createKey(hsm, 'ec', { kty: 'EC' })
    expect(() => call(hsm)).toThrow()
    const { version, ...last } = lastOf(hsm) as AuditEntry
    const { version: asked, ...rest } = entry
    expect(last).toEqual({ at: START * 1000, ...rest })
    if (asked !== undefined) expect(version).toBe(asked)
  })

  it('names the version that was used where none was asked for, also where it was refused', () => {
    const { hsm } = testHsm()
    createKey(hsm, 'ec', { kty: 'EC', attributes: { enabled: false } })
    const current = rotateKey(hsm, 'ec').key.kid.slice(-32)
    updateKey(hsm, 'ec', { attributes: { enabled: false } })
    expect(() => sign(hsm, 'ec', { alg: 'ES256', value: DIGEST })).toThrow()
    expect(entriesOf(hsm).slice(1)).toEqual([
      expect.objectContaining({ operation: 'rotateKey', version: current }),
      expect.objectContaining({ operation: 'updateKey', version: current }),
      expect.objectContaining({
        operation: 'sign',
        version: current,
        outcome: { status: 403, code: 'Forbidden', innerCode: 'KeyDisabled' },
      }),
    ])
  })

  it('names no version of what is done to a whole key', () => {
    const { hsm } = testHsm()
    createKey(hsm, 'ec', { kty: 'EC' })
    deleteKey(hsm, 'ec')
    expect(lastOf(hsm)).toEqual({
      at: START * 1000,
      operation: 'deleteKey',
      key: 'ec',
      outcome: 'success',
    })
  })

  it('names the key that is imported, not its KEK', () => {
    const { hsm } = testHsm()
    createKey(hsm, 'kek', { kty: 'RSA', keyOps: ['import'] })
    const kek = getKey(hsm, 'kek').key
    const blob = facade.createTransferBlob(kek, octJwk())
    importKey(hsm, 'oct', { kty: 'oct-HSM', key_hsm: facade.toBase64url(blob) })
    expect(lastOf(hsm)).toMatchObject({ operation: 'importKey', key: 'oct' })
  })

  it('takes a signature that is wrong for a call that was answered', () => {
    const { hsm } = testHsm()
    createKey(hsm, 'ec', { kty: 'EC' })
    expect(verify(hsm, 'ec', { alg: 'ES256', digest: DIGEST, value: new Uint8Array(64) })).toBe(
      false,
    )
    expect(lastOf(hsm)).toMatchObject({ operation: 'verify', outcome: 'success' })
  })

  it('has the algorithm under which a key is released', () => {
    const hsm = furnishedHsm()
    CALLS.releaseKey(hsm)
    expect(lastOf(hsm)).toMatchObject({ key: 'ec', alg: 'CKM_RSA_AES_KEY_WRAP' })
  })

  it.each(Object.entries(CALLS))('has no bytes, tags or attributes of %s', (_operation, call) => {
    const hsm = furnishedHsm()
    call(hsm)
    const known = ['at', 'operation', 'key', 'version', 'alg', 'scope', 'outcome']
    const { outcome, external = {}, ...rest } = lastOf(hsm) as AuditEntry
    expect(Object.keys(rest).filter((member) => !known.includes(member))).toEqual([])
    expect(Object.keys(external).every((member) => EXTERNAL.includes(member))).toBe(true)
    expect(Object.values(rest).every((value) => typeof value !== 'object')).toBe(true)
    expect(JSON.stringify([rest, outcome])).not.toMatch(/tag-|BEGIN/)
  })

  it('refuses no call that needs no time under a clock that is out of order; to read it takes one', () => {
    const clock = (): number => {
      throw new Error('out of time')
    }
    const hsm = createHsm({ clock })
    getRandomBytes(hsm, 1)
    const working = createHsm({ clock: () => Number.NaN })
    getRandomBytes(working, 1)
    expect(() => readAudit(hsm)).toThrow('out of time')
    expect(() => readAudit(working)).toThrow('The clock must return milliseconds')
  })

  it('answers fresh entries', () => {
    const { hsm } = testHsm()
    expect(() => getKey(hsm, 'nobody')).toThrow()
    const [entry] = entriesOf(hsm) as unknown as [
      { operation: string; outcome: { status: number } },
    ]
    entry.operation = 'sign'
    entry.outcome.status = 200
    expect(lastOf(hsm)).toMatchObject({ operation: 'getKey', outcome: { status: 404 } })
  })
})

describe('the caller', () => {
  it('is whom the view says', () => {
    const { hsm } = testHsm()
    const alice = viewHsm(hsm, { caller: 'alice' })
    createKey(alice, 'ec', { kty: 'EC' })
    getKey(viewHsm(alice, { baseUrl: 'https://localhost' }), 'ec')
    getKey(viewHsm(alice, { caller: 'bob' }), 'ec')
    getKey(hsm, 'ec')
    expect(entriesOf(hsm).map(({ caller }) => caller)).toEqual(['alice', 'alice', 'bob', undefined])
    expect(entriesOf(alice)).toEqual(entriesOf(hsm))
  })

  it('goes along into a fork of the view', () => {
    const fork = forkHsm(viewHsm(testHsm().hsm, { caller: 'alice' }))
    listKeys(fork)
    expect(lastOf(fork)?.caller).toBe('alice')
  })

  it('is refused where it is no text', () => {
    const { hsm } = testHsm()
    expect(refusalOf(() => viewHsm(hsm, { caller: 7 as never }))).toEqual(
      badParameter('The option "caller" of viewHsm must be a string, not a number.'),
    )
  })
})

describe('a fork', () => {
  it('has the entries of before, then its own; so has the HSM', () => {
    const { hsm } = testHsm()
    createKey(hsm, 'before', { kty: 'oct' })
    const fork = forkHsm(hsm)
    getKey(hsm, 'before')
    createKey(fork, 'after', { kty: 'oct' })
    const forkOfFork = forkHsm(fork)
    listKeys(forkOfFork)
    expect(told(hsm)).toEqual(['createKey before', 'getKey before'])
    expect(told(fork)).toEqual(['createKey before', 'createKey after'])
    expect(told(forkOfFork)).toEqual(['createKey before', 'createKey after', 'listKeys'])
  })

  it('is bounded by itself', () => {
    const { hsm } = testHsm({ auditLimit: 2 })
    for (const name of ['a', 'b', 'c']) createKey(hsm, name, { kty: 'oct' })
    const fork = forkHsm(hsm)
    for (const name of ['d', 'e', 'f']) createKey(fork, name, { kty: 'oct' })
    expect(told(hsm)).toEqual(['createKey b', 'createKey c'])
    expect(told(fork)).toEqual(['createKey e', 'createKey f'])
    expect([readAudit(hsm).lost, readAudit(fork).lost]).toEqual([1, 4])
  })
})

describe('auditLimit', () => {
  it.each([1, 2, 3, 7, 100])('keeps the latest %i calls, and counts what is lost', (auditLimit) => {
    const { hsm } = testHsm({ auditLimit })
    for (let count = 1; count <= 25; count++) {
      expect(() => getKey(hsm, `k${count}`)).toThrow()
      const kept = Math.min(count, auditLimit)
      const names = Array.from(
        { length: kept },
        (_, index) => `getKey k${count - kept + index + 1}`,
      )
      expect(told(hsm)).toEqual(names)
      expect(readAudit(hsm).lost).toBe(count - kept)
    }
  })

  it('bounds what hangs on the HSM, not only what is read: two generations of it', () => {
    const { hsm } = testHsm({ auditLimit: 3 })
    for (let count = 0; count < 50; count++) expect(() => getKey(hsm, 'nobody')).toThrow()
    const { trail } = engineOf(hsm)
    const lengthOf = (noted: typeof trail.newest): number =>
      noted === undefined ? 0 : 1 + lengthOf(noted.previous)
    expect(lengthOf(trail.older)).toBe(3)
    expect(lengthOf(trail.newest)).toBe(50 % 3)
  })

  it('of 0 keeps nothing, and says so', () => {
    const { hsm } = testHsm({ auditLimit: 0 })
    listKeys(hsm)
    expect(readAudit(hsm)).toEqual({ entries: [], lost: 1 })
  })

  it('defaults to 100,000, and to none for Infinity', () => {
    const [bounded, endless] = [createHsm(), createHsm({ auditLimit: Number.POSITIVE_INFINITY })]
    for (let count = 0; count < 200_001; count++) {
      getRandomBytes(bounded, 1)
      getRandomBytes(endless, 1)
    }
    expect(entriesOf(bounded)).toHaveLength(100_000)
    expect(readAudit(bounded).lost).toBe(100_001)
    expect(entriesOf(endless)).toHaveLength(200_001)
  })

  it.each([Number.NaN, '3'])('refuses %s', (auditLimit) => {
    expect(errorOf(() => createHsm({ auditLimit: auditLimit as never })).message).toMatch(
      /^The option "auditLimit" of createHsm must be a number, not/,
    )
  })

  it.each([-1, 1.5, null])('refuses %s', (auditLimit) => {
    const isNull = auditLimit === null
    const call = () => createHsm({ auditLimit: auditLimit as never })
    if (isNull) expect(call).not.toThrow()
    else expect(errorOf(call).message).toMatch(/^auditLimit must be a whole number from 0 on/)
  })
})

describe('what time does', () => {
  it('stands in the trail with the instant at which it fell due, and nobody called', () => {
    const { hsm, clock } = testHsm({ softDeleteRetentionDays: 7 })
    createKey(hsm, 'rotating', { kty: 'oct' })
    createKey(hsm, 'doomed', { kty: 'oct' })
    deleteKey(hsm, 'doomed')
    const trigger = { timeAfterCreate: 'P30D' }
    updateRotationPolicy(viewHsm(hsm, { caller: 'alice' }), 'rotating', {
      lifetimeActions: [{ trigger, action: { type: 'Rotate' } }],
    })
    clock.seconds += 61 * DAY
    const { entries } = readAudit(viewHsm(hsm, { caller: 'bob' }), { byTime: true })
    const versions = facade.listKeyVersions(hsm, 'rotating').value.map(({ kid }) => kid.slice(-32))
    const rotated = { operation: 'rotateKey', key: 'rotating', outcome: 'success', byTime: true }
    expect(entries).toEqual([
      {
        at: (START + 7 * DAY) * 1000,
        operation: 'purgeDeletedKey',
        key: 'doomed',
        outcome: 'success',
        byTime: true,
      },
      { at: (START + 30 * DAY) * 1000, ...rotated, version: versions[1] },
      { at: (START + 60 * DAY) * 1000, ...rotated, version: versions[2] },
    ])
    expect(readAudit(hsm, { byTime: false }).entries).toHaveLength(5)
  })

  it('stands before the call that found it', () => {
    const { hsm, clock } = testHsm({ softDeleteRetentionDays: 7 })
    createKey(hsm, 'doomed', { kty: 'oct' })
    deleteKey(hsm, 'doomed')
    clock.seconds += 7 * DAY
    createKey(hsm, 'doomed', { kty: 'oct' })
    expect(told(hsm).slice(-2)).toEqual(['purgeDeletedKey doomed', 'createKey doomed'])
  })
})

describe('readAudit', () => {
  const furnished = (): Hsm => {
    const { hsm } = testHsm()
    const alice = viewHsm(hsm, { caller: 'alice' })
    createKey(alice, 'a', { kty: 'EC' })
    rotateKey(alice, 'a')
    createKey(hsm, 'b', { kty: 'EC' })
    expect(() => sign(alice, 'b', { alg: 'RS256', value: DIGEST })).toThrow()
    sign(hsm, 'A', { alg: 'ES256', value: DIGEST })
    return hsm
  }

  it.each([
    ['a key, in any case', { key: 'A' }, [0, 1, 4]],
    ['a caller', { caller: 'alice' }, [0, 1, 3]],
    ['an operation', { operation: 'sign' }, [3, 4]],
    ['several operations', { operation: ['rotateKey', 'createKey'] }, [0, 1, 2]],
    ['no operation', { operation: [] }, []],
    ['success', { outcome: 'success' }, [0, 1, 2, 4]],
    ['refusal', { outcome: 'refused' }, [3]],
    ['several things at once', { key: 'a', caller: 'alice', operation: 'rotateKey' }, [1]],
    ['nothing', {}, [0, 1, 2, 3, 4]],
  ] as const)('filters by %s', (_title, filter, expected) => {
    const hsm = furnished()
    const all = entriesOf(hsm)
    expect(readAudit(hsm, filter).entries).toEqual(expected.map((index) => all[index]))
  })

  it('filters by a version, by its identifier too', () => {
    const hsm = furnished()
    const { kid } = getKey(hsm, 'a').key
    const operations = ['rotateKey', 'sign', 'getKey']
    for (const key of [kid, `a/${kid.slice(-32)}`]) {
      expect(readAudit(hsm, { key }).entries.map(({ operation }) => operation)).toEqual(operations)
    }
  })

  it('refuses a key that is none', () => {
    const { hsm } = testHsm()
    expect(refusalOf(() => readAudit(hsm, { key: 'under_score' }))).toEqual(
      badParameter('The request URI contains an invalid name: under_score'),
    )
  })

  it('is itself no call', () => {
    const { hsm } = testHsm()
    readAudit(hsm)
    expect(entriesOf(hsm)).toEqual([])
  })
})

describe('a reading of what came after another one', () => {
  const keep = (auditLimit: number) => createHsm({ auditLimit })

  it('has the new entries alone', () => {
    const hsm = keep(100)
    createKey(hsm, 'a', { kty: 'EC-HSM' })
    const { entries, lost } = readAudit(hsm)
    getKey(hsm, 'a')
    const { entries: added } = readAudit(hsm, { after: lost + entries.length })
    expect(added.map(({ operation }) => operation)).toEqual(['getKey'])
    expect(readAudit(hsm, { after: 0 })).toEqual(readAudit(hsm))
    expect(readAudit(hsm, { after: 99 }).entries).toEqual([])
  })

  it('shows how many were lost in between', () => {
    const hsm = keep(2)
    for (const _ of [1, 2, 3, 4, 5]) listKeys(hsm)
    expect(readAudit(hsm, { after: 1 })).toMatchObject({ lost: 3, entries: [{}, {}] })
    expect(readAudit(hsm, { after: 4 })).toMatchObject({ lost: 3, entries: [{}] })
  })
})
