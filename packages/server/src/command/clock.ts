/** `pocket-hsm clock`. */

import type { Command } from 'commander'
import { serverError } from '../server-error.ts'
import { addAddressOptions, askControl, type ServerAddress } from './shared/control-client.ts'

const HELP = `
Examples:
  $ pocket-hsm clock                          what it shows
  $ pocket-hsm clock +90d                     ninety days on; also s, m, h, and +1d12h
  $ pocket-hsm clock 2030-01-31T12:00:00Z     to an instant
  $ pocket-hsm clock now                      back to the clock of the machine

The server must have been started with --control.`

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 }

const ADVANCE = /^\+(\d+[smhd])+$/

/** Gives a command what `clock` takes and does. */
export function define(command: Command): void {
  addAddressOptions(command)
    .description('Shows the clock of a running server, moves it on or sets it.')
    .argument('[to]', '+DURATION, an instant or now; nothing shows the clock')
    .addHelpText('after', HELP)
    .action(async (to: string | undefined, address: ServerAddress) => {
      const answer =
        to === undefined
          ? await askControl(address, 'GET', '/clock')
          : await askControl(address, 'POST', '/clock', parseMove(to))
      process.stdout.write(`${answer['time']}\n`)
    })
}

function parseMove(text: string): object {
  if (text === 'now') return { time: 'now' }
  if (ADVANCE.test(text)) return { advanceSeconds: secondsOf(text) }
  const instant = Date.parse(text)
  if (!Number.isNaN(instant)) return { time: new Date(instant).toISOString() }
  throw serverError(
    'BadOption',
    `The clock goes to +DURATION as +90d or +1d12h, to an instant as 2030-01-31T12:00:00Z or to now, not to ${text}.`,
  )
}

function secondsOf(duration: string): number {
  return [...duration.matchAll(/(\d+)([smhd])/g)]
    .map(([, count, unit = '']) => Number(count) * (SECONDS[unit] ?? 0))
    .reduce((sum, seconds) => sum + seconds, 0)
}
