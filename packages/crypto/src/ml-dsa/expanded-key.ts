/** Private keys in the form that signing needs, computed from their seeds and kept for the keys that sign. */

import type { MlDsaParameterSet } from '../key-material.ts'
import { Secret } from '../secret.ts'
import { nobleMlDsa } from './noble.deferred.ts'

/** A key pair as FIPS 204 algorithm 6 returns it. */
export interface ExpandedKeyPair {
  readonly publicKey: Uint8Array
  /** As many bytes as the parameter set's table says. */
  readonly expandedKey: Uint8Array
}

/** How many expanded keys are kept: at most 1.3 MB. */
const MOST_KEPT = 256

// An entry is collected with its key; the list says which entry is the oldest, and keeps no key alive.
const keptKeys = new WeakMap<Secret<Uint8Array>, Uint8Array>()
const order: WeakRef<Secret<Uint8Array>>[] = []

/**
 * Computes both keys of a seed.
 *
 * @param seed - 32 bytes.
 * @see FIPS 204 algorithm 6
 */
export function expandSeed(alg: MlDsaParameterSet, seed: Uint8Array): ExpandedKeyPair {
  const { publicKey, secretKey } = nobleMlDsa(alg).keygen(seed)
  return { publicKey, expandedKey: secretKey }
}

/** Keeps the expanded form of a private key, so that its first signature does not compute it again. */
export function keepExpandedKey(seed: Secret<Uint8Array>, expandedKey: Uint8Array): void {
  keptKeys.set(seed, expandedKey)
  order.push(new WeakRef(seed))
  if (order.length <= MOST_KEPT) return
  const oldest = order.shift()?.deref()
  if (oldest !== undefined) keptKeys.delete(oldest)
}

/** Returns the expanded form of a private key. The same array each time: not to be changed. */
export function expandedKeyOf(alg: MlDsaParameterSet, seed: Secret<Uint8Array>): Uint8Array {
  const kept = keptKeys.get(seed)
  if (kept !== undefined) return kept
  const { expandedKey } = expandSeed(alg, Secret.reveal(seed))
  keepExpandedKey(seed, expandedKey)
  return expandedKey
}
