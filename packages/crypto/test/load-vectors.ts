/** Runs the cases of one file of `test-vectors/`, each as a test titled with the id from its source. */

import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { importJwk, type JsonWebKey, type KeyMaterial, type RandomSource } from '../src/index.ts'

interface CaseHead {
  readonly id: string
  readonly src: string
  readonly flags?: readonly string[]
}

/** A case: the members of all cases, and those that only valid cases have. */
export type VectorCase<Shared, OnlyValid = unknown> =
  | (CaseHead & Shared & OnlyValid & { readonly valid: true })
  | (CaseHead & Shared & { readonly valid: false; readonly why: string })

/** The fields and flags that a suite expects: any other field or flag is an error. */
export interface VectorSuite<Case> {
  readonly fields: readonly string[]
  readonly flags?: readonly string[]
  /** Runs one case; `keyOf` imports a key of the file. */
  readonly run: (item: Case, keyOf: (name: string) => KeyMaterial) => void
}

/** A file of vectors. */
export interface VectorFile<Case> {
  readonly primitive: string
  readonly provenance: readonly { readonly id: string; readonly doc: string }[]
  readonly keys: Readonly<Record<string, JsonWebKey>>
  readonly count: number
  readonly cases: readonly Case[]
}

/** Defines a suite for a file, compressed or not: a test for each case, and one that checks that all of them ran. */
export function runVectors<Case extends VectorCase<unknown>>(
  file: string,
  suite: VectorSuite<Case>,
): void {
  const url = new URL(`../../../test-vectors/${file}`, import.meta.url)
  const bytes = readFileSync(url)
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()
  const vectors = parseVectors<Case>(text, suite)
  const keys = new Map<string, KeyMaterial>()
  const keyOf = (name: string): KeyMaterial => {
    const key = keys.get(name) ?? importJwk(memberOf(vectors.keys, name))
    keys.set(name, key)
    return key
  }
  let ran = 0
  describe(vectors.primitive, () => {
    for (const { id: source, doc } of vectors.provenance) {
      describe(doc, () => {
        for (const item of vectors.cases.filter(({ src }) => src === source)) {
          it(titleOf(item), () => {
            ran += 1
            suite.run(item, keyOf)
          })
        }
      })
    }
    it(`runs all ${vectors.count} cases of ${file}`, () => {
      expect(ran).toBe(vectors.count)
    })
  })
}

/**
 * Parses a file of vectors.
 *
 * @throws An `Error` for another schema, another count, a field or flag that the suite does not name, or a flag that
 * the suite names and no case has.
 */
export function parseVectors<Case extends VectorCase<unknown>>(
  text: string,
  { fields, flags = [] }: Pick<VectorSuite<Case>, 'fields' | 'flags'>,
): VectorFile<Case> {
  const { schema, primitive, provenance, keys = {}, count, cases } = JSON.parse(text)
  if (schema !== 'test-vectors/1') throw new Error(`The schema ${schema} is not known.`)
  if (cases.length !== count) throw new Error(`There are ${cases.length} cases, not ${count}.`)
  const known = new Set([...HEAD_FIELDS, ...fields])
  for (const item of cases as Case[]) {
    const field = Object.keys(item).find((name) => !known.has(name))
    if (field !== undefined) throw new Error(`${item.id} has a field ${field} that is not known.`)
    const flag = item.flags?.find((name) => !flags.includes(name))
    if (flag !== undefined) throw new Error(`${item.id} has a flag ${flag} that is not known.`)
  }
  const unseen = flags.find((name) => !(cases as Case[]).some((item) => item.flags?.includes(name)))
  if (unseen !== undefined) throw new Error(`No case has the flag ${unseen}.`)
  return { primitive, provenance, keys, count, cases }
}

const HEAD_FIELDS = ['id', 'src', 'flags', 'valid', 'why']

const titleOf = (item: VectorCase<unknown>): string =>
  item.valid ? item.id : `${item.id}, refused: ${item.why}`

function memberOf<Value>(record: Readonly<Record<string, Value>>, name: string): Value {
  const value = record[name]
  if (value === undefined) throw new Error(`There is no ${name}.`)
  return value
}

/** A random source that returns these bytes, one array for each draw, and then nothing. */
export function fixedRandom(...draws: readonly Uint8Array[]): RandomSource {
  const remaining = [...draws]
  return () => remaining.shift() ?? new Uint8Array(0)
}

/** Narrows a key to an RSA key. */
export function rsaOf(key: KeyMaterial): Extract<KeyMaterial, { kty: 'RSA' }> {
  if (key.kty !== 'RSA') throw new Error(`The key is ${key.kty}, not RSA.`)
  return key
}
