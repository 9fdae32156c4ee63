/** What stories choose from, each choice with its words. */

import { importJwk, type JsonWebKey, toPublicJwk } from '@pocket-hsm/crypto'
import fc from 'fast-check'
import { ecJwk, octJwk, rsaJwk } from '../known-keys.ts'
import {
  type Attributes,
  current,
  type Key,
  keyOf,
  type ModelHsm,
  type Profile,
  type Tags,
} from './records.ts'

export const DAY = 86_400

/** The first three are there from the beginning. What stands first in a choice is what it is shrunk to. */
export const LETTERS: fc.Arbitrary<string> = fc.constantFrom(...'AAAAAAAAAAAAAABBBCDDE')

/** Keys without a name: whichever it is when the story comes to it; where there is none it goes on. */
const ROLES: Readonly<Record<string, (keys: readonly Key[]) => Key | undefined>> = {
  'the oldest key': (keys) => keys.find(isActive),
  'the newest key': (keys) => keys.findLast(isActive),
  'the newest key but RSA': (keys) => keys.findLast((key) => isActive(key) && !isRsa(key)),
  'the newest key to encrypt': (keys) => keys.findLast((key) => may(key, 'encrypt')),
  'the newest key to wrapKey': (keys) => keys.findLast((key) => may(key, 'wrapKey')),
  'the newest key to sign': (keys) => keys.findLast((key) => may(key, 'sign')),
  'the newest ML-DSA key': (keys) =>
    keys.findLast((key) => isActive(key) && current(key).spec.startsWith('AKP')),
  'the newest key to secureWrapKey': (keys) => keys.findLast(maySecureWrap),
  'the newest exportable key to secureWrapKey': (keys) =>
    keys.findLast((key) => maySecureWrap(key) && current(key).exportable),
  'the oldest deleted key': (keys) => keys.find((key) => !isActive(key)),
  'the newest deleted key': (keys) => keys.findLast((key) => !isActive(key)),
}

const isActive = ({ state }: Key) => state === 'active'
const isRsa = (key: Key) => current(key).spec.startsWith('RSA')
const may = (key: Key, operation: string) =>
  isActive(key) && current(key).keyOps.includes(operation)
const maySecureWrap = (key: Key) => may(key, 'secureWrapKey') || may(key, 'wrapKey')

export const times = <Value>(count: number, value: Value): Value[] => Array(count).fill(value)

/** `a` and `A` are two spellings of one name. Only `rsa` holds RSA keys. */
const NAMES = [...'aaabA', 'rsa']

const NAMES_TO_USE = [...NAMES, ...times(7, 'the newest key'), ...times(4, 'the oldest key')]

/** Which key and version a story speaks of. */
export interface Reference {
  readonly name: string
  readonly which: 'current' | '1 back' | '2 back' | 'unknown' | 'purged'
  readonly by: 'name' | 'kid' | 'upper case'
}

const keyAmong = (names: readonly string[]): fc.Arbitrary<Reference> =>
  fc.constantFrom(...names).map((name) => ({ name, which: 'current', by: 'name' }))

export const KEY_TO_MAKE: fc.Arbitrary<Reference> = keyAmong([...'aaaaabbbAcc', 'the newest key'])
export const KEY_TO_USE: fc.Arbitrary<Reference> = keyAmong(NAMES_TO_USE)
export const KEY_TO_BRING_BACK: fc.Arbitrary<Reference> = keyAmong([
  ...NAMES,
  ...times(10, 'the newest deleted key'),
  ...times(10, 'the oldest deleted key'),
])

/** RSA keys are imported and never made: the search for primes would take most of the time. */
export const KEY_TO_ROTATE: fc.Arbitrary<Reference> = keyAmong([
  ...'aabAc',
  ...times(8, 'the newest key but RSA'),
])

const versionAmong = (names: readonly string[]): fc.Arbitrary<Reference> =>
  fc.record({
    name: fc.constantFrom(...names),
    which: fc.constantFrom(
      ...times(9, 'current' as const),
      '1 back',
      '2 back',
      'purged',
      'unknown',
    ),
    by: fc.constantFrom('name', 'name', 'kid', 'upper case'),
  })

