import { describe, expect, it } from 'vitest'
import { type Command, type KeyState, LIFE_CYCLE, refusalOf } from '../../src/index.ts'

/** The table from the service's documentation, cell by cell; `->` precedes the next state. */
const CELLS: Readonly<Record<Command, Readonly<Record<KeyState, string>>>> = {
  create: {
    absent: '-> active',
    active: '-> active',
    deleting: 'nameIsBeingDeleted',
    deleted: 'nameIsDeleted',
    recovering: 'nameIsBeingRecovered',
  },
  import: {
    absent: '-> active',
    active: '-> active',
    deleting: 'nameIsBeingDeleted',
    deleted: 'nameIsDeleted',
    recovering: 'nameIsBeingRecovered',
  },
  restore: {
    absent: '-> active',
    active: 'keyExists',
    deleting: 'nameIsBeingDeleted',
    deleted: 'nameIsDeleted',
    recovering: 'nameIsBeingRecovered',
  },
  ...Object.fromEntries(
    (['get', 'update', 'rotate', 'backup', 'use'] as const).map((command) => [
      command,
      {
        absent: 'keyNotFound',
        active: '-> active',
        deleting: 'keyNotFound',
        deleted: 'keyNotFound',
        recovering: 'keyNotFound',
      },
    ]),
  ),
  delete: {
    absent: 'keyNotFound',
    active: '-> deleting -> deleted',
    deleting: 'keyNotFound',
    deleted: 'keyNotFound',
    recovering: 'keyNotFound',
  },
  getDeleted: {
    absent: 'deletedKeyNotFound',
    active: 'deletedKeyNotFound',
    deleting: 'deletedKeyNotFound',
    deleted: '-> deleted',
    recovering: 'deletedKeyNotFound',
  },
  recover: {
    absent: 'keyToRecoverNotFound',
    active: 'keyToRecoverNotFound',
    deleting: 'deletionInProgress',
    deleted: '-> recovering -> active',
    recovering: 'recoveryInProgress',
  },
  purge: {
    absent: 'deletedKeyNotFound',
    active: 'deletedKeyNotFound',
    deleting: 'deletionInProgress',
    deleted: '-> absent unless purgeProtected',
    recovering: 'recoveryInProgress',
  },
  passTime: {
    absent: '-> absent',
    active: '-> active',
    deleting: '-> deleted',
    deleted: '-> absent',
    recovering: '-> active',
  },
} as Record<Command, Record<KeyState, string>>

function shown(command: Command, state: KeyState): string {
  const outcome = LIFE_CYCLE[command][state]
  if ('refused' in outcome) return outcome.refused
  const slowly = outcome.slowly === undefined ? '' : `-> ${outcome.slowly} `
  const unless = outcome.protectedBy === undefined ? '' : ` unless ${outcome.protectedBy}`
  return `${slowly}-> ${outcome.next}${unless}`
}

describe('the life-cycle table', () => {
  const cells = Object.entries(CELLS).flatMap(([command, row]) =>
    Object.entries(row).map(
      ([state, cell]) => [command as Command, state as KeyState, cell] as const,
    ),
  )

  it('has every command and every state', () => {
    expect(Object.keys(LIFE_CYCLE).sort()).toEqual(Object.keys(CELLS).sort())
    expect(cells).toHaveLength(13 * 5)
  })

  it.each(cells)('%s of a key that is %s: %s', (command, state, cell) => {
    expect(shown(command, state)).toBe(cell)
  })

  it('has no refusal if the command is allowed', () => {
    expect(refusalOf('active', 'use')).toBeUndefined()
    expect(refusalOf(undefined, 'use')).toBe('keyNotFound')
  })
})
