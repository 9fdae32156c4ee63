/** Parsers of option values, as az has them. */

import { existsSync, readFileSync } from 'node:fs'
import { InvalidArgumentError } from 'commander'
import { serverError } from '../../server-error.ts'

/** One of a few words, in any case. */
export function oneOf(words: readonly string[]): (text: string) => string {
  return (text) => {
    const found = words.find((word) => word.toLowerCase() === text.toLowerCase())
    if (found !== undefined) return found
    throw new InvalidArgumentError(`Allowed values: ${words.join(', ')}.`)
  }
}

/** Some of a few words. */
export function someOf(
  words: readonly string[],
): (text: string, before?: readonly string[]) => readonly string[] {
  const parse = oneOf(words)
  return (text, before = []) => [...before, parse(text)]
}

const SWITCHED: Readonly<Record<string, boolean>> = { true: true, false: false }

/** `--disabled` alone, `--disabled true` or `--disabled false`. */
export function switched(text: string): boolean {
  const value = SWITCHED[text.toLowerCase()]
  if (value === undefined) throw new InvalidArgumentError('Allowed values: true, false.')
  return value
}

const INSTANT = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d)(?::(\d\d)(?::(\d\d))?)?Z)?$/

/** An instant in UTC, in Unix seconds: `2030-01-01`, or `2030-01-01T12:00:00Z` minutes and seconds may be left out. */
export function instant(text: string): number {
  const [, year, month, day, ...time] = INSTANT.exec(text) ?? []
  const [hour = '00', minute = '00', second = '00'] = time
  const milliseconds = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  // The 30th of February is parsed as a day of March.
  const isThere = !Number.isNaN(milliseconds) && new Date(milliseconds).getUTCDate() === Number(day)
  if (isThere) return milliseconds / 1000
  throw new InvalidArgumentError('It must be a time in UTC such as 2030-12-31T12:59:59Z.')
}

/** Tags from `name=value`; none from `''` alone. */
export function tags(
  texts: true | readonly string[] | undefined,
): Readonly<Record<string, string>> | undefined {
  if (texts === undefined) return undefined
  if (texts === true) return {}
  const pairs = texts.flatMap((text) => text.split(/\s+/)).filter((text) => text !== '')
  return Object.fromEntries(
    pairs.map((pair) => {
      const [name = '', ...value] = pair.split('=')
      return [name, value.join('=')]
    }),
  )
}

/** JSON, or a file that holds it. */
export function jsonOrFile(option: string, text: string): unknown {
  try {
    return JSON.parse(existsSync(text) ? readFileSync(text, 'utf8') : text)
  } catch (error) {
    throw serverError(
      'BadOption',
      `${option} must be JSON or a file with JSON, not ${text}.`,
      error,
    )
  }
}
