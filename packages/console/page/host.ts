/** What the page asks its browser for, in one place: the time, and identifiers that nobody else has. */

/** The machine's time: milliseconds since 1970. */
export function machineTime(): number {
  return Date.now()
}

/** A GUID for something new. */
export function newGuid(): string {
  // A browser has `randomUUID` over HTTPS and on its own machine alone.
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
