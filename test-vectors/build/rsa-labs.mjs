/** Reads the files of RSA Laboratories (and others of their form): keys, then examples under each key. */

import { normalHex } from './bytes.mjs'

const KEY_LABELS = {
  Modulus: 'n',
  'Public exponent': 'e',
  'Prime 1': 'p',
  'Prime 2': 'q',
  'Prime exponent 1': 'dp',
  'Prime exponent 2': 'dq',
  Coefficient: 'qi',
}

const EXAMPLE_LABELS = {
  Message: 'msg',
  'Message to be signed': 'msg',
  Salt: 'salt',
  Seed: 'seed',
  Encryption: 'ct',
  Signature: 'sig',
}

/**
 * @param {string} text
 * @returns {{ key: Record<string, string>, examples: Record<string, string>[] }[]} Keys in order,
 *   with members as hex by their JWK names, and their examples in order.
 */
export function readRsaLabs(text) {
  const keys = []
  for (const { label, hex } of readLabelled(text)) {
    if (label === 'Modulus' && isNewKey(keys.at(-1), hex)) keys.push({ key: {}, examples: [] })
    const current = keys.at(-1)
    const member = label === 'Exponent' ? exponentOf(current.key) : KEY_LABELS[label]
    if (member !== undefined) current.key[member] = hex
    else readExample(current.examples, EXAMPLE_LABELS[label], hex)
  }
  return keys
}

const isNewKey = (current, n) => current === undefined || current.key.n !== n

/** Under "Public key" the exponent is e; under "Private key", after "Public exponent", it is d. */
const exponentOf = (key) => (key.e === undefined ? 'e' : 'd')

function readExample(examples, field, hex) {
  if (field === undefined) throw new Error('unknown label in an RSA Laboratories file')
  if (field === 'msg') examples.push({})
  examples.at(-1)[field] = hex
}

function readLabelled(text) {
  const values = []
  for (const line of text.split(/\r?\n/)) {
    const label = /^# ([^:]+):\s*$/.exec(line)?.[1]
    if (label !== undefined) values.push({ label, hex: '' })
    else if (/^([0-9a-f]{2} ?)+\s*$|^[0-9a-f]+$/.test(line)) values.at(-1).hex += line
  }
  return values.map(({ label, hex }) => ({ label, hex: normalHex(hex) }))
}
