/** What a value is, for an error text: its type, never its content, which may be secret. */

/** Names the type of a value: `a string`, `a Promise`, `an array`. */
export function kindOfValue(value: unknown): string {
  if (value === null || value === undefined || typeof value === 'boolean') return String(value)
  if (Number.isNaN(value)) return 'NaN'
  if (typeof value === 'number') {
    return Number.isInteger(value) ? 'a number' : 'a number that is not whole'
  }
  if (typeof value !== 'object') return `a ${typeof value}`
  if (Array.isArray(value)) return 'an array'
  if (value instanceof Uint8Array) return 'a Uint8Array'
  if (typeof (value as { readonly then?: unknown }).then === 'function') return 'a Promise'
  return 'an object'
}
