/** Options from the environment: every option of a command has a variable. */

import { type Command, InvalidArgumentError, type Option } from 'commander'
import { serverError } from '../../server-error.ts'
import { several } from './parse-option.ts'

const PREFIX = 'POCKET_HSM_'

/** Options whose variable is not named after them, and those without one. */
const EXCEPTIONS: Readonly<Record<string, string | undefined>> = {
  // POCKET_HSM_STATE_KEY has the key itself.
  stateKey: 'POCKET_HSM_STATE_KEY_FILE',
  printCa: undefined,
  help: undefined,
}

/** Variables that other code reads. */
const OTHERS: readonly string[] = [
  'POCKET_HSM_STATE_KEY',
  'POCKET_HSM_SERVER',
  'POCKET_HSM_CA',
  'POCKET_HSM_TOKEN',
  'POCKET_HSM_PEM_PASSWORD',
]

/** Kubernetes describes a service `pocket-hsm` to every container in variables of these forms. */
const SERVICE_LINK = /^POCKET_HSM_(SERVICE_(HOST|PORT)|PORT_\d+_|SERVICE_PORT_)/
const SERVICE_ADDRESS = /^(tcp|udp|sctp):\/\//

type Environment = Readonly<Record<string, string | undefined>>

/** Returns the variable of an option: `--retention-days` has `POCKET_HSM_RETENTION_DAYS`. */
export function variableOf(option: Option): string | undefined {
  const name = option.attributeName()
  if (Object.hasOwn(EXCEPTIONS, name)) return EXCEPTIONS[name]
  return PREFIX + option.name().replaceAll('-', '_').toUpperCase()
}

/**
 * Gives the options of a command that were not on its command line the values of their variables. An empty variable is
 * none.
 *
 * @param warn - Receives a warning for each variable with the prefix that no option has.
 * @throws `BadOption` - a value that the option refuses; a switch that is neither on nor off.
 */
export function readEnvironment(
  command: Command,
  environment: Environment,
  warn: (text: string) => void,
): void {
  const known = new Set(OTHERS)
  for (const option of command.options) {
    const variable = variableOf(option)
    if (variable === undefined) continue
    known.add(variable)
    const text = environment[variable]
    const name = option.attributeName()
    const isGiven = command.getOptionValueSource(name) === 'cli'
    if (isGiven || text === undefined || text === '' || SERVICE_ADDRESS.test(text)) continue
    command.setOptionValueWithSource(name, parseVariable(option, variable, text), 'env')
  }
  const unknown = Object.keys(environment).filter(
    (name) => name.startsWith(PREFIX) && !known.has(name) && !SERVICE_LINK.test(name),
  )
  for (const name of unknown) {
    warn(`The environment has ${name.slice(0, 128)}, which is the variable of no option.`)
  }
}

const SWITCH: Readonly<Record<string, boolean>> = {
  true: true,
  1: true,
  on: true,
  yes: true,
  false: false,
  0: false,
  off: false,
  no: false,
}

function parseVariable(option: Option, variable: string, text: string): unknown {
  if (option.isBoolean()) {
    const value = SWITCH[text.toLowerCase()]
    if (value !== undefined) return value
    throw serverError('BadOption', `${variable} must be true or false, not ${text}.`)
  }
  if (option.parseArg === several) return text.split(',').map((each) => each.trim())
  try {
    return option.parseArg ? option.parseArg(text, undefined) : text
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error
    throw serverError('BadOption', `${variable} is ${text}. ${error.message}`, error)
  }
}
