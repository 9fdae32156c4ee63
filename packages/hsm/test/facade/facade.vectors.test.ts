/**
 * Published bytes, through the facade.
 *
 * Typed from the documents themselves: RFC 7515 appendices A.2 and A.3, RFC 7517 appendix A.2, RFC 3394
 * sections 4.1 to 4.6, RFC 5649 section 6, NIST SP 800-38A appendix F.2, and test cases 4, 10 and 16 of
 * McGrew and Viega, "The Galois/Counter Mode of Operation", appendix B. 18 cases in all.
 */

import { createHash } from 'node:crypto'
import { afterAll, describe, expect, it } from 'vitest'
import {
  decrypt,
  encrypt,
  type Hsm,
  importKey,
  type JsonWebKey,
  sign,
  unwrapKey,
  verify,
  wrapKey,
} from '../../src/index.ts'
import { testHsm } from '../test-hsm.ts'

const ran: string[] = []

/** A vector by its source's own name. */
function itHolds(name: string, check: () => void): void {
  it(name, () => {
    check()
    ran.push(name)
  })
}

afterAll(() => {
  expect(ran).toHaveLength(18)
})

const bytes = (hex: string): Buffer => Buffer.from(hex.replace(/\s/g, ''), 'hex')

const hex = (value: Uint8Array): string => Buffer.from(value).toString('hex')

function withKey(jwk: JsonWebKey): Hsm {
  const { hsm } = testHsm()
  importKey(hsm, 'k', jwk)
  return hsm
}

const withOct = (key: string): Hsm => withKey({ kty: 'oct', k: bytes(key).toString('base64url') })

const RSA_7515: JsonWebKey = {
  kty: 'RSA',
  n: 'ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ',
  e: 'AQAB',
  d: 'Eq5xpGnNCivDflJsRQBXHx1hdR1k6Ulwe2JZD50LpXyWPEAeP88vLNO97IjlA7_GQ5sLKMgvfTeXZx9SE-7YwVol2NXOoAJe46sui395IW_GO-pWJ1O0BkTGoVEn2bKVRUCgu-GjBVaYLU6f3l9kJfFNS3E0QbVdxzubSu3Mkqzjkn439X0M_V51gfpRLI9JYanrC4D4qAdGcopV_0ZHHzQlBjudU2QvXt4ehNYTCBr6XCLQUShb1juUO1ZdiYoFaFQT5Tw8bGUl_x_jTj3ccPDVZFD9pIuhLhBOneufuBiB4cS98l2SR_RQyGWSeWjnczT0QU91p1DhOVRuOopznQ',
}

describe('RFC 7515', () => {
  const payload =
    'eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ'

  itHolds('appendix A.2, RS256: the key without its CRT members makes the signature', () => {
    const value = createHash('sha256').update(`eyJhbGciOiJSUzI1NiJ9.${payload}`).digest()
    const signature = sign(withKey(RSA_7515), 'k', { alg: 'RS256', value }).value
    expect(Buffer.from(signature).toString('base64url')).toBe(
      'cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw',
    )
  })

  itHolds('appendix A.3, ES256: the key verifies the signature', () => {
    const hsm = withKey({
      kty: 'EC',
      crv: 'P-256',
      x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
      y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
      d: 'jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI',
    })
    const digest = createHash('sha256').update(`eyJhbGciOiJFUzI1NiJ9.${payload}`).digest()
    const value = Buffer.from(
      'DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q',
      'base64url',
    )
    expect(verify(hsm, 'k', { alg: 'ES256', digest, value })).toBe(true)
  })
})

