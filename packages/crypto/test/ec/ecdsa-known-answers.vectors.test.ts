/** RFC 6979 appendices A.2.5 to A.2.7, message "sample": 15 cases. It has none for secp256k1: 2 well-known ones. */

import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { describe, expect, it } from 'vitest'
import { CURVES } from '../../src/ec/curves.ts'
import { ecdsaSignDeterministic, ecdsaVerify } from '../../src/ec/ecdsa.ts'
import { makeEcKey } from '../../src/ec/make-ec-key.ts'
import { bigIntToBytes, bytesToBigInt } from '../../src/encoding/bytes.ts'
import type { HashName } from '../../src/hash/hashes.ts'
import { digest } from '../../src/hash/hashes.ts'
import type { CurveName } from '../../src/key-material.ts'

const D: Readonly<Partial<Record<CurveName, string>>> = {
  'P-256': 'c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721',
  'P-384':
    '6b9d3dad2e1b8c1c05b19875b6659f4de23c3b667bf297ba9aa47740787137d896d5724e4c70a825f872c9ea60d2edf5',
  'P-521':
    '00fad06daa62ba3b25d2fb40133da757205de67f5bb0018fee8c86e1b68c7e75caa896eb32f1f47c70855836a6d16fcc1466f6d8fbec67db89ec0c08b0e996b83538',
}

const CASES: readonly (readonly [CurveName, HashName, string])[] = [
  [
    'P-256',
    'SHA-1',
    '61340c88c3aaebeb4f6d667f672ca9759a6ccaa9fa8811313039ee4a35471d326d7f147dac089441bb2e2fe8f7a3fa264b9c475098fdcf6e00d7c996e1b8b7eb',
  ],
  [
    'P-256',
    'SHA-224',
    '53b2fff5d1752b2c689df257c04c40a587fababb3f6fc2702f1343af7ca9aa3fb9afb64fdc03dc1a131c7d2386d11e349f070aa432a4acc918bea988bf75c74c',
  ],
  [
    'P-256',
    'SHA-256',
    'efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8',
  ],
  [
    'P-256',
    'SHA-384',
    '0eafea039b20e9b42309fb1d89e213057cbf973dc0cfc8f129edddc800ef77194861f0491e6998b9455193e34e7b0d284ddd7149a74b95b9261f13abde940954',
  ],
  [
    'P-256',
    'SHA-512',
    '8496a60b5e9b47c825488827e0495b0e3fa109ec4568fd3f8d1097678eb97f002362ab1adbe2b8adf9cb9edab740ea6049c028114f2460f96554f61fae3302fe',
  ],
  [
    'P-384',
    'SHA-1',
    'ec748d839243d6fbef4fc5c4859a7dffd7f3abddf72014540c16d73309834fa37b9ba002899f6fda3a4a9386790d4eb2a3bcfa947beef4732bf247ac17f71676cb31a847b9ff0cbc9c9ed4c1a5b3facf26f49ca031d4857570ccb5ca4424a443',
  ],
  [
    'P-384',
    'SHA-224',
    '42356e76b55a6d9b4631c865445dbe54e056d3b3431766d0509244793c3f9366450f76ee3de43f5a125333a6be0601229da0c81787064021e78df658f2fbb0b042bf304665db721f077a4298b095e4834c082c03d83028efbf93a3c23940ca8d',
  ],
  [
    'P-384',
    'SHA-256',
    '21b13d1e013c7fa1392d03c5f99af8b30c570c6f98d4ea8e354b63a21d3daa33bde1e888e63355d92fa2b3c36d8fb2cdf3aa443fb107745bf4bd77cb3891674632068a10ca67e3d45db2266fa7d1feebefdc63eccd1ac42ec0cb8668a4fa0ab0',
  ],
  [
    'P-384',
    'SHA-384',
    '94edbb92a5ecb8aad4736e56c691916b3f88140666ce9fa73d64c4ea95ad133c81a648152e44acf96e36dd1e80fabe4699ef4aeb15f178cea1fe40db2603138f130e740a19624526203b6351d0a3a94fa329c145786e679e7b82c71a38628ac8',
  ],
  [
    'P-384',
    'SHA-512',
    'ed0959d5880ab2d869ae7f6c2915c6d60f96507f9cb3e047c0046861da4a799cfe30f35cc900056d7c99cd7882433709512c8cceee3890a84058ce1e22dbc2198f42323ce8aca9135329f03c068e5112dc7cc3ef3446defceb01a45c2667fdd5',
  ],
  [
    'P-521',
    'SHA-1',
    '00343b6ec45728975ea5cba6659bbb6062a5ff89eea58be3c80b619f322c87910fe092f7d45bb0f8eee01ed3f20babec079d202ae677b243ab40b5431d497c55d75d00e7b0e675a9b24413d448b8cc119d2bf7b2d2df032741c096634d6d65d0dbe3d5694625fb9e8104d3b842c1b0e2d0b98bea19341e8676aef66ae4eba3d5475d5d16',
  ],
  [
    'P-521',
    'SHA-224',
    '01776331cfcdf927d666e032e00cf776187bc9fdd8e69d0dabb4109ffe1b5e2a30715f4cc923a4a5e94d2503e9acfed92857b7f31d7152e0f8c00c15ff3d87e2ed2e0050cb5265417fe2320bbb5a122b8e1a32bd699089851128e360e620a30c7e17ba41a666af126ce100e5799b153b60528d5300d08489ca9178fb610a2006c254b41f',
  ],
  [
    'P-521',
    'SHA-256',
    '01511bb4d675114fe266fc4372b87682baecc01d3cc62cf2303c92b3526012659d16876e25c7c1e57648f23b73564d67f61c6f14d527d54972810421e7d87589e1a7004a171143a83163d6df460aaf61522695f207a58b95c0644d87e52aa1a347916e4f7a72930b1bc06dbe22ce3f58264afd23704cbb63b29b931f7de6c9d949a7ecfc',
  ],
  [
    'P-521',
    'SHA-384',
    '01ea842a0e17d2de4f92c15315c63ddf72685c18195c2bb95e572b9c5136ca4b4b576ad712a52be9730627d16054ba40cc0b8d3ff035b12ae75168397f5d50c6745101f21a3cee066e1961025fb048bd5fe2b7924d0cd797babe0a83b66f1e35eeaf5fde143fa85dc394a7dee766523393784484bdf3e00114a1c857cde1aa203db65d61',
  ],
  [
    'P-521',
    'SHA-512',
    '00c328fafcbd79dd77850370c46325d987cb525569fb63c5d3bc53950e6d4c5f174e25a1ee9017b5d450606add152b534931d7d4e8455cc91f9b15bf05ec36e377fa00617cce7cf5064806c467f678d3b4080d6f1cc50af26ca209417308281b68af282623eaa63e5b5c0723d8b8c37ff0777b1a20f8ccb1dccc43997f1ee0e44da4a67a',
  ],
]

