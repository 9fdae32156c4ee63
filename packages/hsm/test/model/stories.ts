/** Stories: commands in a row, told to the model and to the engine at once. */

import fc from 'fast-check'
import { agree, attempt, placeOf, settle } from './agreement.ts'
import { badInput } from './bad-input.ts'
import { IMPORTED_PUBLIC_MEMBERS } from './choices.ts'
import type { StoryCommand } from './command.ts'
import { compare } from './everything.ts'
import * as life from './life-commands.ts'
import { recover } from './model.ts'
import { keysIn, type Profile } from './records.ts'
import * as secure from './secure-commands.ts'
import * as use from './use-commands.ts'
import * as versions from './version-commands.ts'
import { type Facade, type Real, type Settings, type World, worldOf } from './world.ts'
import * as time from './world-commands.ts'

/** How often each command is told, one against the other. */
const commands = (profile: Profile): fc.Arbitrary<StoryCommand> => {
  const weighted: readonly (readonly [number, fc.Arbitrary<StoryCommand>])[] = [
    [10, versions.create(profile)],
    [5, versions.importKey(profile)],
    [7, versions.updateKey],
    [4, versions.getKey],
    [4, versions.rotateKey],
    [7, versions.setRotationPolicy(profile)],
    [1, versions.getRotationPolicy],
    [8, life.deleteKey],
    [3, life.getDeletedKey],
    [8, life.recoverKey],
    [5, life.purgeKey],
    [6, life.backupKey],
    [9, life.restoreKey],
    [2, life.listKeys],
    [2, life.listDeletedKeys],
    [2, life.listKeyVersions],
    [7, use.close('encrypt')],
    [5, use.close('wrapKey')],
    [5, use.close('sign')],
    [8, use.open('decrypt')],
    [4, use.open('unwrapKey')],
    [4, use.open('verify')],
    [6, secure.secureWrapKey],
    [7, secure.secureUnwrapKey],
    [1, use.randomBytes],
    [8, badInput],
    [6, time.wait],
    [6, time.waitForDate],
    [1, time.setBack],
    [3, time.fork],
    [6, use.lookAround],
  ]
  return fc.oneof(...weighted.map(([weight, arbitrary]) => ({ weight, arbitrary })))
}

const beginnings = (profile: Profile): readonly fc.Arbitrary<StoryCommand>[] => [
  versions.create(profile),
  versions.importKey(profile),
  versions.setRotationPolicy(profile),
]

const settings = (profile: Profile): fc.Arbitrary<Settings> =>
  fc.record({
    profile: fc.constant(profile),
    retentionDays: fc.constantFrom(90, 7, 30),
    purgeProtection: fc.constantFrom(false, false, true),
    settlingSeconds: fc.constantFrom(0, 0, 20, 7200),
    limits: fc.record({
      keys: fc.constantFrom(100, 2, 3),
      versions: fc.constantFrom(12, 2, 3, 6),
    }),
    seeds: fc.constantFrom('of their own', 'shared', 'none'),
  })

export interface StoryOptions {
  readonly facade: Facade
  readonly profile: Profile
  /** What takes the place of functions of the facade: made anew for each story. */
  readonly sabotage?: (honest: Facade) => Partial<Facade>
  /** How often each operation answered what is counted here. */
  readonly tally?: Map<string, number>
  /** What fast-check printed after `replayPath` for a failure. */
  readonly replayPath?: string | undefined
}

/** At the end every HSM is as the model says, also once every deleted key has come back. */
function endOfStory(world: World, real: Real): void {
  const places = [...world.hsms.keys()].map((letter) => placeOf(world, real, letter))
  for (const place of places) {
    compare(place)
    for (const { name } of keysIn(place.hsm, 'deleted')) {
      const got = attempt(() => real.facade.recoverDeletedKey(place.handle, name))
      agree(place, got, recover(place.hsm, name, world.now))
    }
  }
  world.now += Math.max(...places.map(({ hsm }) => hsm.settlingSeconds))
  settle(world, real)
  for (const place of places) {
    compare(place)
    use.tryEverything(place, world)
  }
}

/** Whatever is told, the facade answers what the model foretells. */
export function everyStory(options: StoryOptions) {
  const { facade, profile, sabotage = () => ({}), tally = new Map(), replayPath } = options
  // Where something is there from the beginning, fewer commands come to nothing.
  const beginning = fc.array(fc.oneof(...beginnings(profile)), { maxLength: 8, size: 'max' })
  const rest = fc.commands([commands(profile)], {
    maxCommands: 60,
    size: 'max',
    ...(replayPath !== undefined && { replayPath }),
  })
  return fc.property(settings(profile), beginning, rest, (place, first, then) => {
    const { world, real } = worldOf(
      { ...facade, ...sabotage(facade) },
      place,
      IMPORTED_PUBLIC_MEMBERS,
      tally,
    )
    fc.modelRun(() => ({ model: world, real }), first)
    fc.modelRun(() => ({ model: world, real }), then)
    endOfStory(world, real)
  })
}
