import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HsmError } from '../../src/index.ts'
import { meetsPolicy } from '../../src/keys/evaluate-policy.ts'
import { parsePolicy } from '../../src/keys/policy-grammar.ts'
import { runs } from '../runs.ts'

type Json = Record<string, unknown>

/** Few names and values, so that policies and claims meet. */
const name = fc.constantFrom('a', 'b', 'a.b', 'b.a', 'a.b.a', 'a.a')
const scalar = fc.constantFrom<unknown>(0, 1, 2, '', '1', 'a', 'true', 'false', true, false)
const claimValue = fc.oneof(scalar, fc.constantFrom<unknown>(null, [], ['a'], { b: 1 }))
const issuer = fc.constantFrom('https://a.test', 'https://a.test/', 'https://b.test')

const { claims } = fc.letrec<{ claims: Json; member: unknown }>((tie) => ({
  claims: fc.dictionary(name, tie('member'), { maxKeys: 3, noNullPrototype: true }),
  member: fc.oneof({ maxDepth: 3 }, claimValue, tie('claims')),
}))

const comparison = fc.oneof(
  fc.tuple(fc.constantFrom('equals', 'notEquals'), scalar),
  fc.tuple(
    fc.constantFrom('less', 'lessOrEquals', 'greater', 'greaterOrEquals'),
    fc.constantFrom<unknown>(0, 1, 2, '', '1', 'a'),
  ),
  fc.tuple(fc.constant('exists'), fc.constantFrom<unknown>(true, false, 'true', 'false')),
)

const { condition } = fc.letrec<{ condition: Json; list: Json; claim: Json }>((tie) => ({
  claim: fc.tuple(name, comparison).map(([claim, [operator, value]]) => ({
    claim,
    [operator]: value,
  })),
  list: fc
    .tuple(
      fc.constantFrom('anyOf', 'allOf'),
      fc.array(tie('condition'), { minLength: 1, maxLength: 3 }),
    )
    .map(([kind, conditions]) => ({ [kind]: conditions })),
  condition: fc.oneof({ maxDepth: 4 }, tie('claim'), tie('list')),
}))

const authority = fc
  .tuple(
    issuer,
    fc.constantFrom('anyOf', 'allOf'),
    fc.array(condition, { minLength: 1, maxLength: 3 }),
  )
  .map(([url, kind, conditions]) => ({ authority: url, [kind]: conditions }))

const policy = fc
  .array(authority, { minLength: 1, maxLength: 3 })
  .map((anyOf) => ({ version: '1.0.0', anyOf }))

const bytes = (document: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(document))

describe('a policy is decided', () => {
  it('as a reading of the document itself decides it', () => {
    fc.assert(
      fc.property(policy, issuer, claims, (document, iss, said) => {
        expect(meetsPolicy(parsePolicy(bytes(document)), iss, said)).toBe(
          decide(document, iss, said),
        )
      }),
      runs(2000),
    )
  })

  it('now one way, now the other, in that property', () => {
    const answers = fc
      .sample(fc.tuple(policy, issuer, claims), { numRuns: 400, seed: 1 })
      .map(([document, iss, said]) => decide(document, iss, said))
    expect(answers.filter((answer) => answer).length).toBeGreaterThan(40)
    expect(answers.filter((answer) => !answer).length).toBeGreaterThan(40)
  })

  it('the same whatever the order in which claims and members stand', () => {
    fc.assert(
      fc.property(policy, issuer, claims, (document, iss, said) => {
        const turned = reversed(document)
        expect(meetsPolicy(parsePolicy(bytes(turned)), iss, reversed(said) as Json)).toBe(
          meetsPolicy(parsePolicy(bytes(document)), iss, said),
        )
      }),
      runs(300),
    )
  })
})

describe('any bytes', () => {
  const readOrRefuse = (data: Uint8Array): void => {
    try {
      parsePolicy(data)
    } catch (error) {
      expect(error).toBeInstanceOf(HsmError)
      expect(error).toMatchObject({ status: 400, code: 'BadParameter' })
    }
  }

  it('are a policy or an HsmError', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), readOrRefuse), runs(300))
  })

  it('that are JSON are a policy or an HsmError', () => {
    fc.assert(
      fc.property(fc.json(), (json) => readOrRefuse(new TextEncoder().encode(json))),
      runs(300),
    )
  })

  it('of a policy with something else in one place are a policy or an HsmError', () => {
    const damaged = fc
      .tuple(policy, fc.nat(), fc.jsonValue())
      .map(([document, place, value]) => withOneChange(document, place, value))
    fc.assert(
      fc.property(damaged, (document) => readOrRefuse(bytes(document))),
      runs(1000),
    )
  })
})

/** The rules again, straight from the document, with another way to look claims up. */
function decide(document: { readonly anyOf: readonly Json[] }, iss: string, said: Json): boolean {
  const bare = (url: unknown) => String(url).replace(/\/$/, '')
  return document.anyOf.some(
    (entry) => bare(entry['authority']) === bare(iss) && holds(entry, said),
  )
}

function holds(condition: Json, said: Json): boolean {
  if (Array.isArray(condition['anyOf'])) return condition['anyOf'].some((one) => holds(one, said))
  if (Array.isArray(condition['allOf'])) return condition['allOf'].every((one) => holds(one, said))
  const [operator = ''] = Object.keys(condition).filter((member) => member !== 'claim')
  const found = lookUp(said, String(condition['claim']).split('.'))
  const value = condition[operator]
  if (operator === 'exists') return found.length === (String(value) === 'true' ? 1 : 0)
  const [claim] = found
  const same = loose(claim) === loose(value)
  const comparable = typeof claim === typeof value && ['number', 'string'].includes(typeof claim)
  const [left, right] = [claim as number, value as number]
  switch (operator) {
    case 'equals':
      return found.length === 1 && same
    case 'notEquals':
      return found.length === 1 && !same
    case 'less':
      return comparable && left < right
    case 'lessOrEquals':
      return comparable && !(left > right)
    case 'greater':
      return comparable && left > right
    default:
      return comparable && !(left < right)
  }
}

const loose = (value: unknown) =>
  value === true || value === false ? JSON.stringify(value) : (value as string)

/** The claim in a list of one, or an empty list. */
function lookUp(value: unknown, names: readonly string[]): readonly unknown[] {
  if (Array.isArray(value) || Object(value) !== value) return []
  const members = new Map(Object.entries(value as Json))
  const whole = names.join('.')
  if (members.has(whole)) return [members.get(whole)]
  const [first = '', ...rest] = names
  return rest.length > 0 && members.has(first) ? lookUp(members.get(first), rest) : []
}

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed)
  if (Object(value) !== value) return value
  const entries = Object.entries(value as Json).reverse()
  return Object.fromEntries(entries.map(([key, member]) => [key, reversed(member)]))
}

/** The document with the value at one of its places, counted as a walk meets them. */
function withOneChange(document: unknown, place: number, value: unknown): unknown {
  const count = { left: place % (1 + sizeOf(document)) }
  const walk = (at: unknown): unknown => {
    if (count.left-- === 0) return value
    if (Array.isArray(at)) return at.map(walk)
    if (Object(at) !== at) return at
    return Object.fromEntries(Object.entries(at as Json).map(([key, one]) => [key, walk(one)]))
  }
  return walk(document)
}

function sizeOf(value: unknown): number {
  if (Object(value) !== value) return 1
  return Object.values(value as Json).reduce((size: number, one) => size + sizeOf(one), 1)
}
