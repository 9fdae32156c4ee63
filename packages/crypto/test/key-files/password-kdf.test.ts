import { describe, expect, it } from 'vitest'
import { describeExcess, type PasswordKdf } from '../../src/key-files/password-kdf.ts'

const salt = new Uint8Array(8)
const pbkdf2 =
  (hash: 'SHA-1' | 'SHA-224' | 'SHA-256' | 'SHA-384' | 'SHA-512') => (iterations: number) =>
    ({ kdf: 'pbkdf2', salt, iterations, hash }) as const
const pkcs12 = (iterations: number) => ({ kdf: 'pkcs12', salt, iterations, ivLength: 8 }) as const
const scrypt = (cost: number, blockSize: number, parallelization: number) =>
  ({ kdf: 'scrypt', salt, cost, blockSize, parallelization }) as const

describe('the bound on iterations', () => {
  it.each([
    ['HMAC-SHA-1 and a key of 16 bytes, one block', pbkdf2('SHA-1'), 16, 2_000_000],
    ['HMAC-SHA-1 and a key of 24 bytes, two blocks', pbkdf2('SHA-1'), 24, 1_000_000],
    ['HMAC-SHA-1 and a key of 32 bytes, two blocks', pbkdf2('SHA-1'), 32, 1_000_000],
    ['HMAC-SHA-224 and a key of 32 bytes, two blocks', pbkdf2('SHA-224'), 32, 600_000],
    ['HMAC-SHA-256 and a key of 32 bytes, one block', pbkdf2('SHA-256'), 32, 1_200_000],
    ['HMAC-SHA-384 and a key of 32 bytes, one block', pbkdf2('SHA-384'), 32, 450_000],
    ['HMAC-SHA-512 and a key of 32 bytes, one block', pbkdf2('SHA-512'), 32, 450_000],
    ['PKCS#12, a key of 24 bytes and an IV, three blocks', pkcs12, 24, 233_333],
    ['PKCS#12, a key of 16 bytes and an IV, two blocks', pkcs12, 16, 350_000],
  ])('with %s is exact, and the text names it', (_, kdfOf, length, most) => {
    expect(describeExcess(kdfOf(1), length)).toBeUndefined()
    expect(describeExcess(kdfOf(most), length)).toBeUndefined()
    for (const iterations of [most + 1, 10_000_000, 0, -1, 1.5]) {
      expect(describeExcess(kdfOf(iterations), length)).toContain(
        `accepts 1 to ${most} iterations for a key of ${length} bytes, not ${iterations}`,
      )
    }
    expect(describeExcess(kdfOf(Number.POSITIVE_INFINITY), length)).toContain('not more than 2^53')
  })
})

describe('the bound on scrypt', () => {
  it.each([
    [2, 1, 1],
    [16_384, 8, 5],
    [2 ** 15, 8, 12],
    [2 ** 16, 16, 3],
    [2 ** 18, 8, 1],
    [2 ** 15, 1, 16],
    [2 ** 15, 64, 1],
  ])('is not exceeded by N = %i, r = %i, p = %i', (cost, blockSize, parallelization) => {
    expect(describeExcess(scrypt(cost, blockSize, parallelization), 32)).toBeUndefined()
  })

  it.each([
    [2 ** 18, 8, 2],
    [2 ** 17, 8, 4],
    [2 ** 15, 8, 13],
    [2 ** 15, 64, 2],
    [2 ** 17, 16, 16],
  ])(
    'is exceeded by N = %i, r = %i, p = %i, and the text names it',
    (cost, blockSize, parallelization) => {
      expect(describeExcess(scrypt(cost, blockSize, parallelization), 32)).toBe(
        `scrypt accepts a product of cost, block size and parallelization up to 3145728, not ${cost * blockSize * parallelization}`,
      )
    },
  )

  it.each([
    ['a cost of 256 MiB and more', scrypt(2 ** 19, 8, 1), '2 to 262144 for a block size of 8'],
    ['a cost of 2^16 with r = 1', scrypt(2 ** 16, 1, 1), '2 to 65535 for a block size of 1'],
    ['a cost of 1', scrypt(1, 8, 1), 'not 1'],
    ['a cost that is not a power of two', scrypt(1000, 8, 1), 'a power of two'],
    ['a block size of 0', scrypt(2, 0, 1), 'a block size of 1 to 64, not 0'],
    ['a block size of 65', scrypt(2, 65, 1), 'a block size of 1 to 64, not 65'],
    ['a parallelization of 17', scrypt(2, 1, 17), 'a parallelization of 1 to 16, not 17'],
  ] satisfies readonly [string, PasswordKdf, string][])('refuses %s', (_, kdf, text) => {
    expect(describeExcess(kdf, 32)).toContain(text)
  })
})
