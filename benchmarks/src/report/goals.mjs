// The goals, and whether they were reached: medians of one run, never across runs.

import { BEFORE } from '../subjects/before.mjs'
import { duration, times } from './words.mjs'

const US = 'pocket-hsm'
const CRYPTO = '@pocket-hsm/crypto'
const CURVES = '@noble/curves'
const CIPHERS = '@noble/ciphers'
const HASHES = '@noble/hashes'
const POST_QUANTUM = '@noble/post-quantum'
const MICRO = 'micro-rsa-dsa-dh'
const NODE = 'node:crypto'

const of = (ours) => (ours === US ? '' : `${ours}: `)

/** How many times as long another contender takes. */
const fasterThan = (other, least, ours = US) => ({
  aim: `${of(ours)}at least ${times(least)} as fast as ${other}`,
  figure: (medians) => medians[other] / medians[ours],
  say: (figure) => `${times(figure)} as fast`,
  isMet: (figure) => figure >= least,
})

/** Our time divided by that of another contender. */
const atMost = (other, most, ours = US) => ({
  aim: `${of(ours)}at most ${times(most)} the time of ${other}`,
  figure: (medians) => medians[ours] / medians[other],
  say: (figure) => `${times(figure)} the time`,
  isMet: (figure) => figure <= most,
})

const within = (most) => ({
  aim: `within ${duration(most)}`,
  figure: (medians) => medians[US],
  say: duration,
  isMet: (figure) => figure <= most,
})

const addsAtMost = (other, most) => ({
  aim: `at most ${duration(most)} more than ${other}`,
  figure: (medians) => medians[US] - medians[other],
  say: (figure) => (figure < 0 ? 'nothing that can be measured' : `${duration(figure)} more`),
  isMet: (figure) => figure <= most,
})

/** Among a million keys divided by among a thousand. */
const alike = (most) => ({
  aim: `among a million keys at most ${times(most)} of among a thousand`,
  figure: (medians) => medians['1,000,000 keys'] / medians['1,000 keys'],
  say: times,
  isMet: (figure) => figure <= most,
})

const megabytesOf = (contender, most) => ({
  aim: `${contender}: at most ${most} MB`,
  figure: (medians) => medians[contender],
  say: (figure) => `${Math.round(figure)} MB`,
  isMet: (figure) => figure <= most,
})

const timesOf = (contender, most) => ({
  aim: `${contender}: at most ${most}`,
  figure: (medians) => medians[contender],
  say: String,
  isMet: (figure) => figure <= most,
})

/** Everything measured among a thousand keys and a million. */
const SCALE_TASKS = [
  'create a key',
  'get a key',
  'encrypt 64 bytes with A256GCM',
  'list: the first page of 25',
  'list: the last page of 25',
  'delete a key',
  'fork the HSM',
  'purge 25 keys that fell due',
  'purge 1,000 keys that fell due',
  'get a key that was not used for long',
  'memory of a key',
]

const FIRST_SIGNATURE = 'a private P-256 key as a JWK in, an ES256 signature out'
const FIRST_RSA_KEY = 'nothing in, an RSA key of 2048 bits out'
const NOBLE_IMPORTS = '@noble/curves/nist and @noble/ciphers/aes'

const privateRsa = (bits) =>
  ['RS256 sign', 'PS256 sign', 'RSA-OAEP-256 decrypt'].map((operation) => [
    `${operation}, ${bits}`,
    [fasterThan(MICRO, 8), atMost(NODE, bits === 2048 ? 6 : 3)],
  ])

const publicRsa = (bits) =>
  ['RS256 verify', 'RSA-OAEP-256 encrypt'].map((operation) => [
    `${operation}, ${bits}`,
    operation === 'RS256 verify' && bits === 2048
      ? [fasterThan(MICRO, 3.5), atMost(NODE, 1.6)]
      : [fasterThan(MICRO, 1.2), atMost(NODE, 5)],
  ])

