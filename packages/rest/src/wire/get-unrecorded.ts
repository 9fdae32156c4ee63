/** Reading a key without an entry in the audit trail. */

import { forkHsm, getKey, type Hsm, type KeyBundle, viewHsm } from 'pocket-hsm'

/** Returns a key that the handler itself needs to know, as the host: it reads a fork, which has a trail of its own. */
export function getUnrecorded(hsm: Hsm, reference: string): KeyBundle {
  return getKey(viewHsm(forkHsm(hsm), { principals: null }), reference)
}