describe('RFC 7517', () => {
  itHolds('appendix A.2, the elliptic-curve key is imported', () => {
    const jwk = {
      kty: 'EC',
      crv: 'P-256',
      x: 'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4',
      y: '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM',
      d: '870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE',
      use: 'enc',
      kid: '1',
    }
    const { hsm } = testHsm()
    expect(importKey(hsm, 'k', jwk).key).toMatchObject({ x: jwk.x, y: jwk.y })
  })

  itHolds('appendix A.2, the RSA key is imported with its CRT members', () => {
    const jwk = {
      kty: 'RSA',
      n: '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw',
      e: 'AQAB',
      d: 'X4cTteJY_gn4FYPsXB8rdXix5vwsg1FLN5E3EaG6RJoVH-HLLKD9M7dx5oo7GURknchnrRweUkC7hT5fJLM0WbFAKNLWY2vv7B6NqXSzUvxT0_YSfqijwp3RTzlBaCxWp4doFk5N2o8Gy_nHNKroADIkJ46pRUohsXywbReAdYaMwFs9tv8d_cPVY3i07a3t8MN6TNwm0dSawm9v47UiCl3Sk5ZiG7xojPLu4sbg1U2jx4IBTNBznbJSzFHK66jT8bgkuqsk0GjskDJk19Z4qwjwbsnn4j2WBii3RL-Us2lGVkY8fkFzme1z0HbIkfz0Y6mqnOYtqc0X4jfcKoAC8Q',
      p: '83i-7IvMGXoMXCskv73TKr8637FiO7Z27zv8oj6pbWUQyLPQBQxtPVnwD20R-60eTDmD2ujnMt5PoqMrm8RfmNhVWDtjjMmCMjOpSXicFHj7XOuVIYQyqVWlWEh6dN36GVZYk93N8Bc9vY41xy8B9RzzOGVQzXvNEvn7O0nVbfs',
      q: '3dfOR9cuYq-0S-mkFLzgItgMEfFzB2q3hWehMuG0oCuqnb3vobLyumqjVZQO1dIrdwgTnCdpYzBcOfW5r370AFXjiWft_NGEiovonizhKpo9VVS78TzFgxkIdrecRezsZ-1kYd_s1qDbxtkDEgfAITAG9LUnADun4vIcb6yelxk',
      dp: 'G4sPXkc6Ya9y8oJW9_ILj4xuppu0lzi_H7VTkS8xj5SdX3coE0oimYwxIi2emTAue0UOa5dpgFGyBJ4c8tQ2VF402XRugKDTP8akYhFo5tAA77Qe_NmtuYZc3C3m3I24G2GvR5sSDxUyAN2zq8Lfn9EUms6rY3Ob8YeiKkTiBj0',
      dq: 's9lAH9fggBsoFR8Oac2R_E2gw282rT2kGOAhvIllETE1efrA6huUUvMfBcMpn8lqeW6vzznYY5SSQF7pMdC_agI3nG8Ibp1BUb0JUiraRNqUfLhcQb_d9GF4Dh7e74WbRsobRonujTYN1xCaP6TO61jvWrX-L18txXw494Q_cgk',
      qi: 'GyM_p6JrXySiz1toFgKbWV-JdI3jQ4ypu9rbMWx3rQJBfmt0FoYzgUIZEVFEcOqwemRN81zoDAaa-Bk0KWNGDjJHZDdDmFhW3AN7lI-puxk_mHZGJ11rxyR8O55XLSe3SPmRfKwZI6yU24ZxvQKFYItdldUKGzO6Ia6zTKhAVRU',
      alg: 'RS256',
      kid: '2011-04-29',
    }
    const { hsm } = testHsm()
    expect(importKey(hsm, 'k', jwk).key).toMatchObject({ n: jwk.n, e: 'AQAB' })
  })
})

describe('RFC 3394', () => {
  const KEK = '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f'
  const KEY = '00112233445566778899aabbccddeeff000102030405060708090a0b0c0d0e0f'
  for (const [section, kekBits, keyBits, wrapped] of [
    ['4.1', 128, 128, '1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5'],
    ['4.2', 192, 128, '96778b25ae6ca435f92b5b97c050aed2468ab8a17ad84e5d'],
    ['4.3', 256, 128, '64e8c3f9ce0f5ba263e9777905818a2a93c8191e7d6e8ae7'],
    ['4.4', 192, 192, '031d33264e15d33268f24ec260743edce1c6c7ddee725a936ba814915c6762d2'],
    ['4.5', 256, 192, 'a8f9bc1612c68b3ff6e6f4fbe30e71e4769c8b80a32cb8958cd5d17d6b254da1'],
    [
      '4.6',
      256,
      256,
      '28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21',
    ],
  ] as const) {
    itHolds(`section ${section}, both ways, by both names`, () => {
      const hsm = withOct(KEK.slice(0, kekBits / 4))
      const key = KEY.slice(0, keyBits / 4)
      for (const alg of [`A${kekBits}KW`, 'CKM_AES_KEY_WRAP']) {
        expect(hex(wrapKey(hsm, 'k', { alg, value: bytes(key) }).value)).toBe(wrapped)
        expect(hex(unwrapKey(hsm, 'k', { alg, value: bytes(wrapped) }).value)).toBe(key)
      }
    })
  }
})

