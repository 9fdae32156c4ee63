/** The model and the engine are asked the same, and must answer the same. */

import assert from 'node:assert'
import { isDeepStrictEqual } from 'node:util'
import { type Hsm, HsmError, type KeyBundle } from '../../src/index.ts'
import { everyItem } from '../snapshot.ts'
import { type Answer, passTime } from './model.ts'
import type { ModelHsm, Version } from './records.ts'
import type { Facade, Real, World } from './world.ts'

/** One question to both. */
export interface Question {
  readonly expected: Answer
  readonly ask: (facade: Facade, handle: Hsm, real: Real) => unknown
  /** Keeps an answer for later in the story. */
  readonly keep?: (got: unknown, real: Real) => void
}

/** Asks both, notes what was answered, and has them agree. */
export function askBoth(place: Place, operation: keyof Facade, { expected, ask }: Question): Got {
  const { real, handle } = place
  const got = attempt(() => ask(real.facade, handle, real))
  note(real, operation, got)
  agree(place, got, expected)
  return got
}

/** An HSM in the model and in the engine. */
export interface Place {
  readonly letter: string
  readonly hsm: ModelHsm
  readonly handle: Hsm
  readonly real: Real
}

export function placeOf(world: World, real: Real, letter: string): Place {
  const [hsm, handle] = [world.hsms.get(letter), real.hsms.get(letter)]
  assert(hsm && handle)
  return { letter, hsm, handle, real }
}

/**
 * The same place to look at: looking changes nothing, as a fork is asked. Without a seed it is the HSM itself: a
 * fork would make other versions where a rotation is due.
 */
export const viewOf = (place: Place): Place =>
  place.hsm.seed === undefined
    ? place
    : { ...place, handle: place.real.facade.forkHsm(place.handle) }

/**
 * What fell due happens in the model, and the identifiers of the versions that came with it become known. Whatever
 * the two agree on must also be possible.
 */
export function settle(world: World, real: Real): void {
  for (const [letter, hsm] of world.hsms) {
    passTime(hsm, world.now)
    for (const { name, versions } of hsm.keys.values()) {
      const isNew = versions.some(({ id }) => id === '')
      if (isNew) learnIds(placeOf(world, real, letter), name, versions)
      assert(versions.length > 0 && versions.length <= hsm.limits.versions, 'too many versions')
      assert(versions.every(isInOrder), `'${name}' was updated before it was created`)
      assert(world.wasSetBack || isInOrderOfTime(versions, world.now), `'${name}' is out of order`)
    }
    assert(hsm.keys.size <= hsm.limits.keys, 'too many keys')
  }
}

/** Whatever the clock did. */
const isInOrder = ({ attributes: { created, updated } }: Version): boolean => created <= updated

const isInOrderOfTime = (versions: readonly Version[], now: number): boolean =>
  versions.every(({ attributes: { created, updated } }, index) => {
    const before = versions[index - 1]?.attributes.created ?? 0
    return before <= created && updated <= now
  })

export type Got = { readonly value: unknown } | { readonly refused: object }

/** What a call answers; only an {@link HsmError} is a refusal. */
export function attempt(call: () => unknown): Got {
  try {
    return { value: call() }
  } catch (error) {
    if (!(error instanceof HsmError)) throw error
    const { status, code, innerCode } = error
    return { refused: { status, code, ...(innerCode && { innerCode }) } }
  }
}

/** The answer is the one that the model foretold. */
export function agree(place: Place, got: Got, expected: Answer, what = 'the answer'): void {
  if ('refused' in expected || 'refused' in got) {
    const foretold = 'refused' in expected ? expected : { value: 'no refusal' }
    assert.deepStrictEqual(got, foretold, what)
    return
  }
  if (expected.born) learnBorn(place, expected.born, got.value as KeyBundle)
  const value = expected.value(got.value)
  const [shown, foretold] = isBundle(value)
    ? [inOrder(got.value as KeyBundle), inOrder(withPublicMembers(place.real, value, got.value))]
    : [got.value, value]
  // The assertion alone says where they differ, and takes longer.
  if (!isDeepStrictEqual(shown, foretold)) assert.deepStrictEqual(shown, foretold, what)
}

