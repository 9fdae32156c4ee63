/**
 * Stories of HSMs, told to a small model and to the engine at once: whatever is asked, both answer the same.
 *
 * A story that fails is shrunk and printed with a seed, a path and a replayPath. To tell it again:
 * `REPLAY='<seed> <path> <replayPath>' npx vitest run --project hsm facade.model -t managed-hsm`
 */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as facade from '../../src/index.ts'
import { everyStory } from '../model/stories.ts'
import { runs } from '../runs.ts'

const [seed, path, replayPath] = process.env['REPLAY']?.split(' ') ?? []

/** With `SLOW=1` there are a hundred times as many stories. */
const AN_HOUR = 3_600_000

/** What the stories must come to, or their agreement means little: most of it comes hundreds of times. */
const ANSWERS = [
  'backupKey: 404 KeyNotFound',
  'backupKey: done',
  'createKey: 400 BadParameter',
  'createKey: 403 Forbidden',
  'createKey: 409 Conflict ObjectIsBeingDeleted',
  'createKey: 409 Conflict ObjectIsDeletedButRecoverable',
  'createKey: done',
  'decrypt: 400 BadParameter',
  'decrypt: 404 KeyNotFound',
  'decrypt: done',
  'deleteKey: 404 KeyNotFound',
  'deleteKey: done',
  'encrypt: 403 Forbidden KeyDisabled',
  'encrypt: 403 Forbidden KeyExpired',
  'encrypt: 403 Forbidden KeyNotYetValid',
  'encrypt: 403 Forbidden KeyOperationForbidden',
  'encrypt: done',
  'getDeletedKey: 404 KeyNotFound',
  'getDeletedKey: done',
  'getKey: 400 BadParameter',
  'getKey: 404 KeyNotFound',
  'getKey: done',
  'getRandomBytes: 400 BadParameter',
  'getRandomBytes: done',
  'getRotationPolicy: 404 KeyNotFound',
  'getRotationPolicy: done',
  'importKey: 400 BadParameter',
  'importKey: 403 Forbidden',
  'importKey: done',
  'listDeletedKeys: 400 BadParameter',
  'listDeletedKeys: done',
  'listKeyVersions: done',
  'listKeys: 400 BadParameter',
  'listKeys: done',
  'purgeDeletedKey: 403 Forbidden',
  'purgeDeletedKey: 404 KeyNotFound',
  'purgeDeletedKey: 409 Conflict ObjectIsBeingDeleted',
  'purgeDeletedKey: done',
  'recoverDeletedKey: 404 KeyNotFound',
  'recoverDeletedKey: 409 Conflict ObjectIsBeingDeleted',
  'recoverDeletedKey: done',
  'restoreKey: 400 MalformedBackupBlob',
  'restoreKey: 409 Conflict',
  'restoreKey: done',
  'rotateKey: 403 Forbidden',
  'rotateKey: 404 KeyNotFound',
  'rotateKey: done',
  'secureUnwrapKey: 400 BadParameter',
  'secureUnwrapKey: 403 Forbidden',
  'secureUnwrapKey: 403 Forbidden AccessDenied',
  'secureUnwrapKey: 404 KeyNotFound',
  'secureUnwrapKey: done',
  'secureWrapKey: 400 BadParameter',
  'secureWrapKey: 403 Forbidden KeyDisabled',
  'secureWrapKey: 403 Forbidden KeyOperationForbidden',
  'secureWrapKey: 404 KeyNotFound',
  'secureWrapKey: done',
  'sign: 403 Forbidden KeyDisabled',
  'sign: 403 Forbidden KeyExpired',
  'sign: 403 Forbidden KeyNotYetValid',
  'sign: 403 Forbidden KeyOperationForbidden',
  'sign: 404 KeyNotFound',
  'sign: done',
  'unwrapKey: 400 BadParameter',
  'unwrapKey: 404 KeyNotFound',
  'unwrapKey: done',
  'updateKey: 400 BadParameter',
  'updateKey: 404 KeyNotFound',
  'updateKey: done',
  'updateRotationPolicy: 400 BadParameter',
  'updateRotationPolicy: 404 KeyNotFound',
  'updateRotationPolicy: done',
  'verify: 404 KeyNotFound',
  'verify: done',
  'wrapKey: 403 Forbidden KeyDisabled',
  'wrapKey: done',
]

describe('whatever is asked, an HSM answers as the model foretells:', () => {
  const tally = new Map<string, number>()

  it.each([
    ['managed-hsm', 700],
    ['vault-premium', 300],
  ] as const)(
    '%s',
    (profile, count) => {
      const again = seed && path && { seed: Number(seed), path, endOnFailure: true }
      const story = everyStory({ facade, profile, tally, replayPath })
      fc.assert(story, { ...runs(count), ...(again || {}) })
    },
    AN_HOUR,
  )

  it('every answer, in all the stories together', () => {
    expect(ANSWERS.filter((answer) => !tally.has(answer))).toEqual([])
  })
})
