import { type CryptoErrorCode, isCryptoError } from '../src/crypto-error.ts'

/** Returns the code and text of the CryptoError that a call throws; anything else fails the test. */
export function refusalOf(call: () => unknown): { code: CryptoErrorCode; message: string } {
  try {
    call()
  } catch (error) {
    if (!isCryptoError(error)) throw error
    return { code: error.code, message: error.message }
  }
  throw new Error('Expected the call to throw.')
}

/** Returns only the code. */
export const codeOf = (call: () => unknown): CryptoErrorCode => refusalOf(call).code
