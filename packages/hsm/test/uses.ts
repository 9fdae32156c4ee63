/** What every cryptographic operation does alike: find the version, admit it, find an algorithm that fits. */

import { describe, expect, it } from 'vitest'
import {
  createKey,
  deleteKey,
  type Hsm,
  importKey,
  type KeyOperation,
  purgeDeletedKey,
  updateKey,
} from '../src/index.ts'
import { rsaJwk } from './known-keys.ts'
import {
  badParameter,
  forbidden,
  itRefuses,
  keyNotFound,
  MISSING,
  refusalOf,
  worded,
} from './refusal.ts'
import { BASE_URL, DAY, PROFILES, START, testHsm } from './test-hsm.ts'

export type Use = 'encrypt' | 'decrypt' | 'sign' | 'verify' | 'wrapKey' | 'unwrapKey'

const USES: readonly Use[] = ['encrypt', 'decrypt', 'sign', 'verify', 'wrapKey', 'unwrapKey']

/** Every algorithm, by the type of its keys and what it serves. */
export const ALGORITHMS: readonly {
  readonly kty: 'RSA' | 'EC' | 'oct'
  readonly serves: readonly Use[]
  readonly algs: readonly string[]
}[] = [
  {
    kty: 'RSA',
    serves: ['encrypt', 'decrypt', 'wrapKey', 'unwrapKey'],
    algs: ['RSA1_5', 'RSA-OAEP', 'RSA-OAEP-256'],
  },
  {
    kty: 'RSA',
    serves: ['sign', 'verify'],
    algs: ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'RSNULL'],
  },
  { kty: 'EC', serves: ['sign', 'verify'], algs: ['ES256', 'ES384', 'ES512', 'ES256K'] },
  {
    kty: 'oct',
    serves: ['encrypt', 'decrypt'],
    algs: ['GCM', 'CBC', 'CBCPAD'].flatMap((mode) => [128, 192, 256].map((n) => `A${n}${mode}`)),
  },
  {
    kty: 'oct',
    serves: ['wrapKey', 'unwrapKey'],
    algs: ['A128KW', 'A192KW', 'A256KW', 'CKM_AES_KEY_WRAP', 'CKM_AES_KEY_WRAP_PAD'],
  },
  { kty: 'oct', serves: ['sign', 'verify'], algs: ['HS256', 'HS384', 'HS512'] },
]

/** An operation to try on the known RSA key of 2048 bits, which every profile takes. */
export interface UseUnderTest {
  readonly use: Use
  /** An algorithm of RSA that serves it. */
  readonly alg: string
  /** Asks a question whose answer is good, but for what `parameters` replace. */
  readonly ask: (hsm: Hsm, key: string, parameters?: object) => unknown
  /** Members of the question that must be bytes. */
  readonly bytes: readonly string[]
}

export function itGuards(tested: UseUnderTest): void {
  describe('finds the key', () => itFinds(tested))
  describe('asks whether the key may', () => itAdmits(tested))
  describe('asks whether the algorithm fits', () => itFits(tested))
}

function withKey(hsm: Hsm, keyOps?: readonly KeyOperation[]): void {
  importKey(hsm, 'k', rsaJwk(), keyOps === undefined ? {} : { keyOps })
}

function itFinds({ ask }: UseUnderTest): void {
  const unknown = 'f'.repeat(32)

  it('by name, by name and version, and by identifier', () => {
    const { hsm } = testHsm()
    const { key } = importKey(hsm, 'K', rsaJwk())
    const version = key.kid.split('/').at(-1)
    for (const reference of ['K', 'k', `k/${version}`, `K/`, key.kid, `${BASE_URL}/keys/k`]) {
      expect(() => ask(hsm, reference)).not.toThrow()
    }
  })

  itRefuses('a name that nobody has', (hsm) => () => ask(hsm, 'nobody'), keyNotFound('nobody'))
  itRefuses(
    'a version that the key does not have',
    (hsm) => {
      withKey(hsm)
      return () => ask(hsm, `k/${unknown}`)
    },
    keyNotFound(`k/${unknown}`),
  )
  itRefuses(
    'a deleted key',
    (hsm) => {
      withKey(hsm)
      deleteKey(hsm, 'k')
      return () => ask(hsm, 'k')
    },
    keyNotFound('k'),
  )
  itRefuses(
    'a purged key',
    (hsm) => {
      withKey(hsm)
      deleteKey(hsm, 'k')
      purgeDeletedKey(hsm, 'k')
      return () => ask(hsm, 'k')
    },
    keyNotFound('k'),
  )
  itRefuses(
    'a deleted key whose retention has passed',
    (hsm, clock) => {
      withKey(hsm)
      deleteKey(hsm, 'k')
      clock.seconds += 90 * DAY
      return () => ask(hsm, 'k')
    },
    keyNotFound('k'),
  )
  itRefuses(
    'an invalid name',
    (hsm) => () => ask(hsm, 'a_b'),
    badParameter('The request URI contains an invalid name: a_b'),
  )
}