describe('RFC 6979 appendix A.2', () => {
  it.each(CASES)('%s with %s', (crv, hash, signature) => {
    const key = makeEcKey(crv, hexToBytes(D[crv] ?? ''))
    const hashed = digest(hash, utf8ToBytes('sample'))
    expect(bytesToHex(ecdsaSignDeterministic(key, hash, hashed))).toBe(signature)
    expect(ecdsaVerify(key, hashed, hexToBytes(signature))).toBe(true)
  })

  it('has five cases for each of three curves', () => {
    expect(CASES).toHaveLength(15)
  })
})

describe('secp256k1 with the private key 1 and SHA-256', () => {
  const { order } = CURVES['P-256K']
  const low = (signature: Uint8Array) => {
    const s = bytesToBigInt(signature.subarray(32))
    return concatBytes(signature.subarray(0, 32), bigIntToBytes(s > order / 2n ? order - s : s, 32))
  }

  it.each([
    [
      'Satoshi Nakamoto',
      '934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d82442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5',
    ],
    [
      'All those moments will be lost in time, like tears in rain. Time to die...',
      '8600dbd41e348fe5c9465ab92d23e3db8b98b873beecd930736488696438cb6b547fe64427496db33bf66019dacbf0039c04199abb0122918601db38a72cfc21',
    ],
  ])('%s', (message, signature) => {
    const key = makeEcKey('P-256K', Uint8Array.of(1))
    const hashed = digest('SHA-256', utf8ToBytes(message))
    // The published signatures have the lower of s and n - s.
    expect(bytesToHex(low(ecdsaSignDeterministic(key, 'SHA-256', hashed)))).toBe(signature)
  })
})
