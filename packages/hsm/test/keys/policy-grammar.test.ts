import { describe, expect, it } from 'vitest'
import { HsmError } from '../../src/index.ts'
import { meetsPolicy } from '../../src/keys/evaluate-policy.ts'
import { parsePolicy } from '../../src/keys/policy-grammar.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

const parse = (document: unknown) => parsePolicy(bytes(JSON.stringify(document)))

/** A policy of one authority with this condition beside its URL. */
const under = (condition: object) => ({
  version: '1.0.0',
  anyOf: [{ authority: 'https://a.test', ...condition }],
})

const EQUALS = { claim: 'c', equals: 1 }
const TREE = { claim: 'c', operator: 'equals', value: 1 }

function problemOf(call: () => unknown): string {
  try {
    call()
  } catch (error) {
    if (!(error instanceof HsmError)) throw error
    expect(error).toMatchObject({ status: 400, code: 'BadParameter' })
    return error.message
  }
  throw new Error('The policy was expected to be refused.')
}

/** Conditions within conditions, so many in all. */
function nested(levels: number): object {
  let condition: object = EQUALS
  for (let level = 1; level < levels; level++) condition = { allOf: [condition] }
  return { allOf: [condition] }
}

describe('a policy is read', () => {
  it.each(['1.0.0', '1.0', undefined])('of version %s', (version) => {
    expect(parse({ ...under({ anyOf: [EQUALS] }), version })).toEqual({
      authorities: [{ authority: 'https://a.test', condition: { anyOf: [TREE] } }],
    })
  })

  it('with several authorities and conditions within conditions', () => {
    const document = {
      anyOf: [
        { authority: 'https://a.test/', allOf: [{ anyOf: [EQUALS, { allOf: [EQUALS] }] }, EQUALS] },
        { anyOf: [EQUALS], authority: 'https://b.test' },
      ],
    }
    expect(parse(document)).toEqual({
      authorities: [
        {
          authority: 'https://a.test/',
          condition: { allOf: [{ anyOf: [TREE, { allOf: [TREE] }] }, TREE] },
        },
        { authority: 'https://b.test', condition: { anyOf: [TREE] } },
      ],
    })
  })

  it('in the form of the first previews, which the REST API 7.4 still shows', () => {
    const old = { claim: 'sdk-test', condition: 'equals', value: 'true' }
    expect(parse(under({ anyOf: [old] }))).toEqual(
      parse(under({ anyOf: [{ claim: 'sdk-test', equals: 'true' }] })),
    )
  })

  it.each([
    ['equals', ['text', '', 1.5, -1, true, false]],
    ['notEquals', ['text', '', 1.5, -1, true, false]],
    ['less', ['text', 1.5]],
    ['lessOrEquals', ['text', 1.5]],
    ['greater', ['text', 1.5]],
    ['greaterOrEquals', ['text', 1.5]],
    ['exists', [true, false, 'true', 'false']],
  ])('with %s', (operator, values) => {
    for (const value of values) {
      const [authority] = parse(under({ allOf: [{ claim: 'c', [operator]: value }] })).authorities
      expect(authority?.condition).toEqual({ allOf: [{ claim: 'c', operator, value }] })
    }
  })

  it('with conditions 32 deep', () => {
    expect(parse(under(nested(31))).authorities).toHaveLength(1)
  })

  it('of 65,536 bytes', () => {
    const text = JSON.stringify(under({ anyOf: [EQUALS] })).padEnd(65_536)
    expect(parsePolicy(bytes(text)).authorities).toHaveLength(1)
  })

  it('with a claim whose path has 1024 characters', () => {
    const claim = 'c'.repeat(1024)
    expect(parse(under({ anyOf: [{ ...EQUALS, claim }] })).authorities).toHaveLength(1)
  })

  it('with spaces and line breaks around everything', () => {
    const text = JSON.stringify(under({ anyOf: [EQUALS] }), undefined, '\t')
    expect(parsePolicy(bytes(`\r\n${text}\n`)).authorities).toHaveLength(1)
  })
})

