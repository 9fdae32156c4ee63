/** `pocket-hsm fault`. */

import { type Command, Option } from 'commander'
import { addAddressOptions, requestControl, type ServerAddress } from './shared/control-client.ts'
import { wholeNumber } from './shared/parse-option.ts'

interface FaultOptions extends ServerAddress {
  readonly hsm?: string
  readonly clear?: boolean
}

const HELP = `
Examples:
  $ pocket-hsm fault                                          show how many faults are queued
  $ pocket-hsm fault --status 503 --times 2                   fail the next two requests
  $ pocket-hsm fault --operation sign --status 429 --retry-after-seconds 1
  $ pocket-hsm fault --operation getKey --connection lost-after
  $ pocket-hsm fault --operation deleteKey --pending-seconds 30
  $ pocket-hsm fault --claims-challenge                       revoke the token of the next request
  $ pocket-hsm fault --clear                                  clear the queue

The server must have been started with --control.`

const MOST = Number.MAX_SAFE_INTEGER

/** Defines the command: its options and its action. The server checks the values. */
export function define(command: Command): void {
  addAddressOptions(command)
    .description('Queue a fault, or show how many are queued.')
    .option('--hsm <name>', 'HSM whose requests fail, if the server has several')
    .option(
      '--operation <name>',
      'operation to fail, such as createKey, sign or deleteKey (default: any)',
    )
    .option('--times <number>', 'number of requests to fail (default: 1)', wholeNumber(1, MOST))
    .option(
      '--delay-ms <number>',
      'delay before the response, in milliseconds (default: none)',
      wholeNumber(0, MOST),
    )
    .option('--status <number>', 'status of the response', wholeNumber(400, 599))
    .option('--code <text>', 'error.code of the response')
    .option('--message <text>', 'error.message of the response')
    .option('--retry-after-seconds <number>', 'Retry-After of the response', wholeNumber(0, MOST))
    .option('--retry-after-ms <number>', 'retry-after-ms of the response', wholeNumber(0, MOST))
    .option(
      '--claims-challenge',
      'revocation of the token of the request: 401 with a claims challenge, until the client has another one',
    )
    .addOption(
      new Option(
        '--connection <how>',
        'loss of the connection, before or after the operation',
      ).choices(['lost-before', 'lost-after']),
    )
    .option(
      '--pending-seconds <number>',
      'time for which a deletion or recovery stays pending',
      wholeNumber(0, MOST),
    )
    .option('--clear', 'removal of all queued faults; revoked tokens are accepted again')
    .addHelpText('after', HELP)
    .action(async ({ hsm, clear, ...options }: FaultOptions) => {
      const { server, ca, token, controlToken, controlTokenFile, ...fault } = options
      const query = hsm === undefined ? '' : `?hsm=${encodeURIComponent(hsm)}`
      const isEmpty = Object.keys(fault).length === 0
      const method = clear ? 'DELETE' : isEmpty ? 'GET' : 'POST'
      const json = method === 'POST' ? fault : undefined
      const { remaining } = await requestControl(options, method, `/faults${query}`, json)
      process.stdout.write(`${remaining} queued\n`)
    })
}
