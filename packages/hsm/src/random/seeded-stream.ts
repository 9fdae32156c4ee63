/** The seeded universe: every use of randomness has a stream of its own, named by what it is for. */

import {
  digest,
  instantiateHmacDrbg,
  type RandomSource,
  resumeHmacDrbg,
  Secret,
  utf8ToBytes,
} from '@pocket-hsm/crypto'
import { badParameter } from '../hsm-error.ts'

/**
 * The stream for one purpose under a seed. Streams are independent of one another: what is drawn from
 * one never moves another, so an unrelated key or call changes nothing else.
 *
 * @param labels - What it is for: the same labels give the same bytes.
 * @see NIST SP 800-90A Rev. 1 section 10.1.2, HMAC_DRBG: the labels are its personalization string
 */
export function seededStream(
  seed: Secret<Uint8Array>,
  ...labels: readonly (string | number)[]
): RandomSource {
  return resumeHmacDrbg(seededState(seed, ...labels))
}

/** All that decides one stream, and nothing of the seed or of another stream: 64 bytes. */
export function seededState(
  seed: Secret<Uint8Array>,
  ...labels: readonly (string | number)[]
): Uint8Array {
  return instantiateHmacDrbg(Secret.reveal(seed), utf8ToBytes(JSON.stringify(labels)))
}

/** Any seed becomes 32 bytes, so that its length and form do not matter further on. */
export function parseSeed(seed: string | Uint8Array): Secret<Uint8Array> {
  if (typeof seed !== 'string' && !(seed instanceof Uint8Array)) {
    throw badParameter('The seed must be a string or a Uint8Array.')
  }
  const bytes = typeof seed === 'string' ? utf8ToBytes(seed) : seed
  return new Secret(digest('SHA-256', bytes))
}
