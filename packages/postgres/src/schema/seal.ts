/** Seals texts under the state key: who reads the database does not read them. */

import {
  createCipheriv,
  createDecipheriv,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto'

/** Seals and opens texts. */
export interface Sealer {
  /** Seals a text for one place: it can be opened only as the text of that place. */
  readonly seal: (text: string, place: string) => Uint8Array
  /** Opens one; throws if it is another place's, of another key, or was changed. */
  readonly open: (bytes: Uint8Array, place: string) => string
}

const CIPHER = 'aes-256-gcm'
const IV_LENGTH = 12
const TAG_LENGTH = 16

/**
 * Makes the sealer of a state key. Sealed: IV || tag || ciphertext, `28 + length` bytes.
 *
 * @see NIST SP 800-38D section 8.2.2: random IVs of 96 bits, for at most 2^32 texts
 */
export function createSealer(stateKey: KeyObject): Sealer {
  const key = new Uint8Array(
    hkdfSync('sha256', stateKey, new Uint8Array(0), 'results of requests', 32),
  )
  return {
    seal: (text, place) => {
      const iv = randomBytes(IV_LENGTH)
      const cipher = createCipheriv(CIPHER, key, iv).setAAD(Buffer.from(place))
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return Buffer.concat([iv, cipher.getAuthTag(), sealed])
    },
    open: (bytes, place) => {
      const iv = bytes.subarray(0, IV_LENGTH)
      const decipher = createDecipheriv(CIPHER, key, iv, { authTagLength: TAG_LENGTH })
      decipher.setAAD(Buffer.from(place))
      decipher.setAuthTag(bytes.subarray(IV_LENGTH, IV_LENGTH + TAG_LENGTH))
      const sealed = bytes.subarray(IV_LENGTH + TAG_LENGTH)
      return Buffer.concat([decipher.update(sealed), decipher.final()]).toString('utf8')
    },
  }
}
