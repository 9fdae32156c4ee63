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
    purging: 'nameIsBeingDeleted',
  },
  import: {
    absent: '-> active',
    active: '-> active',
    deleting: 'nameIsBeingDeleted',
    deleted: 'nameIsDeleted',
    recovering: 'nameIsBeingRecovered',
    purging: 'nameIsBeingDeleted',
  },
  restore: {
    absent: '-> active',
    active: 'keyExists',
    deleting: 'nameIsBeingDeleted',
    deleted: 'nameIsDeleted',
    recovering: 'nameIsBeingRecovered',
    purging: 'keyExists',
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
        purging: 'keyNotFound',
      },
    ]),
  ),
  delete: {
    absent: 'keyNotFound',
    active: '-> deleting -> deleted',
    deleting: 'keyNotFound',
    deleted: 'keyNotFound',
    recovering: 'keyNotFound',
    purging: 'keyNotFound',
  },
  getDeleted: {
    absent: 'deletedKeyNotFound',
    active: 'deletedKeyNotFound',
    deleting: 'deletedKeyNotFound',
    deleted: '-> deleted',
    recovering: 'deletedKeyNotFound',
    purging: 'deletedKeyNotFound',
  },
  recover: {
    absent: 'keyToRecoverNotFound',
    active: 'keyToRecoverNotFound',
    deleting: 'deletionInProgress',
    deleted: '-> recovering -> active',
    recovering: 'recoveryInProgress',
    purging: 'keyToRecoverNotFound',
  },
  purge: {
    absent: 'deletedKeyNotFound',
    active: 'deletedKeyNotFound',
    deleting: 'deletionInProgress',
    deleted: '-> purging -> absent unless purgeProtected',
    recovering: 'recoveryInProgress',
    purging: 'deletedKeyNotFound',
  },
  passTime: {
    absent: '-> absent',
    active: '-> active',
    deleting: '-> deleted',
    deleted: '-> absent',
    recovering: '-> active',
    purging: '-> absent',
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
    expect(cells).toHaveLength(13 * 6)
  })

  it.each(cells)('%s of a key that is %s: %s', (command, state, cell) => {
    expect(shown(command, state)).toBe(cell)
  })

  it('has no refusal if the command is allowed', () => {
    expect(refusalOf('active', 'use')).toBeUndefined()
    expect(refusalOf(undefined, 'use')).toBe('keyNotFound')
  })
})
