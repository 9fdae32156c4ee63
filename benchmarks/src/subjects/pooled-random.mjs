// Random bytes that the host draws many at a time: a draw of a few bytes costs several times what a cipher does.

const POOL = 4096

/**
 * Makes a source of random bytes, none of which is handed out twice.
 *
 * @returns {(length: number) => Uint8Array} Takes a length of at most 4096.
 */
export function pooledRandom() {
  const pool = new Uint8Array(POOL)
  let taken = POOL
  return (length) => {
    if (taken + length > POOL) {
      crypto.getRandomValues(pool)
      taken = 0
    }
    const bytes = pool.slice(taken, taken + length)
    pool.fill(0, taken, taken + length)
    taken += length
    return bytes
  }
}
