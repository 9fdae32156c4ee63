/** The hash functions by name: FIPS 180-4. */

import { sha1 } from '@noble/hashes/legacy.js'
import { sha224, sha256, sha384, sha512 } from '@noble/hashes/sha2.js'
import type { CHash } from '@noble/hashes/utils.js'

/** The hash functions, by their JOSE-style names. */
export type HashName = 'SHA-1' | 'SHA-224' | 'SHA-256' | 'SHA-384' | 'SHA-512'

/**
 * Every function of {@link HashName}, as code that builds on @noble/hashes takes it; `outputLen` is the length of
 * its digest in bytes.
 */
export const HASHES: Readonly<Record<HashName, CHash>> = Object.freeze({
  'SHA-1': sha1,
  'SHA-224': sha224,
  'SHA-256': sha256,
  'SHA-384': sha384,
  'SHA-512': sha512,
})