describe('a policy is refused', () => {
  const refuses = (title: string, document: unknown, problem: string) =>
    it(title, () => {
      expect(problemOf(() => parse(document))).toBe(`Key Release Policy: ${problem}`)
    })
  const refusesText = (title: string, text: Uint8Array, problem: string) =>
    it(title, () => {
      expect(problemOf(() => parsePolicy(text))).toBe(`Key Release Policy: ${problem}`)
    })
  const kind = 'must have exactly one of claim, anyOf and allOf'
  const operators =
    'must have exactly one operator: equals, notEquals, less, lessOrEquals, greater, greaterOrEquals, exists'

  refusesText('without bytes', bytes(''), 'the document is not JSON')
  refusesText('that is not JSON', bytes('{version:"1.0.0"}'), 'the document is not JSON')
  refusesText('that is not UTF-8', Uint8Array.of(0x22, 0xff, 0x22), 'the document is not UTF-8')
  refusesText(
    'with a byte order mark',
    bytes(`\ufeff${JSON.stringify(under({ anyOf: [EQUALS] }))}`),
    'the document is not JSON',
  )
  refusesText(
    'of 65,537 bytes',
    bytes(JSON.stringify(under({ anyOf: [EQUALS] })).padEnd(65_537)),
    'the document has over 65536 bytes',
  )
  refuses('that is null', null, 'the document must be an object')
  refuses('that is a list', [], 'the document must be an object')
  refuses(
    'of another version',
    { ...under({ anyOf: [EQUALS] }), version: '2.0.0' },
    'version must be "1.0.0"',
  )
  refuses(
    'whose version is a number',
    { ...under({ anyOf: [EQUALS] }), version: 1 },
    'version must be "1.0.0"',
  )
  refuses('without authorities', { version: '1.0.0' }, 'anyOf must be a list that is not empty')
  refuses('with an empty list of them', { anyOf: [] }, 'anyOf must be a list that is not empty')
  refuses('with one that is no list', { anyOf: {} }, 'anyOf must be a list that is not empty')
  refuses(
    'that asks for all authorities',
    { allOf: under({}).anyOf },
    'the document has a member that is not known: allOf',
  )
  refuses(
    'with a member that nobody knows',
    { ...under({ anyOf: [EQUALS] }), comment: '' },
    'the document has a member that is not known: comment',
  )
  refuses(
    'with an authority that is text',
    { anyOf: ['https://a.test'] },
    'anyOf[0] must be an object',
  )
  refuses(
    'with an authority without URL',
    { anyOf: [{ anyOf: [EQUALS] }] },
    'anyOf[0].authority must be the URL of an issuer',
  )
  refuses(
    'with an authority whose URL is a number',
    { anyOf: [{ authority: 1, anyOf: [EQUALS] }] },
    'anyOf[0].authority must be the URL of an issuer',
  )
  refuses('with an authority without conditions', under({}), 'anyOf[0] must have anyOf or allOf')
  refuses(
    'with a claim right under its authority',
    under(EQUALS),
    'anyOf[0] must have anyOf or allOf',
  )
  refuses(
    'with anyOf and allOf under one authority',
    under({ anyOf: [EQUALS], allOf: [EQUALS] }),
    `anyOf[0] ${kind}`,
  )
  refuses(
    'with anyOf and allOf in one condition',
    under({ anyOf: [{ anyOf: [EQUALS], allOf: [EQUALS] }] }),
    `anyOf[0].anyOf[0] ${kind}`,
  )
  refuses('with an empty condition', under({ allOf: [EQUALS, {}] }), `anyOf[0].allOf[1] ${kind}`)
  refuses(
    'with an empty anyOf',
    under({ anyOf: [] }),
    'anyOf[0].anyOf must be a list that is not empty',
  )
  refuses(
    'with an empty allOf, which would always hold',
    under({ anyOf: [{ allOf: [] }] }),
    'anyOf[0].anyOf[0].allOf must be a list that is not empty',
  )
  refuses(
    'with a condition that is text',
    under({ anyOf: ['c'] }),
    'anyOf[0].anyOf[0] must be an object',
  )
  refuses(
    'with a condition of a member that nobody knows',
    under({ anyOf: [{ noneOf: [EQUALS] }] }),
    'anyOf[0].anyOf[0] has a member that is not known: noneOf',
  )
  refuses(
    'with a claim beside a list of conditions',
    under({ anyOf: [{ ...EQUALS, allOf: [EQUALS] }] }),
    `anyOf[0].anyOf[0] ${operators}`,
  )
  refuses(
    'with a claim and no operator',
    under({ anyOf: [{ claim: 'c' }] }),
    `anyOf[0].anyOf[0] ${operators}`,
  )
  refuses(
    'with a claim and two operators',
    under({ anyOf: [{ claim: 'c', equals: 1, less: 2 }] }),
    `anyOf[0].anyOf[0] ${operators}`,
  )
  refuses(
    'with an operator that nobody knows',
    under({ anyOf: [{ claim: 'c', contains: 'a' }] }),
    `anyOf[0].anyOf[0] ${operators}`,
  )
  refuses(
    'with an operator that every object has',
    under({ anyOf: [{ claim: 'c', constructor: 'a' }] }),
    `anyOf[0].anyOf[0] ${operators}`,
  )
  refuses(
    'with a second operator hidden in the old form',
    under({ anyOf: [{ claim: 'c', condition: 'equals', value: 1, less: 2 }] }),
    `anyOf[0].anyOf[0] ${operators}`,
  )
  refuses(
    'with one operator in both forms',
    under({ anyOf: [{ claim: 'c', condition: 'equals', value: 1, equals: 2 }] }),
    `anyOf[0].anyOf[0] ${operators}`,
  )
  it.each([1, null, ['https://a.test']])('with the authority %j', (authority) => {
    const document = { version: '1.0.0', anyOf: [{ authority, anyOf: [EQUALS] }] }
    expect(problemOf(() => parse(document))).toBe(
      'Key Release Policy: anyOf[0].authority must be the URL of an issuer',
    )
  })
  it.each(['', 1, null, 'c'.repeat(1025)])('with the claim name %j', (claim) => {
    expect(problemOf(() => parse(under({ anyOf: [{ claim, equals: 1 }] })))).toBe(
      'Key Release Policy: anyOf[0].anyOf[0].claim must be a name of 1 to 1024 characters',
    )
  })
  it.each([null, [], {}, ['a']])('with the value %j', (value) => {
    expect(problemOf(() => parse(under({ anyOf: [{ claim: 'c', equals: value }] })))).toBe(
      'Key Release Policy: anyOf[0].anyOf[0].equals must be one of these: string, number, boolean',
    )
  })
  it.each([true, false])('with an order between a claim and %j', (value) => {
    expect(problemOf(() => parse(under({ anyOf: [{ claim: 'c', less: value }] })))).toBe(
      'Key Release Policy: anyOf[0].anyOf[0].less must be one of these: string, number',
    )
  })
  it.each([1, 'yes', null])('with a claim that exists %j', (value) => {
    expect(problemOf(() => parse(under({ anyOf: [{ claim: 'c', exists: value }] })))).toBe(
      'Key Release Policy: anyOf[0].anyOf[0].exists must be one of these: boolean, true, false',
    )
  })

  it('with conditions 33 deep', () => {
    expect(problemOf(() => parse(under(nested(32))))).toContain('is nested over 32 deep')
  })

  it('that nests as deep as its bytes allow', () => {
    const text = `{"anyOf":${'['.repeat(32_000)}${']'.repeat(32_000)}}`
    expect(problemOf(() => parsePolicy(bytes(text)))).toContain('Key Release Policy: ')
  })
})

