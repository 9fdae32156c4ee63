/** Any sequence of commands, for properties: each answers a value to compare, or the code of its refusal. */

import { createHash } from 'node:crypto'
import fc from 'fast-check'
import {
  backupKey,
  createKey,
  deleteKey,
  encrypt,
  getDeletedKey,
  getKey,
  getRandomBytes,
  getRotationPolicy,
  type Hsm,
  HsmError,
  importKey,
  listDeletedKeys,
  listKeys,
  listKeyVersions,
  purgeDeletedKey,
  recoverDeletedKey,
  restoreKey,
  rotateKey,
  sign,
  updateKey,
  updateRotationPolicy,
} from '../src/index.ts'
import { octJwk } from './known-keys.ts'
import { DAY, type TestClock } from './test-hsm.ts'

/** Where a sequence takes place. */
export interface Scene {
  readonly hsm: Hsm
  readonly clock: TestClock
  /** The last backup of each name. */
  readonly backups: Map<string, Uint8Array>
}

/** One command. */
export interface Step {
  /** For the report of a failure. */
  readonly toString: () => string
  readonly run: (scene: Scene) => unknown
}

const DIGEST = new Uint8Array(32).fill(7)

const bytesHashed = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

type OnKey = (hsm: Hsm, name: string, scene: Scene) => unknown

const rotateAfter = (timeAfterCreate: string) => ({
  lifetimeActions: [{ trigger: { timeAfterCreate }, action: { type: 'Rotate' } }],
  attributes: { expiryTime: 'P60D' },
})

const ON_KEYS: Readonly<Record<string, OnKey>> = {
  'create EC': (hsm, name) => createKey(hsm, name, { kty: 'EC' }),
  'create oct': (hsm, name) => createKey(hsm, name, { kty: 'oct' }),
  import: (hsm, name) => importKey(hsm, name, octJwk()),
  get: (hsm, name) => getKey(hsm, name),
  tag: (hsm, name) => updateKey(hsm, name, { tags: { seen: 'yes' } }),
  disable: (hsm, name) => updateKey(hsm, name, { attributes: { enabled: false } }),
  rotate: (hsm, name) => rotateKey(hsm, name),
  'rotate by policy': (hsm, name) => updateRotationPolicy(hsm, name, rotateAfter('P30D')),
  'rotate yearly': (hsm, name) => updateRotationPolicy(hsm, name, rotateAfter('P1Y')),
  'get policy': (hsm, name) => getRotationPolicy(hsm, name),
  sign: (hsm, name) => sign(hsm, name, { alg: 'ES256', value: DIGEST }),
  encrypt: (hsm, name) => encrypt(hsm, name, { alg: 'A256GCM', value: DIGEST }),
  'list versions': (hsm, name) => listKeyVersions(hsm, name),
  delete: (hsm, name) => deleteKey(hsm, name),
  'get deleted': (hsm, name) => getDeletedKey(hsm, name),
  recover: (hsm, name) => recoverDeletedKey(hsm, name),
  purge: (hsm, name) => purgeDeletedKey(hsm, name),
  'back up': (hsm, name, { backups }) => {
    const backup = backupKey(hsm, name)
    backups.set(name, backup)
    return bytesHashed(backup)
  },
  restore: (hsm, name, { backups }) => {
    const backup = backups.get(name)
    return backup && restoreKey(hsm, backup)
  },
}

const ON_ALL: Readonly<Record<string, (hsm: Hsm) => unknown>> = {
  'list keys': (hsm) => listKeys(hsm),
  'list deleted keys': (hsm) => listDeletedKeys(hsm),
  'draw bytes': (hsm) => getRandomBytes(hsm, 16),
}

/** A command on one of these keys. */
export const stepOn = (...names: readonly string[]): fc.Arbitrary<Step> =>
  fc
    .tuple(fc.constantFrom(...Object.entries(ON_KEYS)), fc.constantFrom(...names))
    .map(([[words, run], name]) => ({
      toString: () => `${words} ${name}`,
      run: (scene) => run(scene.hsm, name, scene),
    }))

/** A command on no key, whose answer depends on all of them. */
export const stepOnAll: fc.Arbitrary<Step> = fc
  .constantFrom(...Object.entries(ON_ALL))
  .map(([words, run]) => ({ toString: () => words, run: ({ hsm }) => run(hsm) }))

const SPANS = [1, 3600, DAY, 10 * DAY, 40 * DAY, 400 * DAY, 3650 * DAY]

/** Time passes, or goes back. */
export const jump = (...directions: readonly (1 | -1)[]): fc.Arbitrary<Step> =>
  fc.tuple(fc.constantFrom(...SPANS), fc.constantFrom(...directions)).map(([span, direction]) => ({
    toString: () => `jump ${(direction * span) / DAY} days`,
    run: ({ clock }) => {
      clock.seconds = Math.max(0, clock.seconds + direction * span)
    },
  }))

/** Does it: the answer, or what the refusal says. */
export function perform({ run }: Step, scene: Scene): unknown {
  try {
    return run(scene)
  } catch (error) {
    if (error instanceof HsmError) return `${error.status} ${error.code} ${error.message}`
    throw error
  }
}
