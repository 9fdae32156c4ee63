// How long createKey takes with a pool of RSA keys that were generated before.

import { equal } from 'node:assert/strict'
import {
  createHsm,
  createKey,
  createRsaPool,
  exportRsaPool,
  fillRsaPool,
  importRsaPool,
} from 'pocket-hsm'

const SEED = 'rsa pool'

export const rsaPool = {
  name: 'pool',
  title: 'RSA keys from a pool',
  noise:
    'Microseconds. Each sample has an HSM of its own, whose making is not timed. Filling the pool is chance, as making any RSA key is.',
  async samples({ quick }, onSample) {
    const results = []
    for (const keySize of quick ? [2048] : [2048, 3072, 4096]) {
      onSample(`RSA-${keySize}`)
      const pool = createRsaPool()
      fillRsaPool(pool, [{ keySize }, { keySize, seed: SEED, name: 'orders' }])
      const bytes = exportRsaPool(pool)
      const makers = {
        'pocket-hsm': () => createHsm({ rsaPool: importRsaPool(bytes) }),
        'pocket-hsm with a seed': () => createHsm({ rsaPool: pool, seed: SEED }),
      }
      const samples = Object.fromEntries(Object.keys(makers).map((name) => [name, []]))
      for (let round = 0; round < (quick ? 10 : 400); round++) {
        for (const [name, makeHsm] of Object.entries(makers)) {
          samples[name].push(timed(makeHsm(), keySize))
        }
      }
      results.push({ name: `create an RSA-${keySize} key with a full pool`, samples })
    }
    return results
  },
}

function timed(hsm, keySize) {
  const begun = performance.now()
  const { key } = createKey(hsm, 'orders', { kty: 'RSA', keySize })
  const took = performance.now() - begun
  equal(key.n.length, Math.ceil(keySize / 6))
  return took
}
