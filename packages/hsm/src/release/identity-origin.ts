/** What a release identity is made of, kept so that a copy of the HSM elsewhere can make the same one. */

import { Secret } from '@pocket-hsm/crypto'
import { hostRandom } from '../host.ts'
import { seededStream } from '../random/seeded-stream.ts'
import { makeReleaseIdentity, type ReleaseIdentity } from './release-identity.ts'

/** Where an identity comes from. */
export interface IdentityOrigin {
  /** The host that it names. */
  readonly host: string
  /** 32 bytes: the HSM's seed, or some of its own that are drawn when first asked for. */
  readonly seed: () => Secret<Uint8Array>
}

/** The origin for the HSM of an address. */
export function identityOrigin(
  baseUrl: string,
  seed: Secret<Uint8Array> | undefined,
): IdentityOrigin {
  let own = seed
  return {
    host: baseUrl.replace(/^\w+:\/\//, ''),
    seed: () => {
      own ??= new Secret(hostRandom(32))
      return own
    },
  }
}

/** Makes the identity when it is first asked for: its RSA key takes time. */
export function lazyIdentity({ host, seed }: IdentityOrigin): () => ReleaseIdentity {
  let identity: ReleaseIdentity | undefined
  return () => {
    identity ??= makeReleaseIdentity(host, seededStream(seed(), 'release identity'))
    return identity
  }
}
