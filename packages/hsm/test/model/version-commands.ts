/** The commands about versions: made, changed, looked at, rotated by hand and by policy. */

import fc from 'fast-check'
import type { CreateKeyParameters, ImportKeyParameters } from '../../src/index.ts'
import {
  attributes,
  IMPORTED,
  imported,
  inWords,
  KEY_TO_MAKE,
  KEY_TO_ROTATE,
  KEY_TO_USE,
  LETTERS,
  MADE,
  onceIn,
  ops,
  tags,
  VERSION_TO_CHANGE,
  VERSION_TO_USE,
  type Words,
  wordsOnceIn,
} from './choices.ts'
import { command, plainCommand, type StoryCommand } from './command.ts'
import { type Change, createOrImport, get, getPolicy, rotate, setPolicy, update } from './model.ts'
import { find, type Profile, RELEASE_POLICY } from './records.ts'
import { HSM_POLICIES, POLICIES, VAULT_POLICIES } from './rotation-policies.ts'

const sentence = (
  first: string,
  { opsWords, attributesWords, tagsWords }: Words,
  exportable?: true,
): string =>
  [first, opsWords, attributesWords, tagsWords, exportable && 'exportable']
    .filter((part) => part !== undefined)
    .join(', ')

/** Exportable keys are for a Managed HSM here: in a vault one policy would govern all versions. */
const exportableIn = (profile: Profile): fc.Arbitrary<true | undefined> =>
  profile === 'managed-hsm' ? onceIn(2, fc.constant(true)) : fc.constant(undefined)

/** The parameters of a version that is to be exportable, with its policy. */
const withPolicy = (change: Change, exportable: true | undefined): object =>
  exportable
    ? { ...change, attributes: { ...change.attributes, exportable }, releasePolicy: RELEASE_POLICY }
    : change

/** What is said of a version; what is not said is absent. */
function said({ opsWords, attributesWords, tagsWords }: Words, spec: string, now: number): Change {
  const all = {
    keyOps: ops(opsWords, spec),
    attributes: attributes(attributesWords, now),
    tags: tags(tagsWords),
  }
  return Object.fromEntries(Object.entries(all).filter(([, member]) => member !== undefined))
}

export const create = (profile: Profile): fc.Arbitrary<StoryCommand> =>
  fc
    .record({
      letter: LETTERS,
      about: KEY_TO_MAKE,
      made: fc.constantFrom(...MADE[profile]),
      exportable: exportableIn(profile),
      ...wordsOnceIn(4),
    })
    .map(({ letter, about, made: [kty, spec], exportable, ...words }) =>
      command({
        operation: 'createKey',
        sentence: sentence(`create ${inWords(about)} as ${kty} (${spec})`, words, exportable),
        letter,
        about,
        question: (hsm, { now }, { name }) => {
          const change = said(words, spec, now)
          const [kind = '', size = ''] = spec.split(' ')
          const parts = { kty, ...SIZES[kind]?.(size) }
          const asked = { ...withPolicy(change, exportable), ...parts } as CreateKeyParameters
          return {
            expected: createOrImport(hsm, name, { kty, spec, ...change, exportable }, now),
            ask: (facade, handle) => facade.createKey(handle, name, asked),
          }
        },
      }),
    )

const SIZES: Readonly<Record<string, (size: string) => object>> = {
  EC: (crv) => ({ crv }),
  oct: (bits) => ({ keySize: Number(bits) }),
  AKP: (alg) => ({ alg }),
}

export const importKey = (profile: Profile): fc.Arbitrary<StoryCommand> =>
  fc
    .record({
      letter: LETTERS,
      made: fc.constantFrom(...IMPORTED[profile]),
      exportable: exportableIn(profile),
      ...wordsOnceIn(4),
    })
    .map(({ letter, made: [name, spec], exportable, ...words }) =>
      command({
        operation: 'importKey',
        sentence: sentence(`import '${name}' from an ${spec} JWK`, words, exportable),
        letter,
        question: (hsm, { now }) => {
          const change = said(words, spec, now)
          const jwk = imported.get(spec) ?? { kty: '' }
          const material = `imported ${spec}`
          const made = { kty: jwk.kty, spec, material, ...change, exportable }
          return {
            expected: createOrImport(hsm, name, made, now),
            ask: (facade, handle) =>
              facade.importKey(
                handle,
                name,
                jwk,
                withPolicy(change, exportable) as ImportKeyParameters,
              ),
          }
        },
      }),
    )

export const updateKey: fc.Arbitrary<StoryCommand> = fc
  .record({ letter: LETTERS, about: VERSION_TO_CHANGE, ...wordsOnceIn(2) })
  .map(({ letter, about, ...words }) =>
    command({
      operation: 'updateKey',
      sentence: sentence(`update ${inWords(about)}`, words),
      letter,
      about,
      question: (hsm, { now }, { name, id, text }) => {
        const change = said(words, find(hsm, name, id)[1]?.spec ?? 'EC', now)
        return {
          expected: update(hsm, name, id, change, now),
          ask: (facade, handle) => facade.updateKey(handle, text, change as ImportKeyParameters),
        }
      },
    }),
  )

export const getKey: fc.Arbitrary<StoryCommand> = plainCommand(
  'getKey',
  'look at',
  VERSION_TO_USE,
  (hsm, _, { name, id, text }) => ({
    expected: get(hsm, name, id),
    ask: (facade, handle) => facade.getKey(handle, text),
  }),
)

export const rotateKey: fc.Arbitrary<StoryCommand> = plainCommand(
  'rotateKey',
  'rotate',
  KEY_TO_ROTATE,
  (hsm, { now }, { name }) => ({
    expected: rotate(hsm, name, now),
    ask: (facade, handle) => facade.rotateKey(handle, name),
  }),
)

export const getRotationPolicy: fc.Arbitrary<StoryCommand> = plainCommand(
  'getRotationPolicy',
  'look at the rotation policy of',
  KEY_TO_USE,
  (hsm, _, { name }) => ({
    expected: getPolicy(hsm, name),
    ask: (facade, handle) => facade.getRotationPolicy(handle, name),
  }),
)

export const setRotationPolicy = (profile: Profile): fc.Arbitrary<StoryCommand> => {
  const own = profile === 'managed-hsm' ? HSM_POLICIES : VAULT_POLICIES
  const policies = Object.entries({ ...POLICIES, ...own })
  return fc
    .record({ letter: LETTERS, about: KEY_TO_ROTATE, policy: fc.constantFrom(...policies) })
    .map(({ letter, about, policy: [told, policy] }) =>
      command({
        operation: 'updateRotationPolicy',
        sentence: `set the rotation policy of ${inWords(about)}: ${told}`,
        letter,
        about,
        question: (hsm, { now }, { name }) => ({
          expected: setPolicy(hsm, name, policy, now),
          ask: (facade, handle) => facade.updateRotationPolicy(handle, name, policy),
        }),
      }),
    )
}
