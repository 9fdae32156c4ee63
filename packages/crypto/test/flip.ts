/** A copy with one bit changed: the bit of that number, counted around. */
export function flipped(octets: Uint8Array, bit: number): Uint8Array {
  const altered = Uint8Array.from(octets)
  const at = Math.floor(bit / 8) % octets.length
  altered[at] = (altered[at] ?? 0) ^ (1 << (bit % 8))
  return altered
}
