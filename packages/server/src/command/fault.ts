/** `pocket-hsm fault`. */

import { type Command, Option } from 'commander'
import { addAddressOptions, askControl, type ServerAddress } from './shared/control-client.ts'
import { wholeNumber } from './shared/parse-option.ts'

interface FaultOptions extends ServerAddress {
  readonly hsm?: string
  readonly clear?: boolean
}

const HELP = `
Examples:
  $ pocket-hsm fault                                          how many requests are still to fail
  $ pocket-hsm fault --status 503 --times 2                   the next two of any operation
  $ pocket-hsm fault --operation sign --status 429 --retry-after-seconds 1
  $ pocket-hsm fault --operation getKey --connection lost-after
  $ pocket-hsm fault --operation deleteKey --pending-seconds 30
  $ pocket-hsm fault --clear                                  nothing more fails

The server must have been started with --control.`

const MOST = Number.MAX_SAFE_INTEGER

/** Gives a command what `fault` takes and does. The server says what a value may be. */
export function define(command: Command): void {
  addAddressOptions(command)
    .description('Puts a fault behind those that are still to come, or tells how many there are.')
    .option('--hsm <name>', 'whose requests, where the server has several HSMs')
    .option('--operation <name>', 'whom it befalls, as createKey, sign, deleteKey (default: any)')
    .option('--times <number>', 'how many requests it befalls (default: 1)', wholeNumber(1, MOST))
    .option('--delay-ms <number>', 'waits first', wholeNumber(0, MOST))
    .option('--status <number>', 'answers this', wholeNumber(400, 599))
    .option('--code <text>', 'error.code of the answer')
    .option('--message <text>', 'error.message of the answer')
    .option('--retry-after-seconds <number>', 'Retry-After of the answer', wholeNumber(0, MOST))
    .option('--retry-after-ms <number>', 'retry-after-ms of the answer', wholeNumber(0, MOST))
    .addOption(
      new Option('--connection <how>', 'loses the connection').choices([
        'lost-before',
        'lost-after',
      ]),
    )
    .option(
      '--pending-seconds <number>',
      'a deletion or recovery stays pending',
      wholeNumber(0, MOST),
    )
    .option('--clear', 'takes back all that are still to come')
    .addHelpText('after', HELP)
    .action(async ({ server, ca, hsm, clear, ...fault }: FaultOptions) => {
      const address = { ...(server !== undefined && { server }), ...(ca !== undefined && { ca }) }
      const query = hsm === undefined ? '' : `?hsm=${encodeURIComponent(hsm)}`
      const isQuestion = Object.keys(fault).length === 0
      const method = clear ? 'DELETE' : isQuestion ? 'GET' : 'POST'
      const json = method === 'POST' ? fault : undefined
      const { remaining } = await askControl(address, method, `/faults${query}`, json)
      process.stdout.write(`${remaining} to come\n`)
    })
}