export const VERSION_TO_USE: fc.Arbitrary<Reference> = versionAmong(NAMES_TO_USE)

export const VERSION_TO_CHANGE: fc.Arbitrary<Reference> = versionAmong([
  ...NAMES_TO_USE,
  ...times(3, 'the newest deleted key'),
])

export const versionTo = (
  operation: 'encrypt' | 'wrapKey' | 'sign' | 'secureWrapKey',
): fc.Arbitrary<Reference> =>
  versionAmong([
    ...NAMES_TO_USE,
    ...times(20, `the newest key to ${operation}`),
    ...times(operation === 'secureWrapKey' ? 40 : 0, 'the newest exportable key to secureWrapKey'),
    ...times(operation === 'sign' ? 15 : 0, 'the newest ML-DSA key'),
  ])

export function inWords({ name, which, by }: Reference): string {
  const key = name in ROLES ? name : `'${name}'`
  const version = which === 'current' ? key : `${key} (${which})`
  return by === 'name' ? version : `${version} by ${by}`
}

/** What a reference means in an HSM now. */
export interface Meant {
  readonly name: string
  /** The version, where it is not the current one. */
  readonly id?: string
  /** How it is asked for. */
  readonly text: string
}

export function meantBy(hsm: ModelHsm, { name: told, which, by }: Reference): Meant | undefined {
  const role = ROLES[told]
  const name = role === undefined ? told : role([...hsm.keys.values()])?.name
  if (name === undefined) return undefined
  const id = which === 'current' ? undefined : idOf(hsm, name, which)
  const path = id === undefined ? name : `${name}/${id}`
  const texts = { name: path, kid: `${hsm.baseUrl}/keys/${path}`, 'upper case': path.toUpperCase() }
  return { name, text: texts[by], ...(id !== undefined && { id }) }
}

function idOf(hsm: ModelHsm, name: string, which: Reference['which']): string {
  const versions = keyOf(hsm, name)?.versions ?? []
  const purged = hsm.purges.get(name.toUpperCase())?.ids ?? []
  const ids: Partial<Record<Reference['which'], string | undefined>> = {
    '1 back': versions.at(-2)?.id,
    '2 back': versions.at(-3)?.id,
    purged: purged.at(-1),
  }
  return ids[which] ?? '0'.repeat(32)
}

/** What a name may be made as: the type asked for and the specification. */
export const MADE: Readonly<Record<Profile, readonly (readonly [kty: string, spec: string])[]>> = {
  'managed-hsm': [
    ['oct', 'oct 256'],
    ['oct-HSM', 'oct 256'],
    ['oct-HSM', 'oct 128'],
    ['EC', 'EC P-256'],
    ['EC-HSM', 'EC P-256K'],
    ['AKP', 'AKP ML-DSA-44'],
  ],
  'vault-premium': [
    ['EC', 'EC P-256'],
    ['EC-HSM', 'EC P-256'],
  ],
}

export const imported: ReadonlyMap<string, JsonWebKey> = new Map([
  ['oct 256', octJwk(256)],
  ['oct 192', octJwk(192)],
  ['EC P-256', ecJwk()],
  ['EC P-384', ecJwk('P-384')],
  ['RSA 2048', rsaJwk()],
  [
    'AKP ML-DSA-44',
    { kty: 'AKP', alg: 'ML-DSA-44', priv: Buffer.alloc(32, 4).toString('base64url') },
  ],
])

/** What is brought along where: RSA keys have a name of their own. */
export const IMPORTED: Readonly<
  Record<Profile, readonly (readonly [name: string, spec: string])[]>
> = {
  'managed-hsm': [
    ['a', 'oct 256'],
    ['b', 'oct 192'],
    ['b', 'oct 256'],
    ['c', 'oct 256'],
    ['A', 'EC P-256'],
    ['b', 'EC P-256'],
    ['c', 'EC P-256'],
    ['c', 'AKP ML-DSA-44'],
    ['rsa', 'RSA 2048'],
  ],
  'vault-premium': [
    ['a', 'EC P-256'],
    ['A', 'EC P-256'],
    ['b', 'EC P-256'],
    ['b', 'EC P-256'],
    ['c', 'EC P-384'],
    ['rsa', 'RSA 2048'],
  ],
}

