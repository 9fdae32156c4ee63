/** What an HSM of a server holds. */

import { exportState, toBase64url } from 'pocket-hsm'
import type { ControlRoute } from './control-route.ts'

/** Gives all of it away, encrypted under the security domain: for `importState` with the server's seed. */
export const STATE_ROUTES: readonly ControlRoute[] = [
  {
    method: 'GET',
    path: '/state',
    run: ({ served }) => ({ state: toBase64url(exportState(served().hsm())) }),
  },
]
