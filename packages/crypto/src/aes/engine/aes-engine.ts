/** What computes AES: the kernel in WebAssembly, or TypeScript where it cannot run. */

/** The input of GCM. */
export interface GcmInput {
  readonly key: Uint8Array
  /** 1 byte or more. */
  readonly iv: Uint8Array
  readonly aad: Uint8Array
  /** The plaintext to encrypt, or the ciphertext to decrypt. */
  readonly text: Uint8Array
  readonly isEncryption: boolean
}

/** The output of GCM. */
export interface GcmOutput {
  /** The ciphertext, or the plaintext, which may not leave before the tag is compared. */
  readonly text: Uint8Array
  /** 16 bytes, over the AAD and the ciphertext. */
  readonly tag: Uint8Array
}

/**
 * AES in its modes of operation, with keys of 16, 24 or 32 bytes.
 *
 * Lengths are checked before. No argument is kept or changed, and all results are fresh arrays.
 */
export interface AesEngine {
  readonly gcm: (input: GcmInput) => GcmOutput
  /** CBC over whole blocks, one or more, without padding. */
  readonly cbcEncrypt: (key: Uint8Array, iv: Uint8Array, blocks: Uint8Array) => Uint8Array
  /** The inverse of `cbcEncrypt`. */
  readonly cbcDecrypt: (key: Uint8Array, iv: Uint8Array, blocks: Uint8Array) => Uint8Array
  /**
   * W of SP 800-38F section 6.1: six passes over whole semiblocks of 8 bytes, three or more, the first of them the
   * integrity check value.
   */
  readonly wrap: (kek: Uint8Array, semiblocks: Uint8Array) => Uint8Array
  /** The inverse of `wrap`, with the integrity check value still to be compared. */
  readonly unwrap: (kek: Uint8Array, semiblocks: Uint8Array) => Uint8Array
}