describe('RFC 5649', () => {
  for (const [title, key, wrapped] of [
    [
      '20 bytes',
      'c37b7e6492584340bed12207808941155068f738',
      '138bdeaa9b8fa7fc61f97742e72248ee5ae6ae5360d1ae6a5f54f373fa543b6a',
    ],
    ['7 bytes', '466f7250617369', 'afbeb0f07dfbf5419200f2ccb50bb24f'],
  ] as const) {
    itHolds(`section 6, ${title}, both ways`, () => {
      const hsm = withOct('5840df6e29b02af1ab493b705bf16ea1ae8338f4dcc176a8')
      const alg = 'CKM_AES_KEY_WRAP_PAD'
      expect(hex(wrapKey(hsm, 'k', { alg, value: bytes(key) }).value)).toBe(wrapped)
      expect(hex(unwrapKey(hsm, 'k', { alg, value: bytes(wrapped) }).value)).toBe(key)
    })
  }
})

describe('NIST SP 800-38A', () => {
  const IV = bytes('000102030405060708090a0b0c0d0e0f')
  const PLAINTEXT =
    '6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710'
  for (const [section, bits, key, ciphertext] of [
    [
      'F.2.1 and F.2.2',
      128,
      '2b7e151628aed2a6abf7158809cf4f3c',
      '7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b273bed6b8e3c1743b7116e69e222295163ff1caa1681fac09120eca307586e1a7',
    ],
    [
      'F.2.3 and F.2.4',
      192,
      '8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b',
      '4f021db243bc633d7178183a9fa071e8b4d9ada9ad7dedf4e5e738763f69145a571b242012fb7ae07fa9baac3df102e008b0e27988598881d920a9e64f5615cd',
    ],
    [
      'F.2.5 and F.2.6',
      256,
      '603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4',
      'f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d39f23369a9d9bacfa530e26304231461b2eb05e2c39be9fcda6c19078c6a9d1b',
    ],
  ] as const) {
    itHolds(`appendix ${section}`, () => {
      const hsm = withOct(key)
      const alg = `A${bits}CBC`
      const sealed = encrypt(hsm, 'k', { alg, value: bytes(PLAINTEXT), iv: IV })
      expect(hex(sealed.value)).toBe(ciphertext)
      const opened = decrypt(hsm, 'k', { alg, value: bytes(ciphertext), iv: IV })
      expect(hex(opened.value)).toBe(PLAINTEXT)
    })
  }
})

describe('McGrew and Viega, appendix B', () => {
  const KEY = 'feffe9928665731c6d6a8f9467308308'
  const PLAINTEXT =
    'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39'
  for (const [number, bits, ciphertext, tag] of [
    [
      4,
      128,
      '42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091',
      '5bc94fbc3221a5db94fae95ae7121a47',
    ],
    [
      10,
      192,
      '3980ca0b3c00e841eb06fac4872a2757859e1ceaa6efd984628593b40ca1e19c7d773d00c144c525ac619d18c84a3f4718e2448b2fe324d9ccda2710',
      '2519498e80f1478f37ba55bd6d27618c',
    ],
    [
      16,
      256,
      '522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662',
      '76fc6ece0f4e1768cddf8853bb2d551b',
    ],
  ] as const) {
    itHolds(`test case ${number}`, () => {
      const opened = decrypt(withOct(`${KEY}${KEY}`.slice(0, bits / 4)), 'k', {
        alg: `A${bits}GCM`,
        value: bytes(ciphertext),
        iv: bytes('cafebabefacedbaddecaf888'),
        aad: bytes('feedfacedeadbeeffeedfacedeadbeefabaddad2'),
        tag: bytes(tag),
      })
      expect(hex(opened.value)).toBe(PLAINTEXT)
    })
  }
})
