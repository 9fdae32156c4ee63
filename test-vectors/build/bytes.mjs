/** Hex, base64url and big integers: what every part of the builder reads and writes. */

export const bytesToHex = (bytes) => Buffer.from(bytes).toString('hex')
export const hexToBytes = (hex) => Buffer.from(hex, 'hex')
export const toBase64url = (bytes) => Buffer.from(bytes).toString('base64url')
export const fromBase64url = (text) => Buffer.from(text, 'base64url')

export const toBigInt = (bytes) => BigInt(`0x${bytesToHex(bytes) || '0'}`)
export const hexToBigInt = (hex) => BigInt(`0x${hex || '0'}`)

/** Big-endian hex of exactly `length` bytes. */
export const fixedHex = (value, length) => {
  const hex = value.toString(16).padStart(2 * length, '0')
  if (hex.length > 2 * length) throw new RangeError(`${value} does not fit ${length} bytes`)
  return hex
}

/** Big-endian hex of as few bytes as hold the value. */
export const minimalHex = (value) => {
  const hex = value.toString(16)
  return hex.length % 2 === 1 ? `0${hex}` : hex
}

export const fixedBytes = (value, length) => hexToBytes(fixedHex(value, length))

/** Hex of any spelling (spaces, capitals, an odd number of digits) as lower-case pairs. */
export const normalHex = (text) => {
  const hex = text.replace(/\s/g, '').toLowerCase()
  return hex.length % 2 === 1 ? `0${hex}` : hex
}

/** Hex of a number, its leading zeros dropped or added so that it is `length` bytes. */
export const hexOfLength = (text, length) => fixedHex(hexToBigInt(normalHex(text)), length)

const mod = (a, n) => ((a % n) + n) % n

export const modInverse = (a, n) => {
  let [r, s, x, y] = [mod(a, n), n, 1n, 0n]
  while (s !== 0n) {
    const quotient = r / s
    ;[r, s] = [s, r - quotient * s]
    ;[x, y] = [y, x - quotient * y]
  }
  if (r !== 1n) throw new RangeError('no inverse')
  return mod(x, n)
}

const gcd = (a, b) => (b === 0n ? a : gcd(b, a % b))
export const lcm = (a, b) => (a / gcd(a, b)) * b
export const byteLength = (n) => Math.ceil(n.toString(2).length / 8)