/** The members of an imported key that are shown. */
export const IMPORTED_PUBLIC_MEMBERS: ReadonlyMap<string, object> = new Map(
  [...imported].map(([spec, jwk]) => [`imported ${spec}`, publicMembersOf(jwk)]),
)

function publicMembersOf(jwk: JsonWebKey): object {
  if (jwk.kty === 'oct') return {}
  const { kty: _, ...members } = toPublicJwk(importJwk(jwk) as never)
  return members
}

const kindOf = (spec: string): string => spec.split(' ')[0] ?? ''

/** Only oct keys are for secure wrap: keys of type RSA are in vaults too, which do not know the words. */
const OPS = {
  'for one way': {
    oct: ['encrypt', 'wrapKey'],
    EC: ['sign'],
    RSA: ['encrypt', 'sign'],
    AKP: ['sign'],
  },
  'for the way back': {
    oct: ['decrypt', 'unwrapKey'],
    EC: ['verify'],
    RSA: ['decrypt'],
    AKP: ['verify'],
  },
  'for signing': {
    oct: ['sign', 'verify'],
    EC: ['sign', 'verify'],
    RSA: ['verify', 'sign'],
    AKP: ['sign', 'verify'],
  },
  'for secure wrap': { oct: ['secureWrapKey', 'secureUnwrapKey'], EC: [], RSA: [], AKP: [] },
  'for nothing': { oct: [], EC: [], RSA: [], AKP: [] },
} as const

type OpsWords = keyof typeof OPS

export const ops = (words: OpsWords | undefined, spec: string): readonly string[] | undefined =>
  words && OPS[words][kindOf(spec) as 'oct']

const ATTRIBUTES = {
  disabled: () => ({ enabled: false }),
  enabled: () => ({ enabled: true }),
  'expiring in 10 days': (now: number) => ({ exp: now + 10 * DAY }),
  'expiring in 100 days': (now: number) => ({ exp: now + 100 * DAY }),
  'expired an hour ago': (now: number) => ({ exp: now - 3600 }),
  'valid from tomorrow on': (now: number) => ({ nbf: now + DAY }),
  'valid for 40 days from now on': (now: number) => ({ nbf: now, exp: now + 40 * DAY }),
} as const

type AttributesWords = keyof typeof ATTRIBUTES

export const attributes = (
  words: AttributesWords | undefined,
  now: number,
): Attributes | undefined => words && ATTRIBUTES[words](now)

const TAGS: Readonly<Record<string, Tags>> = {
  'tagged one': { t: '1' },
  'tagged two': { t: '2', u: '' },
  'without tags': {},
}

export const tags = (words: string | undefined): Tags | undefined =>
  words === undefined ? undefined : TAGS[words]

/** A value once in so many times, and nothing otherwise. */
export const onceIn = <Value>(
  times: number,
  value: fc.Arbitrary<Value>,
): fc.Arbitrary<Value | undefined> =>
  fc.oneof(
    { weight: times - 1, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: value },
  )

const ATTRIBUTES_WORDS = [
  ...(Object.keys(ATTRIBUTES) as AttributesWords[]),
  ...times(3, 'disabled' as const),
  ...times(2, 'expiring in 10 days' as const),
  ...times(2, 'expiring in 100 days' as const),
]

/** What is said of a new version or a change. */
export interface Words {
  readonly opsWords?: OpsWords | undefined
  readonly attributesWords?: AttributesWords | undefined
  readonly tagsWords?: string | undefined
}

/** Something is said of each once in so many times. */
export const wordsOnceIn = (times: number) => ({
  opsWords: onceIn(times, fc.constantFrom(...(Object.keys(OPS) as OpsWords[]))),
  attributesWords: onceIn(times, fc.constantFrom(...ATTRIBUTES_WORDS)),
  tagsWords: onceIn(times, fc.constantFrom(...Object.keys(TAGS))),
})
