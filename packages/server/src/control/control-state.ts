/** The state of an HSM. */

import { exportState, toBase64url } from 'pocket-hsm'
import { refuseStored } from './control-error.ts'
import type { ControlRoute } from './control-route.ts'

/** Returns the whole state, encrypted under the security domain: for `importState` with the server's seed. */
export const STATE_ROUTES: readonly ControlRoute[] = [
  {
    method: 'GET',
    path: '/state',
    run: ({ served }) => {
      refuseStored(served(), 'Exports of the whole state are')
      return { state: toBase64url(exportState(served().hsm())) }
    },
  },
]