function itAdmits({ use, ask }: UseUnderTest): void {
  const opens = use === 'decrypt' || use === 'verify' || use === 'unwrapKey'
  const disabled = forbidden(`Operation ${use} is not allowed on a disabled key.`, 'KeyDisabled')
  const notPermitted = forbidden(
    `Operation ${use} is not permitted on this key.`,
    'KeyOperationForbidden',
  )
  const early = forbidden(
    `Operation ${use} is not allowed on a key that is not yet valid.`,
    'KeyNotYetValid',
  )
  const expired = forbidden(`Operation ${use} is not allowed on an expired key.`, 'KeyExpired')

  itRefuses(
    'a disabled key',
    (hsm) => {
      withKey(hsm)
      updateKey(hsm, 'k', { attributes: { enabled: false } })
      return () => ask(hsm, 'k')
    },
    disabled,
  )
  itRefuses(
    'a key that may do everything else',
    (hsm) => {
      withKey(
        hsm,
        USES.filter((other) => other !== use),
      )
      return () => ask(hsm, 'k')
    },
    notPermitted,
  )
  itRefuses(
    'a key that may do nothing',
    (hsm) => {
      withKey(hsm)
      updateKey(hsm, 'k', { keyOps: [] })
      return () => ask(hsm, 'k')
    },
    notPermitted,
  )
  itRefuses(
    'a key that only brings other keys in',
    (hsm) => {
      importKey(hsm, 'k', { ...rsaJwk(), kty: 'RSA-HSM' }, { keyOps: ['import'] })
      return () => ask(hsm, 'k')
    },
    notPermitted,
    { profiles: ['managed-hsm', 'vault-premium'] },
  )
  itRefuses(
    'a disabled key as such, also outside its window and without permission',
    (hsm) => {
      withKey(hsm)
      updateKey(hsm, 'k', { keyOps: [], attributes: { enabled: false, exp: 1 } })
      return () => ask(hsm, 'k', { alg: 'none' })
    },
    disabled,
  )
  itRefuses(
    'a key outside its window as such before its permission and the algorithm',
    (hsm) => {
      withKey(hsm)
      updateKey(hsm, 'k', { keyOps: [], attributes: { exp: 1 } })
      return () => ask(hsm, 'k', { alg: 'none' })
    },
    opens ? notPermitted : expired,
  )

  it('works with nothing permitted but this', () => {
    const { hsm } = testHsm()
    withKey(hsm, [use])
    expect(() => ask(hsm, 'k')).not.toThrow()
  })

  describe.each(PROFILES)('at the edges of the window (%s)', (profile) => {
    /** The refusal at an instant, or nothing. */
    const at = (seconds: number) => {
      const { hsm, clock } = testHsm({ profile })
      const attributes = { nbf: START + 100, exp: START + 200 }
      importKey(hsm, 'k', rsaJwk(), { attributes })
      clock.seconds = seconds
      try {
        ask(hsm, 'k')
        return undefined
      } catch {
        return refusalOf(() => ask(hsm, 'k'))
      }
    }

    it(`${opens ? 'works' : 'refuses'} in the second before nbf`, () => {
      expect(at(START + 99)).toEqual(opens ? undefined : worded(early, profile))
    })

    it('works at nbf', () => {
      expect(at(START + 100)).toBeUndefined()
    })

    it('works in the second before exp', () => {
      expect(at(START + 199)).toBeUndefined()
    })

    it(`${opens ? 'works' : 'refuses'} at exp`, () => {
      expect(at(START + 200)).toEqual(opens ? undefined : worded(expired, profile))
    })
  })

  it('looks at the attributes of the version that is asked for', () => {
    const { hsm } = testHsm()
    const { key } = importKey(hsm, 'k', rsaJwk())
    importKey(hsm, 'k', rsaJwk(), { attributes: { enabled: false } })
    expect(() => ask(hsm, key.kid)).not.toThrow()
    expect(refusalOf(() => ask(hsm, 'k')).innerCode).toBe('KeyDisabled')
  })
}

