import { type CryptoErrorCode, isCryptoError } from '../src/crypto-error.ts'

/** The code and text of what a call refuses with; anything but a refusal fails the test. */
export function refusalOf(call: () => unknown): { code: CryptoErrorCode; message: string } {
  try {
    call()
  } catch (error) {
    if (!isCryptoError(error)) throw error
    return { code: error.code, message: error.message }
  }
  throw new Error('The call was expected to refuse.')
}

/** The code alone. */
export const codeOf = (call: () => unknown): CryptoErrorCode => refusalOf(call).code
