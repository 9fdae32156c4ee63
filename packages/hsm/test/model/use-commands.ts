/** The commands that use a key: encrypt, wrap, sign, and later open what was closed. */

import assert from 'node:assert'
import fc from 'fast-check'
import type { DecryptParameters, EncryptResult, KeyOperationResult } from '../../src/index.ts'
import { askBoth, learnRandom, type Place, placeOf, type Question, viewOf } from './agreement.ts'
import {
  inWords,
  LETTERS,
  type Meant,
  meantBy,
  onceIn,
  times,
  VERSION_TO_USE,
  versionTo,
} from './choices.ts'
import { command, type StoryCommand } from './command.ts'
import { compare } from './everything.ts'
import { damage, damaged } from './life-commands.ts'
import { type Answer, BAD_PARAMETER, use } from './model.ts'
import { current, find, type Key, keysIn, kid, type ModelHsm } from './records.ts'
import type { Closing, Result, World } from './world.ts'

/** Which specifications an algorithm takes. */
export const ALGORITHMS: Readonly<Record<Closing, Readonly<Record<string, readonly string[]>>>> = {
  encrypt: {
    A256GCM: ['oct 256'],
    A256CBCPAD: ['oct 256'],
    A192GCM: ['oct 192'],
    A128GCM: ['oct 128'],
    'RSA-OAEP-256': ['RSA 2048'],
  },
  wrapKey: {
    A256KW: ['oct 256'],
    CKM_AES_KEY_WRAP_PAD: ['oct 256', 'oct 192', 'oct 128'],
    A192KW: ['oct 192'],
    A128KW: ['oct 128'],
    'RSA-OAEP': ['RSA 2048'],
    'RSA-OAEP-256': ['RSA 2048'],
  },
  sign: {
    ES256: ['EC P-256'],
    ES384: ['EC P-384'],
    ES256K: ['EC P-256K'],
    HS256: ['oct 256', 'oct 192', 'oct 128'],
    PS256: ['RSA 2048'],
    'ML-DSA-44': ['AKP ML-DSA-44'],
  },
}

/** A digest of the length of ES384 where it is asked for, and of 32 bytes for all others. */
const inputOf = (alg: string, content: number): Uint8Array =>
  new Uint8Array(alg === 'ES384' ? 48 : 32).fill(content)

const AAD = Uint8Array.of(1, 2, 3)

/** Most signatures with ML-DSA are bound to a context. */
const contextOf = (alg: string, content: number): { readonly context?: Uint8Array } =>
  alg.startsWith('ML-DSA') && content > 0 ? { context: AAD } : {}

export const close = (operation: Closing): fc.Arbitrary<StoryCommand> =>
  fc
    .record({
      letter: LETTERS,
      about: versionTo(operation),
      content: fc.nat(3),
      isUnfit: fc.constantFrom(...times(9, false), true),
    })
    .map(({ letter, about, content, isUnfit }) =>
      command({
        operation,
        sentence: `${operation} message ${content} with ${inWords(about)}${isUnfit ? ', by an algorithm for other keys,' : ''}`,
        letter,
        about,
        question: (hsm, { now, results }, meant) => {
          const { made, ...question } = closing(operation, hsm, now, meant, content, isUnfit)
          if (made) results[operation].push(made)
          return {
            ...question,
            keep: (got, real) => {
              const result = got as EncryptResult
              real.results[operation].push(result)
              if (result.iv) learnRandom(real, letter, result.iv)
            },
          }
        },
      }),
    )

