/** Whether the answer of an external key manager is one: it is not trusted. */

import { HsmError } from '../hsm-error.ts'
import {
  type EkmProxyInfo,
  EXTERNAL_KEY_FAILURES,
  type ExternalKeyFailure,
  type ExternalKeyMetadata,
  type ExternalUseRequest,
} from './external-key-manager.ts'

/** Makes the error of a refusal. */
export function externalKeyError(
  { status, code, message }: ExternalKeyFailure,
  cause?: unknown,
): HsmError {
  return new HsmError({ status, code, message, ...(cause !== undefined && { cause }) })
}

/** Makes the error of an answer that is not valid, with the reason in its text and as its cause. */
function wrongAnswer(reason: string): HsmError {
  const { message, ...wrong } = EXTERNAL_KEY_FAILURES.wrong
  return externalKeyError({ ...wrong, message: `${message} ${reason}` }, new Error(reason))
}

type Members = Readonly<Record<string, unknown>>

const LONGEST_CODE = 128
const LONGEST_TEXT = 1024

/** Returns the members of an answer; throws the refusal that it is. */
function membersOf(answer: unknown): Members {
  if (typeof answer !== 'object' || answer === null) throw wrongAnswer('It must be an object.')
  const members = answer as Members
  const { status, code, message } = members
  if (status === undefined) return members
  if (!Number.isInteger(status) || Number(status) < 400 || Number(status) > 599) {
    throw wrongAnswer('The status of a refusal must be 400 to 599.')
  }
  if (typeof code !== 'string' || code === '' || typeof message !== 'string') {
    throw wrongAnswer('A refusal must have a code and a message.')
  }
  throw externalKeyError({
    status: Number(status),
    code: code.slice(0, LONGEST_CODE),
    message: message.slice(0, LONGEST_TEXT),
  })
}

const INFO: readonly (keyof EkmProxyInfo)[] = [
  'apiVersion',
  'proxyVendor',
  'proxyName',
  'ekmVendor',
  'ekmProduct',
]
const LONGEST_INFO = 256

/** Reads what a proxy says of itself. */
export function parseInfo(answer: unknown): EkmProxyInfo {
  const members = membersOf(answer)
  const read = (name: keyof EkmProxyInfo): string => {
    const text = members[name]
    if (typeof text === 'string' && text.length <= LONGEST_INFO) return text
    throw wrongAnswer(`${name} must be a text of at most ${LONGEST_INFO} characters.`)
  }
  return Object.fromEntries(INFO.map((name) => [name, read(name)])) as unknown as EkmProxyInfo
}

const SIZES: Readonly<Record<ExternalKeyMetadata['keyType'], readonly number[]>> = {
  RSA: [2048, 3072, 4096],
  oct: [256],
}

/** Reads what is known of a key. */
export function parseMetadata(answer: unknown): ExternalKeyMetadata {
  const { keyType, keySize, ...publicPart } = membersOf(answer)
  if (keyType !== 'RSA' && keyType !== 'oct') throw wrongAnswer('keyType must be RSA or oct.')
  const sizes = SIZES[keyType]
  if (!sizes.includes(keySize as number)) {
    throw wrongAnswer(`keySize of ${keyType} must be ${sizes.join(', ')}.`)
  }
  const bits = keySize as number
  if (keyType === 'oct') return { keyType, keySize: bits }
  const n = copyOfBytes(publicPart['n'])
  // Without a leading zero bit, as the sizes are whole bytes.
  if (n?.length !== bits / 8 || (n[0] ?? 0) < 0x80) {
    throw wrongAnswer(
      `n must be a modulus of ${bits} bits, as bytes without leading zeros (in the EKM Proxy API, base64url).`,
    )
  }
  const e = copyOfBytes(publicPart['e'])
  if (e === undefined || !isExponent(e)) {
    throw wrongAnswer(
      'e must be an odd exponent, as bytes without leading zeros (in the EKM Proxy API, base64url).',
    )
  }
  return { keyType, keySize: bits, n, e }
}

const MOST_EXPONENT_BYTES = 8

const isExponent = (e: Uint8Array): boolean =>
  e.length > 0 && e.length <= MOST_EXPONENT_BYTES && e[0] !== 0 && (Number(e.at(-1)) & 1) === 1

/** Copies what the array holds, whatever a class of the manager's own says that it holds. */
const copyOfBytes = (value: unknown): Uint8Array | undefined =>
  value instanceof Uint8Array ? new Uint8Array(value) : undefined

/**
 * Reads the result of a wrap or an unwrap, whose length follows from the key and the algorithm. Whether the bytes are right
 * only the external key manager knows.
 *
 * @param bits - Of the key.
 */
export function parseResult(
  answer: unknown,
  { operation, alg, value }: Pick<ExternalUseRequest, 'operation' | 'alg' | 'value'>,
  bits: number,
): Uint8Array {
  const result = copyOfBytes(membersOf(answer)['value'])
  if (result === undefined || result.length === 0) {
    throw wrongAnswer('value must be bytes (in the EKM Proxy API, base64url).')
  }
  const [least, most] = LENGTHS[alg][operation](value.length, bits / 8)
  if (most < 1) throw wrongAnswer('A wrapped key of this length must be refused.')
  if (result.length < least || result.length > most) {
    const length = least === most ? `${least}` : `${least} to ${most}`
    throw wrongAnswer(`value must have ${length} bytes, not ${result.length}.`)
  }
  return result
}

type Lengths = Readonly<
  Record<
    ExternalUseRequest['operation'],
    (given: number, keyBytes: number) => readonly [least: number, most: number]
  >
>

const exactly = (length: number) => [length, length] as const

/** RFC 8017 section 7.1: two hashes and two bytes less than the modulus. */
const oaep = (hashBytes: number): Lengths => ({
  wrapKey: (_, modulus) => exactly(modulus),
  unwrapKey: (_, modulus) => [1, modulus - 2 * hashBytes - 2],
})

const LENGTHS: Readonly<Record<ExternalUseRequest['alg'], Lengths>> = {
  'RSA-OAEP': oaep(20),
  'RSA-OAEP-256': oaep(32),
  // RFC 3394: one block of 8 bytes more.
  A256KW: { wrapKey: (given) => exactly(given + 8), unwrapKey: (given) => exactly(given - 8) },
  // RFC 5649: padded to blocks of 8 bytes.
  A256KWP: {
    wrapKey: (given) => exactly(Math.ceil(given / 8) * 8 + 8),
    unwrapKey: (given) => [Math.max(1, given - 15), given - 8],
  },
}
