/** What no HSM takes: it refuses with 400 and stays as it is. Each is wrong in one thing only. */

import fc from 'fast-check'
import type { CreateKeyParameters, Hsm } from '../../src/index.ts'
import { imported, inWords, KEY_TO_USE, LETTERS } from './choices.ts'
import { command, type StoryCommand } from './command.ts'
import { BAD_PARAMETER } from './model.ts'
import { keyOf, type ModelHsm } from './records.ts'
import { BAD_POLICIES } from './rotation-policies.ts'
import type { Facade } from './world.ts'

interface BadInput {
  readonly operation: keyof Facade
  /** Without it there would be another refusal. */
  readonly needs:
    | 'nothing'
    | 'an active key'
    | 'an active key that is not exportable'
    | 'an active key that is exportable'
    | 'room for a version'
    | 'room for a version in a Managed HSM'
  readonly code?: 'MalformedBackupBlob'
  readonly innerCode?: 'KeyTypeNotSupported'
  readonly call: (facade: Facade, hsm: Hsm, name: string) => unknown
}

const sixteenTags = Object.fromEntries(Array.from({ length: 16 }, (_, index) => [`t${index}`, '']))

const badCreate = (wrong: object, innerCode?: 'KeyTypeNotSupported'): BadInput => ({
  operation: 'createKey',
  needs: 'room for a version',
  ...(innerCode && { innerCode }),
  call: (facade, hsm, name) =>
    facade.createKey(hsm, name, { kty: 'EC', ...wrong } as CreateKeyParameters),
})

const inManagedHsm = (bad: BadInput): BadInput => ({
  ...bad,
  needs: 'room for a version in a Managed HSM',
})

const badImport = (jwk: object): BadInput => ({
  operation: 'importKey',
  needs: 'room for a version',
  call: (facade, hsm, name) => facade.importKey(hsm, name, jwk as never),
})

/** Beside what is wrong there is a change that would be taken. */
const badUpdate = (wrong: object): BadInput => ({
  operation: 'updateKey',
  needs: 'an active key',
  call: (facade, hsm, name) =>
    facade.updateKey(hsm, name, { tags: { changed: 'yes' }, keyOps: ['sign'], ...wrong } as never),
})

const named = (
  operation:
    | 'getKey'
    | 'deleteKey'
    | 'rotateKey'
    | 'backupKey'
    | 'purgeDeletedKey'
    | 'listKeyVersions',
  name: string,
): BadInput => ({
  operation,
  needs: 'nothing',
  call: (facade, hsm) => facade[operation](hsm, name),
})

const page = (operation: 'listKeys' | 'listDeletedKeys', wrong: object): BadInput => ({
  operation,
  needs: 'nothing',
  call: (facade, hsm) => facade[operation](hsm, wrong),
})

const ec = imported.get('EC P-256')

