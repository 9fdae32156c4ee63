import { describe, expect, it } from 'vitest'
import { checkOptions, OPTION_CHECKS, optionTable } from '../../src/index.ts'

const {
  anything,
  boolean,
  bytes,
  custom,
  integer,
  listOf,
  members,
  number,
  object,
  oneOf,
  string,
  stringOrBytes,
} = OPTION_CHECKS

const OPTIONS = optionTable<Record<string, unknown>>({
  baseUrl: string,
  softDeleteRetentionDays: integer,
  crv: oneOf(['P-256', 'P-384']),
  keyOps: listOf(string),
  ratio: number,
  strict: boolean,
  value: bytes,
  seed: stringOrBytes,
  clock: OPTION_CHECKS.function,
  tags: object,
  extra: anything,
  even: custom('an even number', (value) => Number(value) % 2 === 0),
  attributes: members(optionTable<Record<string, unknown>>({ exp: integer, nbf: integer })),
})

function messageOf(options: unknown): string {
  try {
    checkOptions('makeThing', options, OPTIONS)
  } catch (error) {
    return (error as Error).message
  }
  return 'accepted'
}

describe('checkOptions accepts', () => {
  it.each([
    {},
    { baseUrl: 'a', softDeleteRetentionDays: 7, crv: 'P-384', keyOps: ['sign'], ratio: 0.5 },
    { strict: false, value: new Uint8Array(1), seed: 'x', clock: Date.now, tags: {}, extra: 7 },
    { value: Buffer.from('a'), seed: new Uint8Array(), even: 4 },
    { attributes: { exp: 1 }, ratio: Number.POSITIVE_INFINITY },
    { attributes: undefined, keyOps: null, crv: undefined },
    Object.create(null),
  ])('%o', (options) => {
    expect(messageOf(options)).toBe('accepted')
  })
})

describe('an unknown option is an error that names the nearest one:', () => {
  it.each([
    ['softDeleteRetention', 'softDeleteRetentionDays'],
    ['softDeleteRetentionDay', 'softDeleteRetentionDays'],
    ['base_url', 'baseUrl'],
    ['key_ops', 'keyOps'],
    ['keyOperations', 'keyOps'],
    ['curve', 'crv'],
    ['expires', 'attributes.exp'],
    ['nbf', 'attributes.nbf'],
    ['stirct', 'strict'],
    ['Clock', 'clock'],
  ])('%s means %s', (name, meant) => {
    expect(messageOf({ [name]: 1 })).toMatch(
      new RegExp(`^Unknown option "${name}" of makeThing\\. Did you mean "${meant}"\\? `),
    )
  })

  it.each(['zzzzzz', 'x', 'toString', 'constructor', '__proto__x'])('%s means none', (name) => {
    expect(messageOf({ [name]: 1 })).toMatch(
      /^Unknown option "[^"]+" of makeThing\. The options are: baseUrl, softDeleteRetentionDays, /,
    )
  })

  it('in a nested object it has its path', () => {
    expect(messageOf({ attributes: { expires: 1 } })).toBe(
      'Unknown option "attributes.expires" of makeThing. Did you mean "attributes.exp"? The options are: attributes.exp, attributes.nbf.',
    )
  })

  it('also where its value is undefined', () => {
    expect(messageOf({ prot: undefined })).toMatch(/^Unknown option "prot"/)
  })

  it('a name of any length is cut', () => {
    expect(messageOf({ ['x'.repeat(100_000)]: 1 }).length).toBeLessThan(400)
  })
})

describe('a value of the wrong type is an error that says which is expected, and never shows the value:', () => {
  it.each([
    [{ baseUrl: 5 }, 'The option "baseUrl" of makeThing must be a string, not a number.'],
    [
      { softDeleteRetentionDays: '7' },
      'The option "softDeleteRetentionDays" of makeThing must be a whole number, not a string.',
    ],
    [
      { softDeleteRetentionDays: 7.5 },
      'The option "softDeleteRetentionDays" of makeThing must be a whole number, not a number that is not whole.',
    ],
    [{ ratio: Number.NaN }, 'The option "ratio" of makeThing must be a number, not NaN.'],
    [{ keyOps: 'sign' }, 'The option "keyOps" of makeThing must be an array, not a string.'],
    [{ keyOps: [7] }, 'The option "keyOps[0]" of makeThing must be a string, not a number.'],
    [{ keyOps: [null] }, 'The option "keyOps[0]" of makeThing must be a string, not null.'],
    [{ strict: 'yes' }, 'The option "strict" of makeThing must be true or false, not a string.'],
    [
      { value: Promise.resolve(new Uint8Array()) },
      'The option "value" of makeThing must be a Uint8Array, not a Promise.',
    ],
    [{ value: [1] }, 'The option "value" of makeThing must be a Uint8Array, not an array.'],
    [{ seed: 5 }, 'The option "seed" of makeThing must be a string or a Uint8Array, not a number.'],
    [{ clock: new Date() }, 'The option "clock" of makeThing must be a function, not an object.'],
    [{ tags: [] }, 'The option "tags" of makeThing must be an object, not an array.'],
    [
      { tags: Promise.resolve({}) },
      'The option "tags" of makeThing must be an object, not a Promise.',
    ],
    [{ attributes: true }, 'The option "attributes" of makeThing must be an object, not true.'],
    [
      { attributes: { exp: '1' } },
      'The option "attributes.exp" of makeThing must be a whole number, not a string.',
    ],
    [{ even: 3 }, 'The option "even" of makeThing must be an even number, not a number.'],
    [{ crv: 7 }, 'The option "crv" of makeThing must be one of P-256, P-384, not a number.'],
    [
      { crv: 'P-265' },
      'Unknown value "P-265" of the option "crv" of makeThing. Did you mean "P-256"? The values are: P-256, P-384.',
    ],
    [
      { crv: 'brainpoolP256r1' },
      'Unknown value "brainpoolP256r1" of the option "crv" of makeThing. The values are: P-256, P-384.',
    ],
  ])('%o', (options, message) => {
    expect(messageOf(options)).toBe(message)
  })

  it.each([
    [null, 'null'],
    ['options', 'a string'],
    [7, 'a number'],
    [[], 'an array'],
    [undefined, 'undefined'],
    [() => undefined, 'a function'],
    [Promise.resolve({}), 'a Promise'],
  ])('%o for all options', (options, kind) => {
    expect(messageOf(options)).toBe(`The options of makeThing must be an object, not ${kind}.`)
  })
})
