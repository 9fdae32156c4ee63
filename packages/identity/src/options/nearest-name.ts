/** The known name that a misspelt one most likely means. */

/** Returns the nearest of the names, or `undefined` if none is near. */
export function nearestName(name: string, names: readonly string[]): string | undefined {
  const written = plain(name.slice(0, 40))
  const ranked = names
    .map((known) => ({ known, distance: editDistance(written, plain(known)) }))
    .sort((a, b) => a.distance - b.distance)
  const [best] = ranked
  const most = Math.max(1, Math.floor(written.length / 3))
  return best !== undefined && best.distance <= most ? best.known : undefined
}

/** Without case, underscores and hyphens: `client_id` is `clientId`. */
const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '')

/** Levenshtein distance, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = Number(row[j - 1]) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(Number(row[j]) + 1, Number(next[j - 1]) + 1, replaced))
    }
    row = next
  }
  return Number(row[b.length])
}
