import { describe, expect, it } from 'vitest'
import {
  AES_ALGORITHMS,
  EC_ALGORITHMS,
  findAlgorithm,
  HMAC_ALGORITHMS,
  RSA_ALGORITHMS,
} from '../../src/algorithms/algorithms.ts'

const tables = [RSA_ALGORITHMS, EC_ALGORITHMS, AES_ALGORITHMS, HMAC_ALGORITHMS]
const rows = tables.flatMap((table) => Object.values(table))

describe('the algorithm tables', () => {
  it('name what the service names, and no more', () => {
    expect(rows.map(({ alg }) => alg).sort()).toEqual(
      [
        ...['A128CBC', 'A128CBCPAD', 'A128GCM', 'A128KW', 'A192CBC', 'A192CBCPAD', 'A192GCM'],
        ...['A192KW', 'A256CBC', 'A256CBCPAD', 'A256GCM', 'A256KW', 'CKM_AES_KEY_WRAP'],
        ...['CKM_AES_KEY_WRAP_PAD', 'ES256', 'ES256K', 'ES384', 'ES512', 'HS256', 'HS384'],
        ...['HS512', 'PS256', 'PS384', 'PS512', 'RS256', 'RS384', 'RS512', 'RSA-OAEP'],
        ...['RSA-OAEP-256', 'RSA1_5', 'RSNULL'],
      ].sort(),
    )
  })

  it.each(rows)('$alg is found by its name and cannot be changed', (row) => {
    expect(findAlgorithm(row.alg)).toBe(row)
    expect(Object.isFrozen(row) && Object.isFrozen(row.operations)).toBe(true)
  })

  it('cannot be added to', () => {
    expect(tables.every(Object.isFrozen)).toBe(true)
  })

  it.each(['constructor', '__proto__', 'toString', '', 'es256', 'ES256 '])(
    'find nothing under %j',
    (name) => {
      expect(findAlgorithm(name)).toBeUndefined()
    },
  )
})
