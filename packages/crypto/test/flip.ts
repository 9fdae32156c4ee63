/** A copy with one bit flipped: bit number `bit` modulo the length. */
export function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const altered = Uint8Array.from(bytes)
  const at = Math.floor(bit / 8) % bytes.length
  altered[at] = (altered[at] ?? 0) ^ (1 << (bit % 8))
  return altered
}
