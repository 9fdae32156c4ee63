/** The commands of `pocket-hsm key`. */

import { getAttestation, getPolicyTemplate } from './attestation.ts'
import { backup, restore } from './backups.ts'
import { decrypt, encrypt } from './ciphers.ts'
import { create } from './create.ts'
import { deleteKey, purge, recover, showDeleted } from './deletion.ts'
import { download } from './download.ts'
import { importKey } from './import.ts'
import type { KeyCommand } from './key-command.ts'
import { list, listDeleted, listVersions } from './lists.ts'
import { random } from './random.ts'
import { rotate, showPolicy, updatePolicy } from './rotation.ts'
import { setAttributes, show } from './show.ts'
import { sign, verify } from './signatures.ts'

/** In the order of the help. */
export const KEY_COMMANDS: readonly KeyCommand[] = [
  create,
  importKey,
  show,
  list,
  listVersions,
  setAttributes,
  deleteKey,
  listDeleted,
  showDeleted,
  recover,
  purge,
  backup,
  restore,
  rotate,
  showPolicy,
  updatePolicy,
  encrypt,
  decrypt,
  sign,
  verify,
  random,
  download,
  getAttestation,
  getPolicyTemplate,
]

/** Groups of commands, and their summaries. */
export const KEY_GROUPS: Readonly<Record<string, string>> = {
  'rotation-policy': 'show and set when a key rotates automatically',
}
