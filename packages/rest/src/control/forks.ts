/** Forks of HSMs, for resets. */

import { forkHsm, type Hsm, readClock } from 'pocket-hsm'
import type { ControlledHsm } from './controlled.ts'
import { refuse, refuseStored } from './error.ts'
import type { ControlCall, ControlRoute, JsonObject } from './route.ts'

/** The fork that is made at the start. */
const START = 'start'

/** A fork shares what has not changed since, and takes memory for the rest. */
const MOST_FORKS = 1000

const NAME = /^[\w.-]{1,128}$/

interface Fork {
  readonly hsm: Hsm
  /** The time on the clock of the HSM when it was made: milliseconds since 1970. */
  readonly at: number
}

const forkOf = (hsm: Hsm): Fork => ({ hsm: forkHsm(hsm), at: readClock(hsm) })

/** Saves the state of an HSM under a name, and restores it any number of times. The clock is not changed. */
export function forkRoutes(all: readonly ControlledHsm[]): readonly ControlRoute[] {
  const forks = new Map<ControlledHsm, Map<string, Fork>>(
    all.map((served) => [served, new Map([[START, forkOf(served.hsm())]])]),
  )
  /** An HSM that was added later has no fork of the start. */
  const forksOf = (served: ControlledHsm) => {
    const own = forks.get(served) ?? new Map<string, Fork>()
    forks.set(served, own)
    return own
  }

  const list = ({ served }: ControlCall): JsonObject => {
    refuseStored(served(), 'Forks are')
    return { forks: [...forksOf(served())].map(([name, { at }]) => ({ name, at })) }
  }

  const fork = ({ json, served }: ControlCall): JsonObject => {
    refuseStored(served(), 'Forks are')
    const { name } = json
    if (typeof name !== 'string' || !NAME.test(name) || name === START) {
      throw refuse(
        400,
        `name must be 1 to 128 letters, digits, dots, hyphens or underscores, and not ${START}.`,
      )
    }
    const own = forksOf(served())
    if (own.size >= MOST_FORKS && !own.has(name)) {
      throw refuse(409, `At most ${MOST_FORKS} forks can be stored.`)
    }
    own.set(name, forkOf(served().hsm()))
    return { forks: [...own.keys()] }
  }

  const drop = ({ query, served }: ControlCall): JsonObject => {
    refuseStored(served(), 'Forks are')
    const { name } = query
    if (name === undefined || name === START)
      throw refuse(400, `name must be that of a fork, and not ${START}.`)
    const own = forksOf(served())
    if (!own.delete(name)) throw unknownFork(name)
    return { forks: [...own.keys()] }
  }

  const reset = ({ json, served }: ControlCall): JsonObject => {
    refuseStored(served(), 'Resets are')
    const { to = START } = json
    const found = forksOf(served()).get(String(to))
    if (found === undefined) throw unknownFork(String(to))
    served().replace(found.hsm)
    return { reset: to }
  }

  return [
    { method: 'GET', path: '/fork', run: list },
    { method: 'POST', path: '/fork', members: ['name'], run: fork },
    { method: 'DELETE', path: '/fork', query: ['name'], run: drop },
    { method: 'POST', path: '/reset', members: ['to'], run: reset },
  ]
}

const unknownFork = (name: string) => refuse(404, `There is no fork ${name.slice(0, 128)}.`)
