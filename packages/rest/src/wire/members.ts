/** Readers of JSON members: from unknown to typed, or a 400. `null` counts as absent. */

import { fromBase64url } from 'pocket-hsm'
import { badRequest } from './errors.ts'

/** Reads a value that is there; `name` is for the refusal. */
export type Reader<Value> = (value: unknown, name: string, strict: boolean) => Value

/** The members of an object, each with its reader. */
export type Shape = Readonly<Record<string, Reader<unknown>>>

/** What comes out of a shape. */
export type Members<Of extends Shape> = {
  readonly [Name in keyof Of]?: ReturnType<Of[Name]> | undefined
}

const wrong = (name: string, what: string) => badRequest(`The property "${name}" must be ${what}.`)

/** Text. */
export const text: Reader<string> = (value, name) => {
  if (typeof value === 'string') return value
  throw wrong(name, 'a string')
}

/** A number. */
export const number: Reader<number> = (value, name) => {
  if (typeof value === 'number') return value
  throw wrong(name, 'a number')
}

/** A boolean. */
export const flag: Reader<boolean> = (value, name) => {
  if (typeof value === 'boolean') return value
  throw wrong(name, 'true or false')
}

/** Bytes in base64url, with or without padding. */
export const bytes: Reader<Uint8Array> = (value, name, strict) => {
  try {
    return fromBase64url(text(value, name, strict))
  } catch {
    throw wrong(name, 'base64url text')
  }
}

/** A list of text. */
export const texts: Reader<readonly string[]> = (value, name) => {
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value
  throw wrong(name, 'a list of strings')
}

/** A list, each item read by a reader. */
export function list<Item>(item: Reader<Item>): Reader<readonly Item[]> {
  return (value, name, strict) => {
    if (!Array.isArray(value)) throw wrong(name, 'a list')
    return value.map((each) => item(each, name, strict))
  }
}

/** Any object; what is in it is for somebody else to read. */
export const anyObject: Reader<Readonly<Record<string, unknown>>> = (value, name) => {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Readonly<Record<string, unknown>>
  }
  throw wrong(name, 'an object')
}

/** An object of a shape. Members that the shape has not are left out, or refused where `strict`. */
export function object<Of extends Shape>(shape: Of): Reader<Members<Of>> {
  return (value, name, strict) => {
    const source = anyObject(value, name, strict)
    const unknown = strict && Object.keys(source).find((member) => !Object.hasOwn(shape, member))
    if (unknown) throw badRequest(`Unknown property "${unknown}" in "${name}".`)
    const entries = Object.entries(shape)
      .filter(([member]) => Object.hasOwn(source, member) && source[member] !== null)
      .map(([member, read]) => [member, read(source[member], member, strict)])
    return Object.fromEntries(entries) as Members<Of>
  }
}

/** What must be there. */
export function required<Value>(value: Value | undefined, name: string): Value {
  if (value !== undefined) return value
  throw badRequest(`The property "${name}" is missing.`)
}
