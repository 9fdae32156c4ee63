/** The algorithms of secure wrap: those of wrapKey that the service takes for it, and padded ones of a fixed size. */

import { AES_ALGORITHMS, type AesKeyBits, type Algorithm, RSA_ALGORITHMS } from '@pocket-hsm/crypto'

/** The name of an algorithm of secure wrap. */
export type SecureWrapAlgorithmName =
  | 'RSA-OAEP-256'
  | `A${AesKeyBits}KW`
  | `A${AesKeyBits}KWPAD`
  | 'CKM_AES_KEY_WRAP'
  | 'CKM_AES_KEY_WRAP_PAD'

const { A128KW, A192KW, A256KW, CKM_AES_KEY_WRAP, CKM_AES_KEY_WRAP_PAD } = AES_ALGORITHMS

const padded = (keyBits: AesKeyBits): Algorithm =>
  Object.freeze({ ...CKM_AES_KEY_WRAP_PAD, keyBits })

const ROWS: Readonly<Record<SecureWrapAlgorithmName, Algorithm>> = {
  'RSA-OAEP-256': RSA_ALGORITHMS['RSA-OAEP-256'],
  A128KW,
  A192KW,
  A256KW,
  A128KWPAD: padded(128),
  A192KWPAD: padded(192),
  A256KWPAD: padded(256),
  CKM_AES_KEY_WRAP,
  CKM_AES_KEY_WRAP_PAD,
}

/** Finds the row of an algorithm of secure wrap by its exact name. */
export function findSecureWrapAlgorithm(alg: string): Algorithm | undefined {
  return Object.hasOwn(ROWS, alg) ? ROWS[alg as SecureWrapAlgorithmName] : undefined
}
