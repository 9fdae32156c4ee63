/** The known name that a misspelt one most likely means. */

/** Names that other APIs use for the same thing: the service's command line, its SDKs, other libraries. */
const SYNONYMS: Readonly<Record<string, string>> = {
  curve: 'crv',
  curvename: 'crv',
  size: 'keysize',
  keytype: 'kty',
  type: 'kty',
  ops: 'keyops',
  keyoperations: 'keyops',
  algorithm: 'alg',
  plaintext: 'value',
  ciphertext: 'value',
  signature: 'value',
  additionalauthenticateddata: 'aad',
  authenticationtag: 'tag',
  expires: 'exp',
  expireson: 'exp',
  expiry: 'exp',
  expiresin: 'expirytime',
  notbefore: 'nbf',
  policy: 'releasepolicy',
  statuscode: 'status',
  retryafter: 'retryafterseconds',
  op: 'operation',
  keyname: 'key',
  now: 'clock',
}

/**
 * Finds the name that is meant.
 *
 * @param name - As it was written.
 * @param names - What there is; `outer.inner` counts as `inner` that was given one level too high.
 * @returns One of `names`, or `undefined` if none is near.
 */
export function nearestName(name: string, names: readonly string[]): string | undefined {
  const written = plain(name.slice(0, 40))
  const meant = SYNONYMS[written] ?? written
  const ranked = names
    .map((known) => ({
      known,
      distance: editDistance(meant, plain(known.split('.').at(-1) ?? '')),
    }))
    .sort((a, b) => a.distance - b.distance || a.known.length - b.known.length)
  const [best] = ranked
  const most = Math.max(1, Math.floor(meant.length / 3))
  return best !== undefined && best.distance <= most ? best.known : undefined
}

/** Without case, underscores and hyphens: `key_size` is `keySize`. */
const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '')

/** Optimal string alignment: insertions, deletions, replacements and swaps of neighbours. */
function editDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)]
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const replace = at(rows, i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1)
      const swap =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
          ? at(rows, i - 2, j - 2) + 1
          : replace
      row.push(Math.min(at(rows, i - 1, j) + 1, Number(row[j - 1]) + 1, replace, swap))
    }
    rows.push(row)
  }
  return at(rows, a.length, b.length)
}

const at = (rows: readonly (readonly number[])[], i: number, j: number): number =>
  rows[i]?.[j] ?? Number.POSITIVE_INFINITY
