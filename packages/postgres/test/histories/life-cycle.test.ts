import { describe, expect, it } from 'vitest'
import { checkHistory } from './check-history.ts'
import { type Answer, type Asked, type KeyOperation, type Kind, lifeCycleOf } from './life-cycle.ts'

const NEVER = Number.POSITIVE_INFINITY

/** Operations of one client, one after the other; `undefined` is an answer that never came. */
const inTurn = (
  ...rows: readonly (readonly [Kind, Partial<Asked>, Answer | undefined])[]
): KeyOperation[] =>
  rows.map(([kind, asked, output], index) => ({
    input: { kind, id: String(index), ...asked },
    called: 2 * index,
    returned: output === undefined ? NEVER : 2 * index + 1,
    ...(output && { output }),
  }))

const verdictOf = (history: readonly KeyOperation[]) =>
  checkHistory(lifeCycleOf(history), history).verdict

const made = (version: string, tag: string, enabled = true): Answer => ({
  status: 200,
  shown: { version, tag, enabled },
})
const refused = (status: number): Answer => ({ status })
const signed = (version: string): Answer => ({ status: 200, shown: { version } })
const listed = (...versions: readonly (readonly [string, string])[]): Answer => ({
  status: 200,
  versions: versions.map(([version, tag]) => ({ version, tag, enabled: true })),
})

describe('the life cycle accepts', () => {
  it('a key from its creation to its restore', () => {
    const history = inTurn(
      ['get', {}, refused(404)],
      ['create', {}, made('v1', '1')],
      ['rotate', {}, made('v2', '1')],
      ['update', { enabled: false }, made('v2', '3', false)],
      ['sign', {}, refused(403)],
      ['update', { enabled: true }, made('v2', '5')],
      ['sign', {}, signed('v2')],
      ['backup', {}, { status: 200 }],
      ['restore', { backup: '7' }, refused(409)],
      ['delete', {}, made('v2', '5')],
      ['create', {}, refused(409)],
      ['versions', {}, listed()],
      ['list', {}, { status: 200, listed: false }],
      ['list-deleted', {}, { status: 200, listed: true }],
      ['recover', {}, made('v2', '5')],
      ['delete', {}, made('v2', '5')],
      ['get-deleted', {}, made('v2', '5')],
      ['purge', {}, { status: 204 }],
      ['purge', {}, refused(404)],
      ['restore', { backup: '7' }, made('v2', '5')],
      ['versions', {}, listed(['v2', '5'], ['v1', '1'])],
    )
    expect(verdictOf(history)).toBe('linearizable')
  })

  it('a creation without an answer that happened, and one that did not', () => {
    const [unknown] = inTurn(['create', {}, undefined])
    const later = (...answers: readonly Answer[]) => [
      ...(unknown ? [unknown] : []),
      ...answers.map((output, index) => ({
        input: { kind: 'get', id: `g${index}` } as const,
        called: 10 + 2 * index,
        returned: 11 + 2 * index,
        output,
      })),
    ]
    expect(verdictOf(later(made('v1', '0')))).toBe('linearizable')
    expect(verdictOf(later(refused(404), made('v1', '0'), made('v1', '0')))).toBe('linearizable')
    expect(verdictOf(later(refused(404)))).toBe('linearizable')
    expect(verdictOf(later(made('v1', '0'), made('v2', '0')))).toBe('not linearizable')
    expect(verdictOf(later(made('v1', 'another')))).toBe('not linearizable')
    expect(verdictOf(later(made('v1', '0'), refused(404)))).toBe('not linearizable')
  })

  it('two rotations without an answer, whichever made which version', () => {
    const history = inTurn(
      ['create', {}, made('v1', '0')],
      ['rotate', {}, undefined],
      ['rotate', {}, undefined],
      ['versions', {}, listed(['v1', '0'], ['v2', '0'], ['v3', '0'])],
      ['get', {}, made('v2', '0')],
    )
    expect(verdictOf(history)).toBe('linearizable')
  })
})

describe('the life cycle rejects', () => {
  it.each<[string, readonly KeyOperation[]]>([
    [
      'a lost update',
      inTurn(
        ['create', {}, made('v1', '0')],
        ['update', {}, made('v1', '1')],
        ['get', {}, made('v1', '0')],
      ),
    ],
    [
      'a lost rotation',
      inTurn(
        ['create', {}, made('v1', '0')],
        ['rotate', {}, made('v2', '0')],
        ['rotate', {}, made('v3', '0')],
        ['versions', {}, listed(['v1', '0'], ['v3', '0'])],
      ),
    ],
    [
      'a rotation that happened twice',
      inTurn(
        ['create', {}, made('v1', '0')],
        ['rotate', {}, undefined],
        ['versions', {}, listed(['v1', '0'], ['v2', '0'], ['v3', '0'])],
      ),
    ],
    [
      'the version of a rotation that was answered, made by another',
      inTurn(
        ['create', {}, made('v1', '0')],
        ['rotate', {}, undefined],
        ['get', {}, made('v2', '0')],
        ['rotate', {}, made('v2', '0')],
      ),
    ],
    [
      'two creations of the same version',
      inTurn(['create', {}, made('v1', '0')], ['create', {}, made('v1', '1')]),
    ],
    [
      'a signature of a disabled key',
      inTurn(
        ['create', {}, made('v1', '0')],
        ['update', { enabled: false }, made('v1', '1', false)],
        ['sign', {}, signed('v1')],
      ),
    ],
    [
      'a signature of an older version',
      inTurn(
        ['create', {}, made('v1', '0')],
        ['rotate', {}, made('v2', '0')],
        ['sign', {}, signed('v1')],
      ),
    ],
    [
      'two purges of one key',
      inTurn(
        ['create', {}, made('v1', '0')],
        ['delete', {}, made('v1', '0')],
        ['purge', {}, { status: 204 }],
        ['purge', {}, { status: 204 }],
      ),
    ],
    [
      'a restore of a backup that nobody made',
      inTurn(['restore', { backup: '9' }, made('v1', '0')]),
    ],
    [
      'a restore to what the key was before its backup',
      inTurn(
        ['create', {}, made('v1', '0')],
        ['rotate', {}, made('v2', '0')],
        ['backup', {}, { status: 200 }],
        ['delete', {}, made('v2', '0')],
        ['purge', {}, { status: 204 }],
        ['restore', { backup: '2' }, made('v1', '0')],
      ),
    ],
    [
      'a key that is missing from a list',
      inTurn(['create', {}, made('v1', '0')], ['list', {}, { status: 200, listed: false }]),
    ],
    ['an answer that no operation has', inTurn(['get', {}, refused(409)])],
  ])('%s', (_, history) => {
    expect(verdictOf(history)).toBe('not linearizable')
  })
})
