/** The length of a digest, checked in the service's words. */

import type { Algorithm } from '@pocket-hsm/crypto'
import { badParameter } from '../hsm-error.ts'

/** Throws if a digest is not as long as the hash of the algorithm; HMAC takes any length from 1 byte on. */
export function checkDigestLength(
  name: 'value' | 'digest',
  digest: Uint8Array,
  algorithm: Algorithm,
): void {
  if (algorithm.scheme === 'hmac' && digest.length === 0) {
    throw badParameter(`Invalid length of '${name}': ${algorithm.alg} needs 1 byte at least.`)
  }
  const expected = 'digestLength' in algorithm ? algorithm.digestLength : undefined
  if (expected === undefined || digest.length === expected) return
  throw badParameter(
    `Invalid length of '${name}': ${digest.length} bytes. ${algorithm.alg} requires ${expected} bytes, encoded with base64url.`,
  )
}