function itFits({ use, ask, alg, bytes }: UseUnderTest): void {
  const vault = { profiles: ['vault-standard'] } as const
  const asked = (parameters: object) => (hsm: Hsm) => {
    withKey(hsm)
    return () => ask(hsm, 'k', parameters)
  }

  const missing = badParameter(`The option "alg" of ${use} is missing.`)
  itRefuses('a missing algorithm', asked({ alg: undefined }), missing)
  itRefuses('an algorithm that is null', asked({ alg: null }), missing, vault)
  itRefuses('an empty algorithm', asked({ alg: '' }), MISSING, vault)
  itRefuses(
    'an algorithm that is a number',
    asked({ alg: 7 }),
    badParameter(`The option "alg" of ${use} must be a string, not a number.`),
    vault,
  )
  it('refuses a misspelt option, and names the right one', () => {
    const { hsm } = testHsm({ profile: 'vault-standard' })
    withKey(hsm)
    expect(refusalOf(() => ask(hsm, 'k', { algorithm: alg })).message).toMatch(
      new RegExp(
        `^Unknown option "algorithm" of ${use}\\. Did you mean "alg"\\? The options are: `,
      ),
    )
  })
  for (const unknown of ['none', 'A256CBC-HS512', 'ECDSA256', 'EdDSA', 'toString', '__proto__']) {
    itRefuses(
      `the unknown algorithm ${unknown}`,
      asked({ alg: unknown }),
      badParameter(`Unknown algorithm: ${unknown}`),
      vault,
    )
  }
  itRefuses(
    'an algorithm in other letters',
    asked({ alg: alg.toLowerCase() }),
    badParameter(`Unknown algorithm: ${alg.toLowerCase()}`),
  )
  itRefuses('a question that is null', asked({ alg: undefined, value: null }), missing, vault)

  const others = ALGORITHMS.filter(({ serves }) => !serves.includes(use))
  it.each(others.flatMap(({ algs }) => algs))(`refuses %s, which does not ${use}`, (other) => {
    const { hsm } = testHsm({ profile: 'vault-standard' })
    withKey(hsm)
    expect(refusalOf(() => ask(hsm, 'k', { alg: other }))).toEqual(
      badParameter(`Algorithm ${other} cannot be used to ${use}.`),
    )
  })

  for (const [kty, made, keyOps] of [
    ['RSA', 'RSA-HSM', USES],
    ['oct', 'oct-HSM', USES],
  ] as const) {
    const foreign = ALGORITHMS.filter((row) => row.serves.includes(use) && row.kty !== kty)
    it.each(foreign.flatMap(({ algs }) => algs))(
      `refuses %s with a key of type ${made}`,
      (other) => {
        const { hsm } = testHsm()
        if (kty === 'RSA') withKey(hsm, keyOps)
        else createKey(hsm, 'k', { kty, keyOps })
        expect(refusalOf(() => ask(hsm, 'k', { alg: other }))).toEqual(
          worded(
            badParameter(`Algorithm ${other} cannot be used with a key of type ${made}.`),
            'managed-hsm',
          ),
        )
      },
    )
  }

  for (const name of bytes) {
    itRefuses(
      `a missing ${name}`,
      asked({ [name]: undefined }),
      badParameter(`The option "${name}" of ${use} is missing.`),
    )
    itRefuses(
      `a ${name} that is null`,
      asked({ [name]: null }),
      badParameter(`The option "${name}" of ${use} is missing.`),
      vault,
    )
    it.each([
      ['AAAA', 'a string'],
      [[1, 2], 'an array'],
      [new ArrayBuffer(8), 'an object'],
      [new Uint16Array(8), 'an object'],
      [Promise.resolve(new Uint8Array(8)), 'a Promise'],
    ])(`refuses a ${name} that is %o`, (value, kind) => {
      const { hsm } = testHsm({ profile: 'vault-standard' })
      withKey(hsm)
      expect(refusalOf(() => ask(hsm, 'k', { [name]: value }))).toEqual(
        badParameter(`The option "${name}" of ${use} must be a Uint8Array, not ${kind}.`),
      )
    })
  }
}
