// Looks for differences in time that depend on secrets: AES and GHASH with fixed inputs against random ones.
//
//   npm run bench:timing-symmetric -- [samples] [wasm|portable]
//
// The method is that of dudect (Reparaz, Balasch, Verbauwhede, "Dude, is my code constant time?", DATE 2017): samples of
// both classes in random order, Welch's t-test, with the slowest tenth of all samples left out. |t| above 4.5 says that
// the classes differ. Each target has a control whose two classes are both random: as long as the control's |t| is not
// small, the machine is too busy to say anything. A small |t| is no proof: it finds what this many samples can find.

import { randomBytes } from 'node:crypto'
import {
  aesCbcDecrypt,
  aesCbcEncrypt,
  aesGcmEncrypt,
  aesKwWrap,
  chooseSymmetricEngine,
} from '@pocket-hsm/crypto'

const [samples = '20000', engine = 'auto'] = process.argv.slice(2)
const COUNT = Number(samples)
if (!Number.isInteger(COUNT) || COUNT < 1000) {
  throw new RangeError(`Invalid number of samples '${samples}': use 1000 or more.`)
}

const THRESHOLD = 4.5

/** Calls in one sample: a clock reads too coarsely for one. */
const REPEATS = 20

const bytes = (length) => new Uint8Array(randomBytes(length))
const key = bytes(32)
const iv = bytes(16)
const gcmIv = bytes(12)
const noText = new Uint8Array(0)

/** What varies between the classes, its length in bytes, and what is timed. */
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

console.log(`Engine: ${chooseSymmetricEngine(engine)}; ${COUNT} samples of ${REPEATS} calls each\n`)
console.log('target                                          t     t of the control')
for (const target of TARGETS) {
  const zeros = new Uint8Array(target.length)
  const t = compare(target, (input) => input.set(zeros))
  const control = compare(target, () => {})
  console.log(`${target.name.padEnd(44)} ${sign(t)}  ${sign(control)}  ${verdict(t, control)}`)
}

/** Times random inputs of two classes, the first of them changed by `fix`, and returns Welch's t. */
function compare({ run, length }, fix) {
  const taken = [new Float64Array(COUNT), new Float64Array(COUNT)]
  const counts = [0, 0]
  for (let warmUp = 0; warmUp < 2000; warmUp++) run(bytes(length))
  const chunk = 500
  for (let done = 0; done < COUNT; done += chunk) {
    // Inputs are made before the clock runs, all in the same way.
    const classes = randomBytes(chunk).map((byte) => byte & 1)
    const inputs = Array.from(classes, () => bytes(length))
    for (const [index, input] of inputs.entries()) if (classes[index] === 0) fix(input)
    for (let index = 0; index < chunk; index++) {
      const input = inputs[index]
      const start = performance.now()
      for (let call = 0; call < REPEATS; call++) run(input)
      const which = classes[index]
      taken[which][counts[which]++] = performance.now() - start
    }
  }
  return welch(...cropped(taken.map((times, which) => times.subarray(0, counts[which]))))
}

/** Leaves out what is slower than nine tenths of all samples: interrupts and the garbage collector. */
function cropped(classes) {
  const all = Float64Array.from(classes.flatMap((times) => [...times])).sort()
  const limit = all[Math.floor(0.9 * all.length)]
  return classes.map((times) => times.filter((time) => time <= limit))
}

function welch(first, second) {
  const [a, b] = [moments(first), moments(second)]
  return (a.mean - b.mean) / Math.sqrt(a.variance / first.length + b.variance / second.length)
}

function moments(times) {
  const mean = times.reduce((sum, time) => sum + time, 0) / times.length
  const variance = times.reduce((sum, time) => sum + (time - mean) ** 2, 0) / (times.length - 1)
  return { mean, variance }
}

function sign(t) {
  return `${t < 0 ? '' : '+'}${t.toFixed(2)}`.padStart(7)
}

function verdict(t, control) {
  if (Math.abs(control) > THRESHOLD) return 'the control differs: too noisy'
  return Math.abs(t) > THRESHOLD ? 'differs' : 'no difference found'
}
