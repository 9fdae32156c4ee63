/** Readers of JSON members: each returns the typed value or throws a 400. `null` counts as absent. */

import { fromBase64url } from 'pocket-hsm'
import { badRequest } from './errors.ts'

/** Reads a value that is present; `name` is for the error text. */
export type Reader<Value> = (value: unknown, name: string, strict: boolean) => Value

/** The members of an object, each with its reader. */
export type Shape = Readonly<Record<string, Reader<unknown>>>

/** The result of reading a shape. */
export type Members<Of extends Shape> = {
  readonly [Name in keyof Of]?: ReturnType<Of[Name]> | undefined
}

const wrongType = (name: string, expected: string) =>
  badRequest(`The property "${name}" must be ${expected}.`)

/** Text. */
export const text: Reader<string> = (value, name) => {
  if (typeof value === 'string') return value
  throw wrongType(name, 'a string')
}

/** A number. */
export const number: Reader<number> = (value, name) => {
  if (typeof value === 'number') return value
  throw wrongType(name, 'a number')
}

/** A boolean. */
export const flag: Reader<boolean> = (value, name) => {
  if (typeof value === 'boolean') return value
  throw wrongType(name, 'true or false')
}

/** Bytes in base64url, with or without padding, of a member that may be absent. */
export const bytes: Reader<Uint8Array> = (value, name, strict) => {
  const content = text(value, name, strict)
  try {
    return fromBase64url(content)
  } catch {
    throw badRequest(notBase64url(name))
  }
}

/** The same of a member that must be present: the service reports it as missing too. */
export const neededBytes: Reader<Uint8Array> = (value, name, strict) => {
  const content = text(value, name, strict)
  try {
    return fromBase64url(content)
  } catch {
    throw badRequest(`${notBase64url(name)}${isRequired(name)}`)
  }
}

/** The same in either alphabet: the examples of secure unwrap have the standard one. */
export const anyBase64: Reader<Uint8Array> = (value, name, strict) =>
  neededBytes(text(value, name, strict).replaceAll('+', '-').replaceAll('/', '_'), name, strict)

const notBase64url = (name: string) => `Content of '${name}' is not base64url.\r\n`
const isRequired = (name: string) => `Property '${name}' is required.\r\n`

/** A list of text. */
export const texts: Reader<readonly string[]> = (value, name) => {
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value
  throw wrongType(name, 'a list of strings')
}

/** A list, each item read by a reader. */
export function list<Item>(item: Reader<Item>): Reader<readonly Item[]> {
  return (value, name, strict) => {
    if (!Array.isArray(value)) throw wrongType(name, 'a list')
    return value.map((each) => item(each, name, strict))
  }
}

/** Any object, whose members are not read here. */
export const anyObject: Reader<Readonly<Record<string, unknown>>> = (value, name) => {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Readonly<Record<string, unknown>>
  }
  throw wrongType(name, 'an object')
}

/** An object of a shape. Members that the shape does not have are left out; a strict handler refuses them. */
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

/** Returns a member that must be present. */
export function required<Value>(value: Value | undefined, name: string): Value {
  if (value !== undefined) return value
  throw badRequest(isRequired(name))
}
