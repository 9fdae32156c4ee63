/** Forks of HSMs, for resets. */

import { forkHsm, type Hsm } from 'pocket-hsm'
import type { ServedHsm } from '../hsms/hosts.ts'
import { refuse, refuseStored } from './control-error.ts'
import type { ControlCall, ControlRoute, JsonObject } from './control-route.ts'

/** The fork that is made at the start. */
const START = 'start'

/** A fork shares what has not changed since, and takes memory for the rest. */
const MOST_FORKS = 1000

const NAME = /^[\w.-]{1,128}$/

/** Saves the state of an HSM under a name, and restores it any number of times. The clock is not changed. */
export function forkRoutes(all: readonly ServedHsm[]): readonly ControlRoute[] {
  const forks = new Map<ServedHsm, Map<string, Hsm>>(
    all.map((served) => [served, new Map([[START, forkHsm(served.hsm())]])]),
  )
  /** An HSM that was added later has no fork of the start. */
  const forksOf = (served: ServedHsm) => {
    const own = forks.get(served) ?? new Map<string, Hsm>()
    forks.set(served, own)
    return own
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
    own.set(name, forkHsm(served().hsm()))
    return { forks: [...own.keys()] }
  }

  const reset = ({ json, served }: ControlCall): JsonObject => {
    refuseStored(served(), 'Resets are')
    const { to = START } = json
    const hsm = forksOf(served()).get(String(to))
    if (hsm === undefined) throw refuse(404, `There is no fork ${String(to).slice(0, 128)}.`)
    served().replace(hsm)
    return { reset: to }
  }

  return [
    { method: 'POST', path: '/fork', members: ['name'], run: fork },
    { method: 'POST', path: '/reset', members: ['to'], run: reset },
  ]
}
