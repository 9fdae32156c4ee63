/** Whether a server is ready for requests, and why not. */

/** Returns why something is not ready; `undefined` if it is. */
export type ReadinessCheck = () => string | undefined | Promise<string | undefined>

/** The result of every check: `ok`, or why not. */
export interface ReadinessReport {
  readonly isReady: boolean
  readonly checks: Readonly<Record<string, string>>
}

/** The checks of a server. */
export interface Readiness {
  /** Adds a check, or replaces the one of this name. Whatever a server depends on has one: its state, a database. */
  readonly set: (name: string, check: ReadinessCheck) => void
  /** Runs every check, all at once. One that throws or takes too long is not ready. */
  readonly report: () => Promise<ReadinessReport>
}

/** Probes wait for a second or a few. */
const MOST_MS = 800

/** Makes the checks of a server that is starting. */
export function createReadiness(mostMs: number = MOST_MS): Readiness {
  const checks = new Map<string, ReadinessCheck>([['server', () => 'starting']])
  return {
    set: (name, check) => void checks.set(name, check),
    report: async () => {
      const results = await Promise.all(
        [...checks].map(async ([name, check]) => [name, await resultOf(check, mostMs)] as const),
      )
      return {
        isReady: results.every(([, result]) => result === OK),
        checks: Object.fromEntries(results),
      }
    },
  }
}

const OK = 'ok'

async function resultOf(check: ReadinessCheck, mostMs: number): Promise<string> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`no result within ${mostMs} ms`), mostMs)
  })
  try {
    return (await Promise.race([check(), late])) ?? OK
  } catch {
    // The text of an error could hold anything, and this page needs no token.
    return 'the check has failed'
  } finally {
    clearTimeout(timer)
  }
}
