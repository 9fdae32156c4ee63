/** How the command ends. */

/** Numbers for scripts; `pocket-hsm --help` tells them. */
export const EXIT = {
  done: 0,
  failed: 1,
  misused: 2,
  notFound: 3,
} as const

const MISUSED: readonly unknown[] = ['BadOption', 'RefusedBinding']

/** What is to be changed on the command line is told from what went wrong. */
export function exitCodeOf(error: unknown): number {
  const { code, exitCode, name, status } = Object(error) as Readonly<Record<string, unknown>>
  if (typeof exitCode === 'number') return exitCode
  if (MISUSED.includes(code)) return EXIT.misused
  // By its name: help need not wait until the engine is loaded.
  return name === 'HsmError' && status === 400 ? EXIT.misused : EXIT.failed
}