interface ForetoldBundle {
  readonly key: { readonly key_ops: readonly string[]; readonly material: string }
}

const isBundle = (value: unknown): value is ForetoldBundle =>
  typeof value === 'object' && value !== null && 'key' in value

/** The service gives `key_ops` in no fixed order. */
const inOrder = <Bundle extends { readonly key: { readonly key_ops: readonly string[] } }>(
  bundle: Bundle,
) => ({ ...bundle, key: { ...bundle.key, key_ops: bundle.key.key_ops.toSorted() } })

/** What a material shows is learnt once: it shows the same ever after, and no other material does. */
function withPublicMembers(
  real: Real,
  foretold: ForetoldBundle,
  got: unknown,
): ForetoldBundle & KeyBundle {
  const { material, ...key } = foretold.key
  const { kid: _, kty: __, key_ops: ___, ...shown } = (got as KeyBundle).key
  const known = real.publicMembers.get(material) ?? shown
  if (!real.publicMembers.has(material) && ('x' in shown || 'pub' in shown)) {
    const isShown = [...real.publicMembers.values()].some((other) =>
      isDeepStrictEqual(other, shown),
    )
    assert(!isShown, 'two materials are the same')
  }
  real.publicMembers.set(material, known)
  return { ...foretold, key: { ...known, ...key } } as never
}

function learnBorn({ real, letter, hsm }: Place, version: Version, { key }: KeyBundle): void {
  const id = key.kid.split('/')[5] ?? ''
  const home = [...hsm.keys.values()].find(({ versions }) => versions.includes(version))
  learnId(real, letter, home?.versions ?? [], version, id)
}

/** The versions of a key that time made are the model's that have no identifier yet, in the order of creation. */
function learnIds(place: Place, name: string, versions: readonly Version[]): void {
  const { letter, real } = place
  const { handle } = viewOf(place)
  const known = new Set(versions.map(({ id }) => id))
  const shown = everyItem((page) => real.facade.listKeyVersions(handle, name, page))
    .map(({ kid, attributes }) => ({ id: kid.split('/')[5] ?? '', created: attributes.created }))
    .filter(({ id }) => !known.has(id))
    .sort((a, b) => a.created - b.created)
  const unknown = versions.filter(({ id }) => id === '')
  assert.deepStrictEqual(
    shown.map(({ created }) => created),
    unknown.map(({ attributes }) => attributes.created),
    `'${name}' rotated at other instants in HSM ${letter}`,
  )
  for (const [index, version] of unknown.entries()) {
    learnId(real, letter, versions, version, shown[index]?.id ?? '')
  }
}

function learnId(
  real: Real,
  letter: string,
  versions: readonly Version[],
  version: Version,
  id: string,
): void {
  assert.match(id, /^[0-9a-f]{32}$/)
  assert(!versions.some((other) => other.id === id), `the version ${id} is there twice`)
  learnRandom(real, letter, id)
  version.id = id
}

/** Nothing random comes again: no IV, and once purged no version, unless it is restored. */
export function learnRandom({ made }: Real, letter: string, random: string | Uint8Array): void {
  const hex = typeof random === 'string' ? random : Buffer.from(random).toString('hex')
  assert(!made.get(letter)?.has(hex), `HSM ${letter} made ${hex} before`)
  made.get(letter)?.add(hex)
}

function note({ tally }: Real, operation: string, got: Got): void {
  const outcome = 'refused' in got ? Object.values(got.refused).join(' ') : 'done'
  const entry = `${operation}: ${outcome}`
  tally.set(entry, (tally.get(entry) ?? 0) + 1)
}
