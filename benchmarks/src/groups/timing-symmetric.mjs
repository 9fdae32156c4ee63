// Whether the time of AES and GHASH depends on keys and texts.

import { randomBytes } from 'node:crypto'
import { aesCbcDecrypt, aesCbcEncrypt, aesGcmEncrypt, aesKwWrap } from '@pocket-hsm/crypto'
import { timingOf } from '../measuring/timing.mjs'

/** Calls in one sample: a clock reads too coarsely for one. */
const REPEATS = 20

const bytes = (length) => new Uint8Array(randomBytes(length))
const key = bytes(32)
const iv = bytes(16)
const gcmIv = bytes(12)
const noText = new Uint8Array(0)

/** What is secret, its length in bytes, and what is timed. */
const TARGETS = [
  {
    name: 'AES-256 key: expansion and one block',
    length: 32,
    run: (input) => aesCbcEncrypt(input, iv, { iv, padding: 'none' }),
  },
  {
    name: 'AES-256 text: 8 blocks of CBC, encrypted',
    length: 128,
    run: (input) => aesCbcEncrypt(key, input, { iv, padding: 'none' }),
  },
  {
    name: 'AES-256 text: 8 blocks of CBC, decrypted',
    length: 128,
    run: (input) => aesCbcDecrypt(key, input, { iv, padding: 'none' }),
  },
  {
    name: 'AES-256 key wrap: 32 bytes',
    length: 32,
    run: (input) => aesKwWrap(key, input),
  },
  {
    name: 'GHASH, block by block: AAD of 32 blocks',
    length: 512,
    run: (input) => aesGcmEncrypt(key, noText, { iv: gcmIv, aad: input }),
  },
  {
    name: 'GHASH in lanes: AAD of 128 blocks',
    length: 2048,
    run: (input) => aesGcmEncrypt(key, noText, { iv: gcmIv, aad: input }),
  },
  {
    name: 'GHASH subkey: a key of GCM, AAD of 8 blocks',
    length: 32,
    run: (input) => aesGcmEncrypt(input, noText, { iv: gcmIv, aad: iv }),
  },
]

export const timingSymmetric = {
  name: 'timing-symmetric',
  title: 'Whether the time of AES and GHASH depends on keys and texts',
  noise:
    'It needs a machine that does nothing else. |t| above 4.5 is a reason to look again, above 10 a dependence; the control compares random bytes with random bytes, and shows the noise.',
  onDemand: true,
  samples({ quick }, onSample) {
    return TARGETS.map(({ name, length, run }) => {
      onSample(name)
      const target = {
        prepare: (input) => () => {
          for (let call = 0; call < REPEATS; call++) run(input)
        },
        random: () => bytes(length),
        fixed: { zeros: () => bytes(length).fill(0), 'all ones': () => bytes(length).fill(255) },
      }
      return { name, unit: '|t|', samples: timingOf(target, quick ? 500 : 20_000) }
    })
  },
}