/** For each group its tasks with goals: what was aimed at, and how the figure follows from the medians. */
const GOALS_OF = {
  'rsa-keys': [2048, 3072, 4096].map((bits) => [
    `RSA-${bits}`,
    [fasterThan(MICRO, 5), atMost(NODE, 1)],
  ]),
  rsa: [2048, 3072, 4096].flatMap((bits) => [...privateRsa(bits), ...publicRsa(bits)]),
  ecdsa: [
    ['ES256 sign (P-256)', [fasterThan(CURVES, 10), atMost(NODE, 1.4)]],
    ['ES256 verify (P-256)', [fasterThan(CURVES, 25), atMost(NODE, 0.8)]],
    ['ES256 verify, first of a key (P-256)', [fasterThan(CURVES, 8), atMost(NODE, 2.8)]],
    ...['ES384 sign (P-384)', 'ES512 sign (P-521)', 'ES256K sign (P-256K)'].map((task) => [
      task,
      [fasterThan(CURVES, 8)],
    ]),
    ...['ES384 verify (P-384)', 'ES512 verify (P-521)', 'ES256K verify (P-256K)'].map((task) => [
      task,
      [fasterThan(CURVES, 20)],
    ]),
    ...['P-256', 'P-384', 'P-521', 'P-256K'].map((crv) => [
      `generate a ${crv} key`,
      [fasterThan(CURVES, 12, CRYPTO)],
    ]),
  ],
  'ml-dsa': ['ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87'].flatMap((alg) => [
    [`${alg} sign`, [atMost(POST_QUANTUM, 1.3)]],
    [`${alg} verify`, [atMost(POST_QUANTUM, 1.3)]],
    [`generate a key of ${alg}`, [atMost(POST_QUANTUM, 1.3, CRYPTO)]],
  ]),
  'aes-hmac': [
    ['A256GCM encrypt, 64 bytes', [fasterThan(CIPHERS, 6)]],
    ['A256GCM encrypt, 1 KiB', [fasterThan(CIPHERS, 4)]],
    ['A256GCM encrypt, 1 MiB', [fasterThan(CIPHERS, 3)]],
    ['A256GCM encrypt, 64 bytes, with a given IV', [fasterThan(CIPHERS, 4, CRYPTO)]],
    ['A256CBC encrypt, 1 KiB', [fasterThan(CIPHERS, 1, CRYPTO), fasterThan(CIPHERS, 0.85)]],
    ['A256CBC decrypt, 1 KiB', [fasterThan(CIPHERS, 1.8, CRYPTO), fasterThan(CIPHERS, 1.5)]],
    ['HS256, 64 bytes', [fasterThan(HASHES, 3, CRYPTO), fasterThan(HASHES, 1.3)]],
    ['HS512, 64 bytes', [fasterThan(HASHES, 6, CRYPTO), fasterThan(HASHES, 2)]],
    ['SHA-256, 1 KiB', [fasterThan(HASHES, 2, CRYPTO)]],
    ['SHA-512, 1 KiB', [fasterThan(HASHES, 5, CRYPTO)]],
  ],
  wrap: [
    [
      'A256KW wrap, a key of 32 bytes',
      [fasterThan(CIPHERS, 1.1, CRYPTO), fasterThan(CIPHERS, 0.7)],
    ],
  ],
  facade: [
    ['A256GCM encrypt, 64 bytes', [addsAtMost(CRYPTO, 0.0015)]],
    ['HS256 sign, 32 bytes', [addsAtMost(CRYPTO, 0.0015)]],
    ['ES256 sign', [addsAtMost(CRYPTO, 0.015)]],
    ...['by a caller that is known', 'after a role change'].map((when) => [
      `HS256 sign with 50 role assignments, ${when}`,
      [addsAtMost('without access control', 0.001)],
    ]),
  ],
  scale: SCALE_TASKS.map((task) => [task, [alike(1.2)]]),
  'cold-start': [
    ['import, and nothing else', [atMost(NOBLE_IMPORTS, 0.5), within(70)]],
    [`${FIRST_SIGNATURE}; import not counted`, [atMost(BEFORE, 0.5), within(40)]],
    [FIRST_RSA_KEY, [atMost(NODE, 1.5), within(200)]],
  ],
  imports: [
    ['@pocket-hsm/azure, what it depends on not counted', [atMost(BEFORE, 0.4)]],
    ['@pocket-hsm/server, what it depends on not counted', [atMost(BEFORE, 0.4)]],
  ],
  postgres: [
    [
      'each operation alone: round trips to the database',
      [
        timesOf('get a key', 1),
        timesOf('ES256 sign', 1),
        timesOf('create a key', 2),
        timesOf('change the tags of a key', 2),
      ],
    ],
    [
      'a server with 1,000,000 keys in the database',
      [megabytesOf('after reading many keys and a load', 200)],
    ],
  ],
  sdk: [
    ['get a key', [fasterThan(BEFORE, 1.2)]],
    ['ES256 sign', [fasterThan(BEFORE, 3)]],
  ],
}

/** Every goal as a row. */
export const GOALS = Object.entries(GOALS_OF).flatMap(([group, tasks]) =>
  tasks.flatMap(([task, measures]) => measures.map((measure) => ({ group, task, ...measure }))),
)

/**
 * Compares each goal with its figure.
 *
 * @param {readonly { name: string, tasks: readonly { name: string, rows: readonly { contender: string, median: number }[] }[] }[]} groups
 * The results.
 * @returns {readonly { group: string, task: string, aim: string, found: string, verdict: 'met' | 'not met' | 'not measured' }[]}
 * One for each goal.
 */
export function judged(groups) {
  return GOALS.map(({ group, task, aim, figure, say, isMet }) => {
    const measured = groups
      .find(({ name }) => name === group)
      ?.tasks.find(({ name }) => name === task)
    const value = figure(
      Object.fromEntries(
        (measured?.rows ?? []).map(({ contender, median }) => [contender, median]),
      ),
    )
    return Number.isFinite(value)
      ? { group, task, aim, found: say(value), verdict: isMet(value) ? 'met' : 'not met' }
      : { group, task, aim, found: '', verdict: 'not measured' }
  })
}
