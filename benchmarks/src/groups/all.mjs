// The groups, in the order of the page.

import { coldStart } from './cold-start.mjs'
import { ecKernels } from './ec-kernels.mjs'
import { ecdsa } from './ecdsa.mjs'
import { facade } from './facade.mjs'
import { rsaKeys } from './rsa-keys.mjs'
import { rsaOperations } from './rsa-operations.mjs'
import { scale } from './scale.mjs'
import { symmetric } from './symmetric.mjs'
import { wrap } from './wrap.mjs'

export const GROUPS = [
  rsaKeys,
  rsaOperations,
  ecdsa,
  ecKernels,
  symmetric,
  wrap,
  facade,
  scale,
  coldStart,
]
