/** Whether an HSM is a fork of another one, as far as exports of differences have to know. */

import type { Engine } from '../engine/hsm.ts'
import { badParameter } from '../hsm-error.ts'

/** Refuses an HSM that has not the same origin as another one: their difference would mean nothing. */
export function checkFork(engine: Engine, earlier: Engine): void {
  if (engine.identityOrigin === earlier.identityOrigin) return
  throw badParameter('The second argument must be a fork of the first, taken with forkHsm.')
}