function closing(
  operation: Closing,
  hsm: ModelHsm,
  now: number,
  { name, id, text }: Meant,
  content: number,
  isUnfit = false,
): Question & { readonly made?: Result } {
  const [key, found] = find(hsm, name, id)
  const alg = algorithmFor(operation, found?.spec, content, isUnfit)
  const input = inputOf(alg, content)
  const isGcm = alg.endsWith('GCM')
  const context = contextOf(alg, content)
  const ask: Question['ask'] = (facade, handle) =>
    facade[operation](handle, text, {
      alg,
      value: input,
      ...context,
      ...(isGcm && operation === 'encrypt' && { aad: AAD }),
    })
  const version = use(hsm, name, id, operation, now)
  if ('refused' in version || !key) return { expected: version as Answer, ask }
  if (isUnfit) return { expected: BAD_PARAMETER, ask }
  const { spec, material } = version
  // Nobody can foresee the bytes.
  const value = (got: unknown) => {
    const { value, iv, tag } = got as EncryptResult
    assert(!isGcm || value.length === input.length)
    const bytes = isGcm ? { value, iv, tag, aad: AAD } : { value, ...(isCbc(alg) && { iv }) }
    for (const member of Object.values(bytes)) assert(member instanceof Uint8Array)
    return { kid: kid(hsm, key, version), alg, ...bytes }
  }
  const made = { alg, spec, material, name, id: version.id, input, ...context }
  return { expected: { value }, ask, made }
}

const isCbc = (alg: string): boolean => alg.includes('CBC')

function algorithmFor(
  operation: Closing,
  spec: string | undefined,
  choice: number,
  isUnfit: boolean,
): string {
  return fitting(ALGORITHMS[operation], spec, choice, isUnfit) ?? 'A256GCM'
}

/** One of the algorithms that take a specification, or do not. */
export function fitting(
  algorithms: Readonly<Record<string, readonly string[]>>,
  spec: string | undefined,
  choice: number,
  isUnfit: boolean,
): string | undefined {
  const names = Object.keys(algorithms).filter(
    (alg) => spec === undefined || algorithms[alg]?.includes(spec) !== isUnfit,
  )
  return names[choice % names.length]
}

const OPENED = {
  decrypt: { closing: 'encrypt', what: 'ciphertext' },
  unwrapKey: { closing: 'wrapKey', what: 'wrapped key' },
  verify: { closing: 'sign', what: 'signature' },
} as const

export const WHICH = { 'the last': -1, 'the last but one': -2, 'the first': 0 }

/** An old result, opened with the version that made it or with another. */
export const open = (operation: keyof typeof OPENED): fc.Arbitrary<StoryCommand> => {
  const { closing, what } = OPENED[operation]
  return fc
    .record({
      letter: LETTERS,
      which: fc.constantFrom(...Object.entries(WHICH)),
      other: onceIn(3, VERSION_TO_USE),
      damagedAt: onceIn(4, fc.nat(15)),
    })
    .map(({ letter, which: [words, index], other, damagedAt }) => {
      const meant = (hsm: ModelHsm, { results }: World): Opening | undefined => {
        const result = results[closing].at(index)
        const version = result && (other ? meantBy(hsm, other) : ownVersion(result))
        return result && version && { result, version, index, damagedAt }
      }
      const by = other ? inWords(other) : 'its own version'
      return command({
        operation,
        sentence: `${operation} ${words} ${what}${damage(damagedAt)} with ${by}`,
        letter,
        when: (hsm, world) => {
          const opening = meant(hsm, world)
          // Under another key, or damaged, this padding can be right by chance.
          return opening !== undefined && (!isCbc(opening.result.alg) || isIntact(hsm, opening))
        },
        question: (hsm, world) => opened(operation, hsm, world.now, meant(hsm, world) as Opening),
      })
    })
}

/** What is opened, and with which version. */
export interface Opening {
  readonly result: Result
  /** Which of the results it is. */
  readonly index: number
  /** The version to open it with. */
  readonly version: Meant
  readonly damagedAt?: number | undefined
}

export const ownVersion = ({ name, id }: Result): Meant => ({ name, id, text: `${name}/${id}` })

export const isIntact = (
  hsm: ModelHsm,
  { result, version: { name, id }, damagedAt }: Opening,
): boolean => damagedAt === undefined && find(hsm, name, id)[1]?.material === result.material