describe('a policy is met', () => {
  const meets = (condition: object, claims: object, issuer = 'https://a.test') =>
    meetsPolicy(parse(under({ allOf: [condition] })), issuer, claims as Record<string, unknown>)

  it.each([
    // operator, value in the policy, claim, whether it holds
    ['equals', 'a', 'a', true],
    ['equals', 'a', 'A', false],
    ['equals', 'a', ['a'], false],
    ['equals', 1, 1, true],
    ['equals', 1, 1.0, true],
    ['equals', 1, '1', false],
    ['equals', '1', 1, false],
    ['equals', 0, false, false],
    ['equals', '', false, false],
    ['equals', true, true, true],
    ['equals', true, 'true', true],
    ['equals', 'true', true, true],
    ['equals', 'false', false, true],
    ['equals', true, 'True', false],
    ['equals', true, 1, false],
    ['equals', true, false, false],
    ['equals', 'null', null, false],
    ['equals', '[object Object]', {}, false],
    ['notEquals', 'a', 'b', true],
    ['notEquals', 'a', 'a', false],
    ['notEquals', 1, '1', true],
    ['notEquals', true, 'true', false],
    ['notEquals', 'false', false, false],
    ['notEquals', 'a', null, true],
    ['notEquals', 'a', ['a'], true],
    ['less', 2, 1, true],
    ['less', 2, 2, false],
    ['less', 2, 3, false],
    ['less', 2, '1', false],
    ['less', '2', 1, false],
    ['less', '2', '10', true],
    ['less', 2, true, false],
    ['less', 2, null, false],
    ['less', 'b', ['a'], false],
    ['lessOrEquals', 2, 2, true],
    ['lessOrEquals', 2, 2.5, false],
    ['lessOrEquals', 'b', 'b', true],
    ['greater', 2, 3, true],
    ['greater', 2, 2, false],
    ['greater', 'a', 'b', true],
    ['greater', 'a', true, false],
    ['greaterOrEquals', 2, 2, true],
    ['greaterOrEquals', 2, 1, false],
    ['greaterOrEquals', '2', 3, false],
    ['exists', true, 'a', true],
    ['exists', true, false, true],
    ['exists', true, null, true],
    ['exists', 'true', 0, true],
    ['exists', false, 'a', false],
    ['exists', 'false', null, false],
  ])('%s %j by the claim %j: %s', (operator, value, claim, answer) => {
    expect(meets({ claim: 'c', [operator]: value }, { c: claim })).toBe(answer)
  })

  it.each([
    ['equals', 'a', false],
    ['notEquals', 'a', false],
    ['less', 1, false],
    ['lessOrEquals', 1, false],
    ['greater', 1, false],
    ['greaterOrEquals', 1, false],
    ['exists', true, false],
    ['exists', 'true', false],
    ['exists', false, true],
    ['exists', 'false', true],
  ])('%s %j by an absent claim: %s', (operator, value, answer) => {
    expect(meets({ claim: 'c', [operator]: value }, { d: 1 })).toBe(answer)
  })

  it.each([
    [{ a: { b: { c: 1 } } }, true],
    [{ 'a.b.c': 1 }, true],
    [{ a: { 'b.c': 1 } }, true],
    // A name with a dot in it is no way down.
    [{ 'a.b': { c: 1 } }, false],
    [{ 'a.b.c': 2, a: { b: { c: 1 } } }, false],
    [{ a: { 'b.c': 2, b: { c: 1 } } }, false],
    [{ a: [{ b: { c: 1 } }] }, false],
    [{ a: { b: 'c' } }, false],
    [{ a: null }, false],
  ])('the path a.b.c in %j: %s', (claims, answer) => {
    expect(meets({ claim: 'a.b.c', equals: 1 }, claims)).toBe(answer)
  })

  it.each(['0', 'length', 'a.0', 'a.length', 'a.constructor.name', '__proto__', 'toString'])(
    'the path %s leads nowhere',
    (claim) => {
      expect(meets({ claim, exists: true }, { a: ['b'] })).toBe(false)
    },
  )

  it('a claim called __proto__ is one like any other', () => {
    const claims = JSON.parse('{"__proto__":{"c":1}}') as object
    expect(meets({ claim: '__proto__.c', equals: 1 }, claims)).toBe(true)
  })

  const [yes, no] = [
    { claim: 'c', equals: 1 },
    { claim: 'c', equals: 2 },
  ]

  it.each([
    [{ allOf: [yes, yes] }, true],
    [{ allOf: [yes, no] }, false],
    [{ anyOf: [no, yes] }, true],
    [{ anyOf: [no, no] }, false],
    [{ allOf: [{ anyOf: [no, yes] }, { anyOf: [yes, no] }] }, true],
    [{ allOf: [{ anyOf: [no, yes] }, { anyOf: [no, no] }] }, false],
    [{ anyOf: [{ allOf: [yes, no] }, { allOf: [yes, yes] }] }, true],
    [{ anyOf: [{ allOf: [yes, no] }, { allOf: [no, yes] }] }, false],
    [{ anyOf: [{ allOf: [yes, { anyOf: [no, { allOf: [yes] }] }] }] }, true],
  ])('%j: %s', (condition, answer) => {
    expect(meets(condition, { c: 1 })).toBe(answer)
  })

  it.each([
    ['https://a.test', true],
    ['https://a.test/', true],
    ['https://a.test//', false],
    ['https://A.test', false],
    ['https://a.test/b', false],
    ['https://b.test', false],
    ['', false],
  ])('by the issuer %s: %s', (issuer, answer) => {
    expect(meets(yes, { c: 1 }, issuer)).toBe(answer)
  })

  it('by one of two entries of the same authority, and not by another one of theirs', () => {
    const entry = (authority: string, value: number) => ({
      authority,
      anyOf: [{ claim: 'c', equals: value }],
    })
    const policy = parse({
      anyOf: [entry('https://a.test/', 1), entry('https://a.test', 2), entry('https://b.test', 3)],
    })
    const by = (issuer: string) => [1, 2, 3].filter((c) => meetsPolicy(policy, issuer, { c }))
    expect(by('https://a.test')).toEqual([1, 2])
    expect(by('https://b.test/')).toEqual([3])
    expect(by('https://c.test')).toEqual([])
  })
})
