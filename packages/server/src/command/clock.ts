/** `pocket-hsm clock`. */

import type { Command } from 'commander'
import { serverError } from '../server-error.ts'
import { addAddressOptions, requestControl, type ServerAddress } from './shared/control-client.ts'

const HELP = `
Examples:
  $ pocket-hsm clock                          show the time
  $ pocket-hsm clock +90d                     90 days forward; also s, m, h, and +1d12h
  $ pocket-hsm clock 2030-01-31T12:00:00Z     to an instant, later or earlier
  $ pocket-hsm clock now                      back to the machine's clock

To go back, give an earlier instant or now. What time has done to keys (rotations, purges) is not undone.
The server must have been started with --control.`

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 }

/** ISO 8601 with a time zone: without one it would be another instant on another machine. */
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/

const ADVANCE = /^\+(\d+[smhd])+$/

/** Defines the command: its options and its action. */
export function define(command: Command): void {
  addAddressOptions(command)
    .description('Show or set the clock of a running server.')
    .argument(
      '[to]',
      'new time: +90d, +1d12h, 2030-01-31T12:00:00Z or now (default: show the time)',
    )
    .addHelpText('after', HELP)
    .action(async (to: string | undefined, address: ServerAddress) => {
      const answer =
        to === undefined
          ? await requestControl(address, 'GET', '/clock')
          : await requestControl(address, 'POST', '/clock', parseMove(to))
      process.stdout.write(`${answer['time']}\n`)
    })
}

function parseMove(text: string): object {
  if (text === 'now') return { time: 'now' }
  if (ADVANCE.test(text)) return { advanceSeconds: secondsOf(text) }
  if (INSTANT.test(text) && isDate(text)) return { time: text }
  throw serverError(
    'BadOption',
    `Invalid time '${text}': use +90d, +1d12h, 2030-01-31T12:00:00Z or now.`,
  )
}

/** The 30th of February would be a day of March. */
function isDate(text: string): boolean {
  const day = text.slice(0, 10)
  const midnight = Date.parse(`${day}T00:00:00Z`)
  const isDay = !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(day)
  return isDay && !Number.isNaN(Date.parse(text))
}

function secondsOf(duration: string): number {
  return [...duration.matchAll(/(\d+)([smhd])/g)]
    .map(([, count, unit = '']) => Number(count) * (SECONDS[unit] ?? 0))
    .reduce((sum, seconds) => sum + seconds, 0)
}
