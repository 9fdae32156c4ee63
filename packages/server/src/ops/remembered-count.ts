/** A number that costs something to find out, for readers who may ask often. */

/** When it is asked, and by when it has to be there: milliseconds. */
export interface RememberedCountOptions {
  /** How long a number is used again. Defaults to 5000. */
  readonly keepMs?: number
  /** How long a reader waits for it. Defaults to 800: those who collect metrics wait for a few seconds. */
  readonly mostMs?: number
  /** Milliseconds of a clock that never goes back. Defaults to `performance.now`. */
  readonly now?: () => number
}

/**
 * Makes a function that asks for a number at most once in a while, and one time at once.
 *
 * @returns The number; `NaN` if it cannot be found out now, or not fast enough.
 */
export function rememberCount(
  ask: () => Promise<number>,
  { keepMs = 5000, mostMs = 800, now = () => performance.now() }: RememberedCountOptions = {},
): () => Promise<number> {
  let asked: { readonly at: number; readonly count: Promise<number> } | undefined
  return async () => {
    if (asked === undefined || now() - asked.at >= keepMs) {
      asked = { at: now(), count: ask().catch(() => Number.NaN) }
    }
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<number>((resolve) => {
      timer = setTimeout(() => resolve(Number.NaN), mostMs)
    })
    try {
      return await Promise.race([asked.count, late])
    } finally {
      clearTimeout(timer)
    }
  }
}
