/** The commands of a story: what is asked of which HSM, and in which words it is told. */

import assert from 'node:assert'
import fc from 'fast-check'
import { snapshot } from '../snapshot.ts'
import { askBoth, placeOf, type Question, settle } from './agreement.ts'
import { inWords, LETTERS, type Meant, meantBy, type Reference } from './choices.ts'
import { compare } from './everything.ts'
import type { ModelHsm } from './records.ts'
import type { Facade, Real, World } from './world.ts'

/** An operation of one HSM, as a story tells it. */
export interface Telling {
  readonly operation: keyof Facade
  /** In words, without the HSM. */
  readonly sentence: string
  readonly letter: string
  /** Which key it is about. */
  readonly about?: Reference
  readonly question: (hsm: ModelHsm, world: World, meant: Meant) => Question
  /** Whether a whole snapshot must stay as it was, random streams and private keys included: it is refused. */
  readonly isClosely?: boolean
  /** Where it makes no sense it is left out. */
  readonly when?: (hsm: ModelHsm, world: World, meant: Meant) => boolean
}

export type StoryCommand = fc.Command<World, Real>

export function command(telling: Telling): StoryCommand {
  const { operation, sentence, letter, about, question, isClosely, when = () => true } = telling
  const meantIn = (hsm: ModelHsm): Meant | undefined =>
    about === undefined ? { name: '', text: '' } : meantBy(hsm, about)
  return {
    toString: () => `${sentence} in HSM ${letter}`,
    check: (world) => {
      const hsm = world.hsms.get(letter)
      const meant = hsm && meantIn(hsm)
      return meant !== undefined && when(hsm as ModelHsm, world, meant)
    },
    run: (world, real) => {
      const place = placeOf(world, real, letter)
      const asked = question(place.hsm, world, meantIn(place.hsm) as Meant)
      // A snapshot brings deleted keys back to see all of them: that must not take time.
      const { seed, settlingSeconds } = place.hsm
      const isWatched = isClosely && seed !== undefined && settlingSeconds === 0
      const before = isWatched && snapshot(place.handle)
      const got = askBoth(place, operation, asked)
      if (isWatched) {
        assert.deepStrictEqual(snapshot(place.handle), before, 'a refusal changed something')
      }
      if ('value' in got) asked.keep?.(got.value, real)
      settle(world, real)
      if ('refused' in got) compare(place)
    },
  }
}

/** The commands that an HSM and a key are all there is to say of. */
export const plainCommand = (
  operation: keyof Facade,
  verb: string,
  keys: fc.Arbitrary<Reference>,
  question: Telling['question'],
): fc.Arbitrary<StoryCommand> =>
  fc
    .record({ letter: LETTERS, about: keys })
    .map((told) =>
      command({ operation, sentence: `${verb} ${inWords(told.about)}`, question, ...told }),
    )
