import { type CryptoErrorCode, isCryptoError } from '../src/crypto-error.ts'

/** The code and message of the CryptoError that a call throws. Fails the test if it throws none, or another error. */
export function refusalOf(call: () => unknown): { code: CryptoErrorCode; message: string } {
  try {
    call()
  } catch (error) {
    if (!isCryptoError(error)) throw error
    return { code: error.code, message: error.message }
  }
  throw new Error('Expected the call to throw.')
}

/** The code of the CryptoError that a call throws. */
export const codeOf = (call: () => unknown): CryptoErrorCode => refusalOf(call).code
