// What was aimed at, and whether it was reached. Medians of one run, and nothing across runs.

import { duration, times } from './words.mjs'

const US = 'pocket-hsm'

/** How often ours goes into another's time. */
const fasterThan = (other, least, ours = US) => ({
  aim: `${ours === US ? '' : `${ours}: `}at least ${times(least)} as fast as ${other}`,
  figure: (medians) => medians[other] / medians[ours],
  say: (figure) => `${times(figure)} as fast`,
  isMet: (figure) => figure >= least,
})

/** Our time in units of another's. */
const notSlowerThan = (other, most) => ({
  aim: `at most ${times(most)} the time of ${other}`,
  figure: (medians) => medians[US] / medians[other],
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

/** Among a million keys by among a thousand. */
const alike = (most) => ({
  aim: `among a million keys at most ${times(most)} of among a thousand`,
  figure: (medians) => medians['1,000,000 keys'] / medians['1,000 keys'],
  say: times,
  isMet: (figure) => figure <= most,
})

const goals = (group, task, ...measures) => measures.map((measure) => ({ group, task, ...measure }))

const RSA_SIZES = [2048, 3072, 4096]
const CURVES = ['ES256', 'ES384', 'ES512', 'ES256K']
const PLACES = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521', ES256K: 'P-256K' }

/** Every goal: which task of which group, what was aimed at, and how the figure comes from the medians. */
export const GOALS = [
  ...RSA_SIZES.flatMap((bits) =>
    goals(
      'rsa-keys',
      `RSA-${bits}`,
      fasterThan('micro-rsa-dsa-dh', 5),
      notSlowerThan('node:crypto', 1),
    ),
  ),
  ...RSA_SIZES.flatMap((bits) =>
    ['RS256 sign', 'PS256 sign', 'RSA-OAEP-256 decrypt'].flatMap((operation) =>
      goals(
        'rsa',
        `${operation}, ${bits}`,
        fasterThan('micro-rsa-dsa-dh', 8),
        notSlowerThan('node:crypto', bits === 2048 ? 6 : 3),
      ),
    ),
  ),
  ...RSA_SIZES.flatMap((bits) =>
    ['RS256 verify', 'RSA-OAEP-256 encrypt'].flatMap((operation) =>
      goals(
        'rsa',
        `${operation}, ${bits}`,
        fasterThan('micro-rsa-dsa-dh', 1.2),
        notSlowerThan('node:crypto', 5),
      ),
    ),
  ),
  ...CURVES.flatMap((alg) =>
    ['sign', 'verify'].flatMap((operation) =>
      goals('ecdsa', `${alg} ${operation} (${PLACES[alg]})`, fasterThan('@noble/curves', 0.9)),
    ),
  ),
  ...goals(
    'aes-hmac',
    'A256GCM encrypt, 64 bytes, with a given IV',
    fasterThan('@noble/ciphers', 4, '@pocket-hsm/crypto'),
  ),
  ...goals('aes-hmac', 'A256GCM encrypt, 64 bytes', fasterThan('@noble/ciphers', 4)),
  ...[
    ['A256GCM encrypt, 64 bytes', '@noble/ciphers', 6],
    ['A256GCM encrypt, 1 KiB', '@noble/ciphers', 4],
    ['A256GCM encrypt, 1 MiB', '@noble/ciphers', 3],
    ['A256CBC encrypt, 1 KiB', '@noble/ciphers', 1],
    ['A256CBC decrypt, 1 KiB', '@noble/ciphers', 1.8],
    ['A256KW wrap, 32 bytes', '@noble/ciphers', 1.1],
    ['SHA-256, 1 KiB', '@noble/hashes', 2],
    ['SHA-512, 1 KiB', '@noble/hashes', 5],
    ['HS256 sign, 64 bytes', '@noble/hashes', 3],
    ['HS512 sign, 64 bytes', '@noble/hashes', 6],
  ].flatMap(([task, other, least]) =>
    goals('symmetric-kernels', task, fasterThan(other, least, '@pocket-hsm/crypto')),
  ),
  ...['A256GCM encrypt, 64 bytes', 'HS256 sign, 32 bytes', 'ES256 sign'].flatMap((task) =>
    goals('facade', task, addsAtMost('@pocket-hsm/crypto', 0.015)),
  ),
  ...[
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
  ].flatMap((task) => goals('scale', task, alike(1.2))),
  ...goals('cold-start', 'import, and nothing else', within(70)),
  ...goals(
    'cold-start',
    'a private P-256 key as a JWK in, an ES256 signature out; import not counted',
    within(40),
  ),
  ...goals('cold-start', 'nothing in, an RSA key of 2048 bits out', within(200)),
]

/**
 * Sets each goal beside its figure.
 *
 * @param {readonly { name: string, tasks: readonly { name: string, rows: readonly { contender: string, median: number }[] }[] }[]} groups
 * The results.
 * @returns {readonly { group: string, task: string, aim: string, found: string, met: boolean }[]} One for each goal whose task and
 * contenders were measured.
 */
export function judged(groups) {
  return GOALS.flatMap(({ group, task, aim, figure, say, isMet }) => {
    const measured = groups
      .find(({ name }) => name === group)
      ?.tasks.find(({ name }) => name === task)
    if (measured === undefined) return []
    const value = figure(
      Object.fromEntries(measured.rows.map(({ contender, median }) => [contender, median])),
    )
    return Number.isNaN(value) ? [] : [{ group, task, aim, found: say(value), met: isMet(value) }]
  })
}
