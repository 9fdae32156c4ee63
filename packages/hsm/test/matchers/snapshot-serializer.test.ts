/** What snapshots hold: the same text in each run, and nothing secret. */

import { describe, expect, it } from 'vitest'
import {
  createHsm,
  createKey,
  deleteKey,
  getKey,
  type Hsm,
  HsmError,
  importKey,
} from '../../src/index.ts'
import { hsmSnapshotSerializer } from '../../src/matchers/index.ts'
import { octJwk } from '../known-keys.ts'
import { errorOf } from '../refusal.ts'
import { testHsm } from '../test-hsm.ts'

expect.addSnapshotSerializer(hsmSnapshotSerializer)

const unseeded = (): Hsm => {
  const hsm = createHsm({ clock: () => 1_700_000_000_000 })
  createKey(hsm, 'orders', { kty: 'EC-HSM' })
  createKey(hsm, 'orders', { kty: 'EC-HSM' })
  deleteKey(hsm, 'orders')
  return hsm
}

/** The print of a test runner, without its colours: enough to compare. */
const printed = (value: unknown): string =>
  hsmSnapshotSerializer.serialize(value, {}, '', 0, [], (content) => JSON.stringify(content))

describe('the snapshot serializer', () => {
  it('prints an HSM without a seed the same in each run', () => {
    expect(printed(unseeded())).toBe(printed(unseeded()))
    expect(unseeded()).toMatchInlineSnapshot(`
      Hsm {
        "baseUrl": "https://pocket.managedhsm.azure.net",
        "keys": [
          {
            "deletedDate": 1700000000,
            "name": "orders",
            "scheduledPurgeDate": 1707776000,
            "state": "deleted",
            "versions": [
              {
                "attributes": {
                  "created": 1700000000,
                  "enabled": true,
                  "exportable": false,
                  "updated": 1700000000,
                },
                "crv": "P-256",
                "keyOps": [
                  "sign",
                  "verify",
                ],
                "kty": "EC-HSM",
                "thumbprint": "<thumbprint>",
                "version": "<version 1>",
              },
              {
                "attributes": {
                  "created": 1700000000,
                  "enabled": true,
                  "exportable": false,
                  "updated": 1700000000,
                },
                "crv": "P-256",
                "keyOps": [
                  "sign",
                  "verify",
                ],
                "kty": "EC-HSM",
                "thumbprint": "<thumbprint>",
                "version": "<version 2>",
              },
            ],
          },
        ],
        "profile": "managed-hsm",
        "purgeProtection": false,
        "settlingSeconds": 0,
        "softDeleteRetentionDays": 90,
        "strict": false,
      }
    `)
  })

  it('prints the identifiers of a seeded HSM as they are', () => {
    const { hsm } = testHsm()
    const { kid } = createKey(hsm, 'orders', { kty: 'EC-HSM' }).key
    expect(printed(hsm)).toContain(kid.slice(-32))
  })

  it('prints an HSM inside another value', () => {
    expect({ hsm: createHsm({ clock: () => 0 }) }).toMatchInlineSnapshot(`
      {
        "hsm": Hsm {
          "baseUrl": "https://pocket.managedhsm.azure.net",
          "keys": [],
          "profile": "managed-hsm",
          "purgeProtection": false,
          "settlingSeconds": 0,
          "softDeleteRetentionDays": 90,
          "strict": false,
        },
      }
    `)
  })

  it('prints an error without the GUID of its activity', () => {
    const error = errorOf(() => getKey(createHsm(), 'nobody'))
    expect(error.message).toContain(error.activityId)
    expect(printed(error)).not.toContain(error.activityId)
    expect(error).toMatchInlineSnapshot(`
      HsmError {
        "code": "KeyNotFound",
        "message": "Key not found: https://pocket.managedhsm.azure.net/keys/nobody (Activity ID: <activity ID>)",
        "status": 404,
      }
    `)
  })

  it('prints the inner code of an error that has one', () => {
    const error = new HsmError({
      status: 403,
      code: 'Forbidden',
      innerCode: 'KeyDisabled',
      message: 'No.',
    })
    expect(printed(error)).toBe(
      'HsmError {"status":403,"code":"Forbidden","innerCode":"KeyDisabled","message":"No."}',
    )
  })

  it('prints nothing of a symmetric key', () => {
    const hsm = createHsm()
    importKey(hsm, 'content', octJwk())
    expect(printed(hsm)).not.toContain(octJwk().k)
    expect(printed(hsm)).not.toContain('thumbprint')
  })

  it.each([
    ['a bundle', () => createKey(createHsm(), 'a', { kty: 'EC-HSM' })],
    [
      'an object that looks like an HSM',
      () => ({ baseUrl: 'https://x.test', profile: 'managed-hsm' }),
    ],
    ['another error', () => new Error('no')],
    ['null', () => null],
    ['text', () => 'hsm'],
  ])('leaves %s to others', (_, value) => {
    expect(hsmSnapshotSerializer.test(value())).toBe(false)
  })
})
