/** The keys that an HSM in the page begins with. */

import type { HsmFixture, KeyFixture } from 'pocket-hsm'
import type { StartChoice } from './source.ts'

const DAY = 86_400

/** Rotates so many days after its creation, and lives for so many. */
const rotation = (days: number, lifeDays: number) => ({
  lifetimeActions: [
    { trigger: { timeAfterCreate: `P${days}D` }, action: { type: 'Rotate' as const } },
  ],
  attributes: { expiryTime: `P${lifeDays}D` },
})

/** Keys in every condition of their lives, at an instant in Unix seconds. */
export function exampleFixture(profile: StartChoice['profile'], now: number): HsmFixture {
  const hasHsm = profile !== 'vault-standard'
  const EC = hasHsm ? 'EC-HSM' : 'EC'
  const RSA = hasHsm ? 'RSA-HSM' : 'RSA'
  const ago = (days: number) => now - Math.round(days * DAY)
  const inDays = (days: number) => now + Math.round(days * DAY)
  const symmetric: readonly KeyFixture[] =
    profile === 'managed-hsm'
      ? [
          {
            name: 'invoice-archive',
            versions: [
              { kty: 'oct-HSM', keySize: 256, created: ago(40), tags: { team: 'billing' } },
            ],
          },
        ]
      : []
  return {
    profile,
    seed: 'the console',
    now,
    keys: [
      {
        name: 'orders-signing',
        versions: [
          { kty: EC, created: ago(250), tags: { team: 'shop', env: 'prod' } },
          { kty: EC, created: ago(150), tags: { team: 'shop', env: 'prod' } },
          {
            kty: EC,
            created: ago(60),
            attributes: { exp: inDays(120) },
            tags: { team: 'shop', env: 'prod' },
          },
        ],
        rotationPolicy: rotation(90, 180),
      },
      ...symmetric,
      {
        name: 'tenant-kek',
        versions: [
          {
            kty: RSA,
            keySize: 2048,
            created: ago(200),
            keyOps: ['wrapKey', 'unwrapKey', 'encrypt', 'decrypt'],
            tags: { env: 'prod' },
          },
        ],
      },
      {
        name: 'release-2027',
        versions: [
          {
            kty: EC,
            crv: 'P-384',
            created: ago(5),
            attributes: { nbf: inDays(21), exp: inDays(400) },
          },
        ],
      },
      {
        name: 'webhook-signing',
        versions: [
          {
            kty: EC,
            created: ago(350),
            attributes: { exp: inDays(12) },
            tags: { team: 'integrations' },
          },
        ],
      },
      {
        name: 'legacy-tls',
        versions: [{ kty: EC, created: ago(500), attributes: { exp: ago(20) } }],
      },
      {
        name: 'staging-signing',
        versions: [
          { kty: EC, created: ago(30), attributes: { enabled: false }, tags: { env: 'staging' } },
        ],
      },
      {
        name: 'old-payments',
        versions: [
          { kty: EC, created: ago(700) },
          { kty: EC, created: ago(300) },
        ],
        deletedDate: ago(25),
      },
    ],
  }
}

const MANY = 10_000

/** Ten thousand keys, for seeing how the list behaves. */
export function manyKeysFixture(profile: StartChoice['profile'], now: number): HsmFixture {
  const teams = ['shop', 'billing', 'ledger', 'mail']
  return {
    profile,
    limits: { keys: 2 * MANY },
    seed: 'many keys',
    now,
    keys: Array.from({ length: MANY }, (_, index) => ({
      name: `key-${String(index).padStart(5, '0')}`,
      versions: [
        {
          // A symmetric key takes the least time.
          kty: profile === 'managed-hsm' ? 'oct-HSM' : 'EC',
          created: now - (MANY - index) * 600,
          ...(index % 7 === 0 && { attributes: { exp: now + (index + 1) * 3600 } }),
          tags: { team: teams[index % teams.length] ?? 'shop' },
        },
      ],
    })),
  }
}