const BAD_INPUTS: Readonly<Record<string, BadInput>> = {
  'create a key of an unknown type': badCreate({ kty: 'DSA' }, 'KeyTypeNotSupported'),
  'create an RSA key of 1024 bits': badCreate({ kty: 'RSA', keySize: 1024 }),
  'create a key on an unknown curve': badCreate({ crv: 'P-1' }),
  'create a key for an unknown operation': badCreate({ keyOps: ['sign', 'fly'] }),
  'create an EC key that encrypts': badCreate({ keyOps: ['encrypt'] }),
  'create a key that ends before it begins': badCreate({ attributes: { nbf: 20, exp: 10 } }),
  'create a key with 16 tags': badCreate({ tags: sixteenTags }),
  'create a key that expires at half a second': badCreate({ attributes: { exp: 1.5 } }),
  'create a key that expires at an instant in milliseconds': badCreate({
    attributes: { exp: Date.UTC(2031, 0) },
  }),
  'import a JWK without its private part': badImport({ ...ec, d: undefined }),
  'import a JWK off its curve': badImport({ ...ec, y: ec?.x }),
  'import a JWK on an unknown curve': badImport({ ...ec, crv: 'P-1' }),
  'import what is no JWK': badImport([]),
  'change an operation to an unknown one': badUpdate({ keyOps: ['fly'] }),
  'change the tags to 16': badUpdate({ tags: sixteenTags }),
  'change the expiry to the beginning': badUpdate({ attributes: { nbf: 10, exp: 10 } }),
  'change the beginning to an instant in milliseconds': badUpdate({
    attributes: { nbf: Date.UTC(2031, 0) },
  }),
  'change a key to an exportable one': {
    ...badUpdate({ attributes: { exportable: true } }),
    needs: 'an active key that is not exportable',
  },
  'change a key to one that is not exportable': {
    ...badUpdate({ attributes: { exportable: false } }),
    needs: 'an active key that is exportable',
  },
  'create an exportable key without a policy': badCreate({ attributes: { exportable: true } }),
  'create an ML-DSA key without a parameter set': inManagedHsm(badCreate({ kty: 'AKP' })),
  'create an ML-DSA key of an unknown parameter set': inManagedHsm(
    badCreate({ kty: 'AKP', alg: 'ML-DSA-45' }),
  ),
  'create an ML-DSA key that encrypts': inManagedHsm(
    badCreate({ kty: 'AKP', alg: 'ML-DSA-44', keyOps: ['encrypt'] }),
  ),
  'import an ML-DSA key with half a seed': inManagedHsm(
    badImport({ kty: 'AKP', alg: 'ML-DSA-44', priv: 'A'.repeat(21) }),
  ),
  'get a key of another HSM': named('getKey', 'https://other.test/keys/a'),
  'get a key with a bad name': named('getKey', 'a_b'),
  'delete a key with a bad name': named('deleteKey', ''),
  'rotate a key with a bad name': named('rotateKey', 'a b'),
  'back up a key with a bad name': named('backupKey', 'ä'),
  'purge a key with a bad name': named('purgeDeletedKey', 'a.b'),
  'list the versions of a bad name': named('listKeyVersions', '?'),
  'list keys by none': page('listKeys', { maxResults: 0 }),
  'list deleted keys by half': page('listDeletedKeys', { maxResults: 0.5 }),
  'list keys from a bad marker': page('listKeys', { marker: '!' }),
  'restore no bytes': {
    operation: 'restoreKey',
    needs: 'nothing',
    code: 'MalformedBackupBlob',
    call: (facade, hsm) => facade.restoreKey(hsm, new Uint8Array(0)),
  },
  'draw no random bytes': {
    operation: 'getRandomBytes',
    needs: 'nothing',
    call: (facade, hsm) => facade.getRandomBytes(hsm, 0),
  },
  ...Object.fromEntries(
    Object.entries(BAD_POLICIES).map(([words, policy]): [string, BadInput] => [
      `set a bad rotation policy: ${words}`,
      {
        operation: 'updateRotationPolicy',
        needs: 'an active key',
        call: (facade, hsm, name) => facade.updateRotationPolicy(hsm, name, policy),
      },
    ]),
  ),
}

export const badInput: fc.Arbitrary<StoryCommand> = fc
  .record({
    letter: LETTERS,
    about: KEY_TO_USE,
    bad: fc.constantFrom(...Object.entries(BAD_INPUTS)),
    isClosely: fc.boolean(),
  })
  .map(({ letter, about, bad: [words, { operation, needs, call, ...codes }], isClosely }) =>
    command({
      operation,
      sentence: `${words} (${inWords(about)}${isClosely ? ', watched closely' : ''})`,
      letter,
      about,
      isClosely,
      when: (hsm, _, { name }) => NEEDS[needs](hsm, name),
      question: (_, __, { name }) => ({
        expected: { refused: { ...BAD_PARAMETER.refused, ...codes } },
        ask: (facade, handle) => call(facade, handle, name),
      }),
    }),
  )

const NEEDS: Readonly<Record<BadInput['needs'], (hsm: ModelHsm, name: string) => boolean>> = {
  nothing: () => true,
  'an active key': isActive,
  'an active key that is not exportable': (hsm, name) =>
    isActive(hsm, name) && !isExportable(hsm, name),
  'an active key that is exportable': (hsm, name) => isActive(hsm, name) && isExportable(hsm, name),
  'room for a version': hasRoom,
  'room for a version in a Managed HSM': (hsm, name) =>
    hsm.profile === 'managed-hsm' && hasRoom(hsm, name),
}

function isActive(hsm: ModelHsm, name: string): boolean {
  return keyOf(hsm, name)?.state === 'active'
}

function isExportable(hsm: ModelHsm, name: string): boolean {
  return keyOf(hsm, name)?.versions.at(-1)?.exportable === true
}

function hasRoom(hsm: ModelHsm, name: string): boolean {
  const key = keyOf(hsm, name)
  if (key === undefined) return hsm.keys.size < hsm.limits.keys
  return key.state === 'active' && key.versions.length < hsm.limits.versions
}
