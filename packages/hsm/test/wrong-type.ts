/** The error texts of option values that have the wrong type. */

/** What a value is called in such a text. */
function kindOf(value: unknown): string {
  if (value === null || value === undefined || typeof value === 'boolean') return String(value)
  if (Number.isNaN(value)) return 'NaN'
  if (Array.isArray(value)) return 'an array'
  return (
    { string: 'a string', number: 'a number', function: 'a function', symbol: 'a symbol' }[
      typeof value as string
    ] ?? (value instanceof Uint8Array ? 'a Uint8Array' : 'an object')
  )
}

/** The text for an option of a function; `expected` completes "must be". */
export function wrongType(owner: string, path: string, expected: string, value: unknown): string {
  return `The option "${path}" of ${owner} must be ${expected}, not ${kindOf(value)}.`
}
