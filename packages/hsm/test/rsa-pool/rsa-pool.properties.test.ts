/** Whatever HSMs do with a pool: no fresh key comes twice, and under a seed nothing is other than without it. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  createHsm,
  createKey,
  createRsaPool,
  deleteKey,
  exportRsaPool,
  fillRsaPool,
  forkHsm,
  getKey,
  type Hsm,
  importRsaPool,
  purgeDeletedKey,
  rotateKey,
} from '../../src/index.ts'
import { runs } from '../runs.ts'

const FRESH = 12

const SEED = 'pool properties'

/** The most versions of a seeded key that a story comes to; its first incarnation alone is filled ahead. */
const VERSIONS = 4

const FILLED = (() => {
  const pool = createRsaPool()
  const seeded = ['a', 'b'].map((name) => ({ seed: SEED, name, versions: VERSIONS }))
  fillRsaPool(pool, [{ count: FRESH }, ...seeded])
  return exportRsaPool(pool)
})()

/** What was made at its place once is not made again. */
const known = importRsaPool(FILLED)

const HSM = fc.nat(3)
const NAME = fc.constantFrom('a', 'b')

const STORY = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ act: fc.constant('create'), hsm: HSM, name: NAME }) },
    { weight: 2, arbitrary: fc.record({ act: fc.constant('rotate'), hsm: HSM, name: NAME }) },
    { weight: 1, arbitrary: fc.record({ act: fc.constant('purge'), hsm: HSM, name: NAME }) },
    { weight: 1, arbitrary: fc.record({ act: fc.constant('fork'), hsm: HSM, name: NAME }) },
  ),
  { maxLength: FRESH },
)

type Act = (hsms: Hsm[], hsm: Hsm, name: string) => string | undefined

const ACTS: Readonly<Record<string, Act>> = {
  create: (_, hsm, name) => createKey(hsm, name, { kty: 'RSA' }).key.n,
  rotate: (_, hsm, name) => (has(hsm, name) ? rotateKey(hsm, name).key.n : undefined),
  purge: (_, hsm, name) => {
    if (has(hsm, name)) {
      deleteKey(hsm, name)
      purgeDeletedKey(hsm, name)
    }
    return undefined
  },
  fork: (hsms, hsm) => {
    hsms.push(forkHsm(hsm))
    return undefined
  },
}

const has = (hsm: Hsm, name: string): boolean => {
  try {
    getKey(hsm, name)
    return true
  } catch {
    return false
  }
}

type Story = readonly { readonly act: string; readonly hsm: number; readonly name: string }[]

function tell(story: Story, first: readonly Hsm[]): readonly (string | undefined)[] {
  const hsms = [...first]
  return story.map(({ act, hsm, name }) => ACTS[act]?.(hsms, hsms[hsm % hsms.length] as Hsm, name))
}

describe('any story of HSMs that share a pool', () => {
  it('gives no fresh key twice, to anybody', () => {
    fc.assert(
      fc.property(STORY, (story) => {
        const rsaPool = importRsaPool(FILLED)
        const hsms = [createHsm({ rsaPool }), createHsm({ rsaPool })]
        const given = tell(story, hsms).filter((n) => n !== undefined)
        expect(new Set(given).size).toBe(given.length)
        const missing = fillRsaPool(rsaPool, [{ count: FRESH }], { atMost: 0 })
        expect(missing).toBe(given.length)
      }),
      runs(100),
    )
  })

  it('gives a seeded HSM what it makes without', () => {
    fc.assert(
      fc.property(STORY, (story) => {
        // Without a pool each key takes its time.
        const short = story.slice(0, 4)
        const pooled = tell(short, [createHsm({ seed: SEED, rsaPool: known })])
        expect(pooled).toEqual(tell(short, [createHsm({ seed: SEED })]))
      }),
      runs(8),
    )
  })
})
