// The session in its order. Each chapter has an HSM of its own and can be read, and run, alone.

import { backups } from './backups.mjs'
import { deletion } from './deletion.mjs'
import { ellipticCurve } from './elliptic-curve.mjs'
import { pemFile } from './pem-file.mjs'
import { symmetric } from './symmetric.mjs'
import { versions } from './versions.mjs'
import { wrapping } from './wrapping.mjs'

export const chapters = [
  { name: 'pem', title: 'A password-protected PEM file from OpenSSL', run: pemFile },
  { name: 'wrapping', title: 'An RSA key that may only wrap', run: wrapping },
  { name: 'ec', title: 'An elliptic-curve key with tags, and a twin', run: ellipticCurve },
  { name: 'symmetric', title: 'AES keys, made inside and made outside', run: symmetric },
  { name: 'versions', title: 'Attributes, lists and versions', run: versions },
  { name: 'deletion', title: 'Deleted, recovered, purged when its time has come', run: deletion },
  { name: 'backup', title: 'Backed up, purged and restored', run: backups },
]
