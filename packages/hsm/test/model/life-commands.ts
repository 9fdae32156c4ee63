/** The commands about whole keys: gone and back again, backed up, restored, listed. */

import assert from 'node:assert'
import fc from 'fast-check'
import type { Hsm, Page, PageParameters } from '../../src/index.ts'
import {
  inWords,
  KEY_TO_BRING_BACK,
  KEY_TO_USE,
  LETTERS,
  onceIn,
  type Reference,
} from './choices.ts'
import { command, plainCommand, type StoryCommand } from './command.ts'
import * as model from './model.ts'
import { deletedItem, find, item, keysIn, type ModelHsm, versionsOf } from './records.ts'
import type { Facade } from './world.ts'

export const deleteKey: fc.Arbitrary<StoryCommand> = plainCommand(
  'deleteKey',
  'delete',
  KEY_TO_USE,
  (hsm, { now }, { name }) => ({
    expected: model.deleteKey(hsm, name, now),
    ask: (facade, handle) => facade.deleteKey(handle, name),
  }),
)

export const getDeletedKey: fc.Arbitrary<StoryCommand> = plainCommand(
  'getDeletedKey',
  'look at the deleted',
  KEY_TO_BRING_BACK,
  (hsm, _, { name }) => ({
    expected: model.getDeleted(hsm, name),
    ask: (facade, handle) => facade.getDeletedKey(handle, name),
  }),
)

export const recoverKey: fc.Arbitrary<StoryCommand> = plainCommand(
  'recoverDeletedKey',
  'recover',
  KEY_TO_BRING_BACK,
  (hsm, { now }, { name }) => ({
    expected: model.recover(hsm, name, now),
    ask: (facade, handle) => facade.recoverDeletedKey(handle, name),
  }),
)

export const purgeKey: fc.Arbitrary<StoryCommand> = plainCommand(
  'purgeDeletedKey',
  'purge',
  KEY_TO_BRING_BACK,
  (hsm, { now }, { name }) => ({
    expected: model.purgeDeleted(hsm, name, now),
    ask: (facade, handle) => facade.purgeDeletedKey(handle, name),
  }),
)

export const backupKey: fc.Arbitrary<StoryCommand> = plainCommand(
  'backupKey',
  'back up',
  KEY_TO_USE,
  (hsm, { backups }, { name }) => {
    const expected = model.backUp(hsm, name)
    if (expected.taken) backups.push(expected.taken)
    return {
      expected,
      ask: (facade, handle) => facade.backupKey(handle, name),
      keep: (blob, real) => real.backups.push(blob as Uint8Array),
    }
  },
)

const BACKUPS = { 'the last backup': -1, 'the last backup but one': -2, 'the first backup': 0 }

export const restoreKey: fc.Arbitrary<StoryCommand> = fc
  .record({
    letter: fc.constantFrom(...'AABBBCDE'),
    which: fc.constantFrom(...Object.entries(BACKUPS)),
    damagedAt: onceIn(6, fc.nat(2000)),
  })
  .map(({ letter, which: [words, index], damagedAt }) =>
    command({
      operation: 'restoreKey',
      sentence: `restore ${words}${damage(damagedAt)}`,
      letter,
      when: (_, { backups }) => backups.at(index) !== undefined,
      question: (hsm, { backups, now }) => {
        const taken = damagedAt === undefined ? backups.at(index) : undefined
        return {
          expected: model.restore(hsm, taken ?? 'damaged', now),
          ask: (facade, handle, real) =>
            facade.restoreKey(handle, damaged(real.backups.at(index), damagedAt)),
        }
      },
    }),
  )

export const damage = (at: number | undefined): string =>
  at === undefined ? '' : `, damaged at byte ${at},`

/** A copy, with a bit of a byte flipped where one is told. */
export function damaged(bytes: Uint8Array | undefined, at: number | undefined): Uint8Array {
  const copy = Uint8Array.from(bytes ?? [])
  if (at === undefined) return copy
  return copy.with(at % copy.length, (copy[at % copy.length] ?? 0) ^ 1)
}

/** The most items that a page has, whatever is asked. */
const LONGEST_PAGE = 25

const PAGE_LENGTHS = [1, 2, 3, 25, 26, undefined]

/** Reads a list page by page: every page but the last is full, and no empty one comes after it. */
const list = (
  operation: 'listKeys' | 'listDeletedKeys' | 'listKeyVersions',
  words: string,
  items: (hsm: ModelHsm, name: string) => readonly unknown[],
  read: (facade: Facade, handle: Hsm, page: PageParameters, name: string) => Page<unknown>,
  keys?: fc.Arbitrary<Reference>,
): fc.Arbitrary<StoryCommand> =>
  fc
    .record({
      letter: LETTERS,
      length: fc.constantFrom(...PAGE_LENGTHS),
      about: keys ?? fc.constant(undefined),
    })
    .map(({ letter, length, about }) =>
      command({
        operation,
        sentence: `list ${words}${about ? inWords(about) : ''}${length ? ` by ${length}` : ''}`,
        letter,
        ...(about && { about }),
        question: (hsm, _, { name }) => ({
          expected: { value: () => pagesOf(items(hsm, name), length) },
          ask: (facade, handle) => allPages((page) => read(facade, handle, page, name), length),
        }),
      }),
    )

export const listKeys: fc.Arbitrary<StoryCommand> = list(
  'listKeys',
  'the keys',
  (hsm) => keysIn(hsm, 'active').map((key) => item(hsm, key)),
  (facade, handle, page) => facade.listKeys(handle, page),
)

export const listDeletedKeys: fc.Arbitrary<StoryCommand> = list(
  'listDeletedKeys',
  'the deleted keys',
  (hsm) => keysIn(hsm, 'deleted').map((key) => deletedItem(hsm, key)),
  (facade, handle, page) => facade.listDeletedKeys(handle, page),
)

export const listKeyVersions: fc.Arbitrary<StoryCommand> = list(
  'listKeyVersions',
  'the versions of ',
  (hsm, name) => {
    const [key] = find(hsm, name)
    return key ? versionsOf(hsm, name).map((version) => item(hsm, key, version)) : []
  },
  (facade, handle, page, name) => facade.listKeyVersions(handle, name, page),
  KEY_TO_USE,
)

function pagesOf(items: readonly unknown[], asked: number | undefined): readonly unknown[][] {
  const length = Math.min(asked ?? LONGEST_PAGE, LONGEST_PAGE)
  const count = Math.max(1, Math.ceil(items.length / length))
  return Array.from({ length: count }, (_, index) =>
    items.slice(index * length, (index + 1) * length),
  )
}

function allPages(
  read: (page: PageParameters) => Page<unknown>,
  maxResults: number | undefined,
): readonly unknown[][] {
  const pages: unknown[][] = []
  let marker: string | undefined
  do {
    const page = read({ maxResults, marker })
    pages.push([...page.value])
    marker = page.nextMarker
    assert(pages.length < 1000, 'a list without an end')
  } while (marker !== undefined)
  return pages
}
