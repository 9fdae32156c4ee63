/** Instants as Azure writes them. */

/** Formats milliseconds since 1970 in UTC. */
export function toIsoInstant(milliseconds: number): string {
  // biome-ignore lint/style/noRestrictedGlobals: it formats an instant that is given, and reads no clock
  return new Date(milliseconds).toISOString()
}
