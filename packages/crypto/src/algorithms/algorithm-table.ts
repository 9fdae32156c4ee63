/** Tables of algorithms: frozen objects without a prototype, typed by the names of their rows. */

/**
 * A table with one property for each row, named by the row's `alg`.
 *
 * It has no prototype, so that looking up `constructor` finds nothing.
 */
export type AlgorithmTable<Row extends { readonly alg: string }> = {
  readonly [Each in Row as Each['alg']]: Each
}

/** Creates a table of rows; freezes the table and its rows. */
export function algorithmTable<Row extends { readonly alg: string }>(
  rows: readonly Row[],
): AlgorithmTable<Row> {
  const byName: Record<string, Row> = Object.create(null)
  for (const row of rows) byName[row.alg] = Object.freeze(row)
  return Object.freeze(byName) as AlgorithmTable<Row>
}

/** Finds a row by a name known only at run time. Returns `undefined` for any other value. */
export function rowOf<Row>(table: Readonly<Record<string, Row>>, alg: unknown): Row | undefined {
  return typeof alg === 'string' ? table[alg] : undefined
}
