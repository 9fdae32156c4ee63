import { describe, expect, it } from 'vitest'
import type {
  Algorithm,
  AlgorithmNameFor,
  CryptographicOperation,
} from '../../src/algorithms/algorithm-rows.ts'
import {
  AES_ALGORITHMS,
  EC_ALGORITHMS,
  findAlgorithm,
  HMAC_ALGORITHMS,
  ML_DSA_ALGORITHMS,
  RSA_ALGORITHMS,
} from '../../src/algorithms/algorithms.ts'

const tables = [RSA_ALGORITHMS, EC_ALGORITHMS, AES_ALGORITHMS, HMAC_ALGORITHMS, ML_DSA_ALGORITHMS]
const rows = tables.flatMap((table): Algorithm[] => Object.values(table))

const RSA_ENCRYPTION = { RSA1_5: true, 'RSA-OAEP': true, 'RSA-OAEP-256': true } as const
const ENCRYPTION = {
  ...RSA_ENCRYPTION,
  ...({ A128GCM: true, A192GCM: true, A256GCM: true } as const),
  ...({ A128CBC: true, A192CBC: true, A256CBC: true } as const),
  ...({ A128CBCPAD: true, A192CBCPAD: true, A256CBCPAD: true } as const),
}
const KEY_WRAP = {
  ...RSA_ENCRYPTION,
  ...({ A128KW: true, A192KW: true, A256KW: true } as const),
  ...({ CKM_AES_KEY_WRAP: true, CKM_AES_KEY_WRAP_PAD: true } as const),
}
const SIGNATURE = {
  ...({ RS256: true, RS384: true, RS512: true, RSNULL: true } as const),
  ...({ PS256: true, PS384: true, PS512: true } as const),
  ...({ ES256: true, ES384: true, ES512: true, ES256K: true } as const),
  ...({ HS256: true, HS384: true, HS512: true } as const),
  ...({ 'ML-DSA-44': true, 'ML-DSA-65': true, 'ML-DSA-87': true } as const),
}

describe('the algorithm tables', () => {
  it('have the names of the service, and no others', () => {
    expect(rows.map(({ alg }) => alg).sort()).toEqual(
      [
        ...['A128CBC', 'A128CBCPAD', 'A128GCM', 'A128KW', 'A192CBC', 'A192CBCPAD', 'A192GCM'],
        ...['A192KW', 'A256CBC', 'A256CBCPAD', 'A256GCM', 'A256KW', 'CKM_AES_KEY_WRAP'],
        ...['CKM_AES_KEY_WRAP_PAD', 'ES256', 'ES256K', 'ES384', 'ES512', 'HS256', 'HS384'],
        ...[
          'HS512',
          'ML-DSA-44',
          'ML-DSA-65',
          'ML-DSA-87',
          'PS256',
          'PS384',
          'PS512',
          'RS256',
          'RS384',
          'RS512',
          'RSA-OAEP',
        ],
        ...['RSA-OAEP-256', 'RSA1_5', 'RSNULL'],
      ].sort(),
    )
  })

  it.each(rows)('$alg is found by its name and is frozen', (row) => {
    expect(findAlgorithm(row.alg)).toBe(row)
    expect(Object.isFrozen(row) && Object.isFrozen(row.operations)).toBe(true)
  })

  it('cannot be added to', () => {
    expect(tables.every(Object.isFrozen)).toBe(true)
  })

  it.each(['constructor', '__proto__', 'toString', '', 'es256', 'ES256 '])(
    'have no row named %j',
    (name) => {
      expect(findAlgorithm(name)).toBeUndefined()
    },
  )

  it.each([undefined, null, 5, ['ES256'], { toString: () => 'ES256' }])(
    'have no row for %j, which is not a string',
    (name) => {
      expect(findAlgorithm(name as unknown as string)).toBeUndefined()
    },
  )
})

/** Every name of `AlgorithmNameFor`: the compiler rejects a missing one and one too many. */
const NAMES: {
  readonly [Operation in CryptographicOperation]: Readonly<
    Record<AlgorithmNameFor<Operation>, true>
  >
} = {
  encrypt: ENCRYPTION,
  decrypt: ENCRYPTION,
  sign: SIGNATURE,
  verify: SIGNATURE,
  wrapKey: KEY_WRAP,
  unwrapKey: KEY_WRAP,
}

describe('AlgorithmNameFor', () => {
  it.each(Object.entries(NAMES))('names the algorithms that support %s', (operation, names) => {
    const supporting = rows.filter(({ operations }) =>
      (operations as readonly string[]).includes(operation),
    )
    expect(Object.keys(names).sort()).toEqual(supporting.map(({ alg }) => alg).sort())
  })
})
