/** The hash functions by name: FIPS 180-4. */

import { sha1 } from '@noble/hashes/legacy.js'
import { sha224, sha256, sha384, sha512 } from '@noble/hashes/sha2.js'

/** The hash functions, by their JOSE-style names. */
export type HashName = 'SHA-1' | 'SHA-224' | 'SHA-256' | 'SHA-384' | 'SHA-512'

/** A function of @noble/hashes, in types of our own: the library is in the bundle, its types are not. */
interface NobleHash {
  (message: Uint8Array): ReturnType<typeof Uint8Array.of>
  readonly outputLen: number
  readonly blockLen: number
  readonly canXOF: boolean
  // biome-ignore lint/suspicious/noExplicitAny: only the library itself uses what this returns
  readonly create: () => any
}

/**
 * Every function of {@link HashName}, as code that builds on @noble/hashes takes it; `outputLen` is the length of
 * its digest in bytes.
 */
export const HASHES: Readonly<Record<HashName, NobleHash>> = Object.freeze({
  'SHA-1': sha1,
  'SHA-224': sha224,
  'SHA-256': sha256,
  'SHA-384': sha384,
  'SHA-512': sha512,
})
