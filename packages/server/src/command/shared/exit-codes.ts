/** The exit codes of the command. */

/** The exit codes, as `pocket-hsm --help` lists them. */
export const EXIT = {
  done: 0,
  failed: 1,
  misused: 2,
  notFound: 3,
} as const

const MISUSED: readonly unknown[] = ['BadOption', 'RefusedBinding']

/** The exit code of an error: usage errors have one of their own. */
export function exitCodeOf(error: unknown): number {
  const { code, exitCode, name, status } = Object(error) as Readonly<Record<string, unknown>>
  if (typeof exitCode === 'number') return exitCode
  if (MISUSED.includes(code)) return EXIT.misused
  // Compared by name, so that help does not load the engine.
  return name === 'HsmError' && status === 400 ? EXIT.misused : EXIT.failed
}
