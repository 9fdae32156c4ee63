/** How the command ends. */

import { HsmError } from 'pocket-hsm'

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
  const { code, exitCode } = Object(error) as {
    readonly code?: unknown
    readonly exitCode?: unknown
  }
  if (typeof exitCode === 'number') return exitCode
  if (MISUSED.includes(code)) return EXIT.misused
  return error instanceof HsmError && error.status === 400 ? EXIT.misused : EXIT.failed
}
