/** The commands of secure wrap: the HSM makes a key and wraps it; later an enclave gets it, or a caller who may unwrap. */

import assert from 'node:assert'
import fc from 'fast-check'
import type { KeyOperationResult } from '../../src/index.ts'
import { authority, enclave } from '../releases.ts'
import { learnRandom, type Question } from './agreement.ts'
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
import { damage, damaged } from './life-commands.ts'
import { type Answer, BAD_PARAMETER, NOT_EXPORTABLE, TARGET_REFUSED, use } from './model.ts'
import { find, kid, type ModelHsm } from './records.ts'
import { contentOf, fitting, isIntact, type Opening, ownVersion, WHICH } from './use-commands.ts'
import type { Result, World } from './world.ts'

/** Which specifications an algorithm takes: not those of wrapKey. */
const ALGORITHMS: Readonly<Record<string, readonly string[]>> = {
  A256KW: ['oct 256'],
  A256KWPAD: ['oct 256'],
  CKM_AES_KEY_WRAP_PAD: ['oct 256', 'oct 192', 'oct 128'],
  A192KW: ['oct 192'],
  A128KW: ['oct 128'],
  'RSA-OAEP-256': ['RSA 2048'],
}

export const secureWrapKey: fc.Arbitrary<StoryCommand> = fc
  .record({
    letter: LETTERS,
    about: versionTo('secureWrapKey'),
    choice: fc.nat(1),
    isUnfit: fc.constantFrom(...times(9, false), true),
  })
  .map(({ letter, about, choice, isUnfit }) =>
    command({
      operation: 'secureWrapKey',
      sentence: `have a key made and wrapped with ${inWords(about)}${isUnfit ? ', by an algorithm for other keys,' : ''}`,
      letter,
      about,
      question: (hsm, { now, results }, meant) => {
        const { made, ...question } = wrapping(hsm, now, meant, choice, isUnfit)
        if (made) results.wrapKey.push(made)
        return {
          ...question,
          keep: (got, real) => {
            const result = got as KeyOperationResult
            real.results.wrapKey.push(result)
            learnRandom(real, letter, result.value)
          },
        }
      },
    }),
  )

function wrapping(
  hsm: ModelHsm,
  now: number,
  { name, id, text }: Meant,
  choice: number,
  isUnfit: boolean,
): Question & { readonly made?: Result } {
  const [key, found] = find(hsm, name, id)
  const alg = fitting(ALGORITHMS, found?.spec, choice, isUnfit) ?? 'A256KW'
  const ask: Question['ask'] = (facade, handle) => facade.secureWrapKey(handle, text, { alg })
  if (hsm.profile !== 'managed-hsm') return { expected: BAD_PARAMETER, ask }
  const version = use(hsm, name, id, 'secureWrapKey', now)
  if ('refused' in version || !key) return { expected: version as Answer, ask }
  const { spec, material } = version
  if (isUnfit || !ALGORITHMS[alg]?.includes(spec)) return { expected: BAD_PARAMETER, ask }
  const value = (got: unknown) => {
    const { value } = got as KeyOperationResult
    assert.equal(value.length, spec.startsWith('RSA') ? 256 : 40)
    return { kid: kid(hsm, key, version), alg, value }
  }
  const made = { alg, spec, material, name, id: version.id, input: undefined }
  return { expected: { value }, ask, made }
}

const CENTURY = 100 * 366 * 86_400

const tokenWith = (claims: object): string =>
  authority.mintToken({
    enclaveKey: enclave.publicJwk,
    notBefore: 0,
    expiresIn: CENTURY,
    claims: { debuggable: false, ...claims },
  })

/** Who asks, and what the answer is if nothing else is wrong. */
const TARGETS: Readonly<Record<string, { readonly token: string; readonly refusal?: Answer }>> = {
  'for the enclave': { token: tokenWith({}) },
  'for an enclave that is debuggable': {
    token: tokenWith({ debuggable: true }),
    refusal: TARGET_REFUSED,
  },
  'for an enclave of a stranger': {
    token: tokenWith({ iss: 'https://stranger.test' }),
    refusal: TARGET_REFUSED,
  },
  'for somebody without a token': { token: 'no token', refusal: BAD_PARAMETER },
}

/** An old wrapped key, of any caller, unwrapped for a target with the version that wrapped it or with another. */
export const secureUnwrapKey: fc.Arbitrary<StoryCommand> = fc
  .record({
    letter: LETTERS,
    which: fc.constantFrom(...Object.entries(WHICH)),
    other: onceIn(6, VERSION_TO_USE),
    damagedAt: onceIn(7, fc.nat(15)),
    target: fc.constantFrom(
      ...times(8, 'for the enclave'),
      ...times(3, 'for an enclave that is debuggable'),
      ...Object.keys(TARGETS),
    ),
  })
  .map(({ letter, which: [words, index], other, damagedAt, target }) => {
    const meant = (hsm: ModelHsm, { results }: World): Opening | undefined => {
      const result = results.wrapKey.at(index)
      const version = result && (other ? meantBy(hsm, other) : ownVersion(result))
      return result && version && { result, version, index, damagedAt }
    }
    const by = other ? inWords(other) : 'its own version'
    return command({
      operation: 'secureUnwrapKey',
      sentence: `unwrap ${words} wrapped key${damage(damagedAt)} with ${by} ${target}`,
      letter,
      when: (hsm, world) => meant(hsm, world) !== undefined,
      question: (hsm, world) => unwrapping(hsm, world.now, meant(hsm, world) as Opening, target),
    })
  })

function unwrapping(hsm: ModelHsm, now: number, opening: Opening, target: string): Question {
  const { result, index, version: meant, damagedAt } = opening
  const { alg } = result
  const { token = '', refusal } = TARGETS[target] ?? {}
  const ask: Question['ask'] = (facade, handle, real) => {
    const value = damaged(real.results.wrapKey.at(index)?.value, damagedAt)
    return facade.secureUnwrapKey(handle, meant.text, { alg, value, target: token })
  }
  if (hsm.profile !== 'managed-hsm') return { expected: BAD_PARAMETER, ask }
  const [key] = find(hsm, meant.name)
  const version = use(hsm, meant.name, meant.id, 'secureUnwrapKey', now)
  if ('refused' in version || !key) return { expected: version as Answer, ask }
  if (!ALGORITHMS[alg]?.includes(version.spec)) return { expected: BAD_PARAMETER, ask }
  if (!version.exportable) return { expected: NOT_EXPORTABLE, ask }
  if (refusal) return { expected: refusal, ask }
  if (!isIntact(hsm, opening)) return { expected: BAD_PARAMETER, ask }
  const value = (got: unknown) => {
    const { value } = got as KeyOperationResult
    // Only the enclave reads the answer.
    const opened = enclave.openUnwrappedKey(value)
    assert.deepStrictEqual(Buffer.from(opened), Buffer.from(contentOf(result, opened)))
    return { kid: kid(hsm, key, version), alg, value }
  }
  return { expected: { value }, ask }
}