function opened(
  operation: keyof typeof OPENED,
  hsm: ModelHsm,
  now: number,
  opening: Opening,
): Question {
  const { result, index, version: meant, damagedAt } = opening
  const { alg, input = new Uint8Array(), context } = result
  const { closing } = OPENED[operation]
  const ask: Question['ask'] = (facade, handle, real) => {
    const { value, ...rest } = real.results[closing].at(index) as DecryptParameters
    if (operation === 'verify') {
      // What is damaged is the context, where there is one and the number is even.
      const isBare = damagedAt !== undefined && damagedAt % 2 === 0 && context !== undefined
      return facade.verify(handle, meant.text, {
        alg,
        digest: input,
        value: isBare ? value : damaged(value, damagedAt),
        ...(context && !isBare && { context }),
      })
    }
    return facade[operation](handle, meant.text, {
      ...rest,
      alg,
      value: damaged(value, damagedAt),
      ...(operation === 'decrypt' && { aad: AAD }),
    })
  }
  const [key] = find(hsm, meant.name)
  const version = use(hsm, meant.name, meant.id, operation, now)
  if ('refused' in version || !key) return { expected: version as Answer, ask }
  if (!ALGORITHMS[closing][alg]?.includes(version.spec)) return { expected: BAD_PARAMETER, ask }
  const intact = isIntact(hsm, opening)
  if (operation === 'verify') return { expected: { value: () => intact }, ask }
  const value = (got: unknown) => ({
    kid: kid(hsm, key, version),
    alg,
    value: contentOf(result, (got as KeyOperationResult).value),
  })
  return { expected: intact ? { value } : BAD_PARAMETER, ask }
}

/** What was closed; the first to open a key that the HSM made tells what it is. */
export function contentOf(result: Result, got: Uint8Array): Uint8Array {
  if (result.input === undefined) {
    assert.equal(got.length, 32)
    result.input = got
  }
  return result.input
}

/** Every key is tried; what was closed last is opened where it was, and not where it is damaged. */
export function tryEverything(place: Place, { now, results }: World): void {
  const { hsm } = place
  for (const key of keysIn(hsm, 'active').filter(isQuick)) {
    const meant = { name: key.name, text: key.name }
    for (const operation of ['encrypt', 'wrapKey', 'sign'] as const) {
      askBoth(viewOf(place), operation, closing(operation, hsm, now, meant, 0))
    }
  }
  for (const operation of ['decrypt', 'unwrapKey', 'verify'] as const) {
    const made = results[OPENED[operation].closing]
    const result = made.at(-1)
    for (const damagedAt of [undefined, made.length]) {
      if (result === undefined) continue
      const opening = { result, index: -1, version: ownVersion(result), damagedAt }
      if (isCbc(result.alg) && !isIntact(hsm, opening)) continue
      askBoth(viewOf(place), operation, opened(operation, hsm, now, opening))
    }
  }
}

/** RSA takes more time than all the rest. */
const isQuick = (key: Key): boolean => !current(key).spec.startsWith('RSA')

/** Now and then, and not at the end alone. */
export const lookAround: fc.Arbitrary<StoryCommand> = LETTERS.map((letter) => ({
  toString: () => `look at everything in HSM ${letter} and try it`,
  check: ({ hsms }) => hsms.has(letter),
  run: (world, real) => {
    const place = placeOf(world, real, letter)
    compare(place)
    tryEverything(place, world)
  },
}))

export const randomBytes: fc.Arbitrary<StoryCommand> = fc
  .record({ letter: LETTERS, count: fc.constantFrom(1, 16, 128) })
  .map(({ letter, count }) =>
    command({
      operation: 'getRandomBytes',
      sentence: `draw ${count} random bytes`,
      letter,
      question: ({ profile }) => ({
        expected: profile === 'managed-hsm' ? { value: (got) => sized(got, count) } : BAD_PARAMETER,
        ask: (facade, handle) => facade.getRandomBytes(handle, count),
        keep: (got, real) => {
          // A single byte may well come again.
          if (count > 1) learnRandom(real, letter, got as Uint8Array)
        },
      }),
    }),
  )

function sized(got: unknown, length: number): unknown {
  assert(got instanceof Uint8Array)
  assert.equal(got.length, length)
  return got
}
