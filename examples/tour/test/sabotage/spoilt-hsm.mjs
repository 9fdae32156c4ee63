// pocket-hsm with what the saboteur named in the environment puts in place of some of its functions.

import * as real from 'pocket-hsm'
import { saboteurs } from './saboteurs.mjs'

const { spoil } = saboteurs.find(({ name }) => name === process.env.SABOTEUR)

export const {
  backupKey,
  createHsm,
  createKey,
  createSecurityDomain,
  decrypt,
  deleteKey,
  encrypt,
  getDeletedKey,
  getKey,
  HsmError,
  importKey,
  importPem,
  listDeletedKeys,
  listKeys,
  listKeyVersions,
  purgeDeletedKey,
  recoverDeletedKey,
  restoreKey,
  rotateKey,
  sign,
  unwrapKey,
  updateKey,
  verify,
  wrapKey,
} = { ...real, ...spoil(real) }
