// The groups, in the order of the page.

import { coldStart } from './cold-start.mjs'
import { ecdsa } from './ecdsa.mjs'
import { facade } from './facade.mjs'
import { hostile } from './hostile.mjs'
import { imports } from './imports.mjs'
import { load } from './load.mjs'
import { mlDsa } from './ml-dsa.mjs'
import { postgres } from './postgres.mjs'
import { rsaKeys } from './rsa-keys.mjs'
import { rsaOperations } from './rsa-operations.mjs'
import { rsaPool } from './rsa-pool.mjs'
import { scale } from './scale.mjs'
import { sdk } from './sdk.mjs'
import { server } from './server.mjs'
import { sizes } from './sizes.mjs'
import { state } from './state.mjs'
import { symmetric } from './symmetric.mjs'
import { timingEcdsa } from './timing-ecdsa.mjs'
import { timingSymmetric } from './timing-symmetric.mjs'
import { wrap } from './wrap.mjs'

export const GROUPS = [
  rsaKeys,
  rsaOperations,
  ecdsa,
  mlDsa,
  symmetric,
  wrap,
  facade,
  coldStart,
  imports,
  rsaPool,
  scale,
  sdk,
  server,
  load,
  state,
  postgres,
  hostile,
  sizes,
  timingEcdsa,
  timingSymmetric,
]

export const findGroup = (wanted) => GROUPS.find(({ name }) => name === wanted)
