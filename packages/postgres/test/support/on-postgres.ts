/** Tests that need a PostgreSQL: left out without one, with a title that says how to run them. */

import { describe, it } from 'vitest'

/** The address of a superuser, as `npm run postgres` sets it; absent without a PostgreSQL. */
export const POSTGRES: string | undefined = process.env['TEST_POSTGRES_URL']

/** How to run tests that are left out. */
export const NEEDS_POSTGRES =
  'needs a PostgreSQL: npm run postgres -- npx vitest run --project postgres --project server'

/** Defines a group of tests that need one. */
export function describeOnPostgres(title: string, define: () => void): void {
  if (POSTGRES === undefined) describe.skip(withHint(title), define)
  else describe(title, define)
}

/** Defines one test that needs one. */
export function itOnPostgres(title: string, test: () => Promise<void>, timeoutMs?: number): void {
  if (POSTGRES === undefined) it.skip(withHint(title), test)
  else it(title, test, timeoutMs)
}

const withHint = (title: string): string => `${title} (${NEEDS_POSTGRES})`
