/** Where the SHA-2 kernels keep what they hash. */

/** What is where in a kernel's memory of one page. From `inner` on, everything is zero between two calls. */
export const AT = {
  roundConstants: 0,
  /** The first states of the longer and of the shorter hash. */
  longState: 640,
  shortState: 704,
  /** Two states: those of HMAC after its padded keys. */
  inner: 768,
  outer: 832,
  digest: 896,
  data: 1024,
} as const

/** Bytes that fit at `AT.data`: whole blocks. */
export const DATA_LENGTH = 32768
