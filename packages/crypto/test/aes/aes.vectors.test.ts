/**
 * AES: 4 cases of GCM (McGrew and Viega, "The Galois/Counter Mode of Operation", appendix B, cases 4, 5, 10, 16),
 * 3 of CBC (NIST SP 800-38A appendix F.2), 6 of KW (RFC 3394 section 4), 2 of KWP (RFC 5649 section 6).
 */

import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import { describe, expect, it } from 'vitest'
import { aesCbcDecrypt, aesCbcEncrypt } from '../../src/aes/aes-cbc.ts'
import { aesGcmDecrypt, aesGcmEncrypt } from '../../src/aes/aes-gcm.ts'
import { aesKwpUnwrap, aesKwpWrap, aesKwUnwrap, aesKwWrap } from '../../src/aes/aes-key-wrap.ts'

describe('GCM, McGrew and Viega appendix B', () => {
  const plaintext = hexToBytes(
    'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39',
  )
  const aad = hexToBytes('feedfacedeadbeeffeedfacedeadbeefabaddad2')

  it.each([
    [
      4,
      'feffe9928665731c6d6a8f9467308308',
      'cafebabefacedbaddecaf888',
      '42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091',
      '5bc94fbc3221a5db94fae95ae7121a47',
    ],
    [
      5,
      'feffe9928665731c6d6a8f9467308308',
      'cafebabefacedbad',
      '61353b4c2806934a777ff51fa22a4755699b2a714fcdc6f83766e5f97b6c742373806900e49f24b22b097544d4896b424989b5e1ebac0f07c23f4598',
      '3612d2e79e3b0785561be14aaca2fccb',
    ],
    [
      10,
      'feffe9928665731c6d6a8f9467308308feffe9928665731c',
      'cafebabefacedbaddecaf888',
      '3980ca0b3c00e841eb06fac4872a2757859e1ceaa6efd984628593b40ca1e19c7d773d00c144c525ac619d18c84a3f4718e2448b2fe324d9ccda2710',
      '2519498e80f1478f37ba55bd6d27618c',
    ],
    [
      16,
      'feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308',
      'cafebabefacedbaddecaf888',
      '522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662',
      '76fc6ece0f4e1768cddf8853bb2d551b',
    ],
  ])('case %i', (_, key, iv, ciphertext, tag) => {
    const parameters = { iv: hexToBytes(iv), aad }
    const sealed = aesGcmEncrypt(hexToBytes(key), plaintext, parameters)
    expect([bytesToHex(sealed.ciphertext), bytesToHex(sealed.tag)]).toEqual([ciphertext, tag])
    const opened = aesGcmDecrypt(hexToBytes(key), sealed.ciphertext, {
      ...parameters,
      tag: sealed.tag,
    })
    expect(opened).toEqual(plaintext)
  })
})

describe('CBC, SP 800-38A appendix F.2', () => {
  const iv = hexToBytes('000102030405060708090a0b0c0d0e0f')
  const plaintext = hexToBytes(
    '6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710',
  )

  it.each([
    [
      'F.2.1',
      '2b7e151628aed2a6abf7158809cf4f3c',
      '7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b273bed6b8e3c1743b7116e69e222295163ff1caa1681fac09120eca307586e1a7',
    ],
    [
      'F.2.3',
      '8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b',
      '4f021db243bc633d7178183a9fa071e8b4d9ada9ad7dedf4e5e738763f69145a571b242012fb7ae07fa9baac3df102e008b0e27988598881d920a9e64f5615cd',
    ],
    [
      'F.2.5',
      '603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4',
      'f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d39f23369a9d9bacfa530e26304231461b2eb05e2c39be9fcda6c19078c6a9d1b',
    ],
  ])('%s', (_, key, ciphertext) => {
    const parameters = { iv, padding: 'none' } as const
    expect(bytesToHex(aesCbcEncrypt(hexToBytes(key), plaintext, parameters))).toBe(ciphertext)
    expect(aesCbcDecrypt(hexToBytes(key), hexToBytes(ciphertext), parameters)).toEqual(plaintext)
  })
})

describe('KW, RFC 3394 section 4', () => {
  const kek = '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f'
  const keyData = '00112233445566778899aabbccddeeff000102030405060708090a0b0c0d0e0f'

  it.each([
    ['4.1', 16, 16, '1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5'],
    ['4.2', 16, 24, '96778b25ae6ca435f92b5b97c050aed2468ab8a17ad84e5d'],
    ['4.3', 16, 32, '64e8c3f9ce0f5ba263e9777905818a2a93c8191e7d6e8ae7'],
    ['4.4', 24, 24, '031d33264e15d33268f24ec260743edce1c6c7ddee725a936ba814915c6762d2'],
    ['4.5', 24, 32, 'a8f9bc1612c68b3ff6e6f4fbe30e71e4769c8b80a32cb8958cd5d17d6b254da1'],
    [
      '4.6',
      32,
      32,
      '28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21',
    ],
  ])('%s: %i bytes under %i', (_, length, kekLength, wrapped) => {
    const under = hexToBytes(kek.slice(0, 2 * kekLength))
    const data = hexToBytes(keyData.slice(0, 2 * length))
    expect(bytesToHex(aesKwWrap(under, data))).toBe(wrapped)
    expect(aesKwUnwrap(under, hexToBytes(wrapped))).toEqual(data)
  })
})

describe('KWP, RFC 5649 section 6', () => {
  const kek = hexToBytes('5840df6e29b02af1ab493b705bf16ea1ae8338f4dcc176a8')

  it.each([
    [
      20,
      'c37b7e6492584340bed12207808941155068f738',
      '138bdeaa9b8fa7fc61f97742e72248ee5ae6ae5360d1ae6a5f54f373fa543b6a',
    ],
    [7, '466f7250617369', 'afbeb0f07dfbf5419200f2ccb50bb24f'],
  ])('%i bytes', (_, keyData, wrapped) => {
    expect(bytesToHex(aesKwpWrap(kek, hexToBytes(keyData)))).toBe(wrapped)
    expect(bytesToHex(aesKwpUnwrap(kek, hexToBytes(wrapped)))).toBe(keyData)
  })
})
