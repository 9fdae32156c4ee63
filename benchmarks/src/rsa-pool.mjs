// How long createKey takes with a full pool: node benchmarks/src/rsa-pool.mjs

import {
  createHsm,
  createKey,
  createRsaPool,
  exportRsaPool,
  fillRsaPool,
  importRsaPool,
} from 'pocket-hsm'

const SAMPLES = 400
const SEED = 'rsa pool'

console.log(
  'createKey with a full pool, in milliseconds: median (slowest of ten), and filling it with one key',
)
for (const keySize of [2048, 3072, 4096]) {
  const pool = createRsaPool()
  const begun = performance.now()
  fillRsaPool(pool, [{ keySize }, { keySize, seed: SEED, name: 'orders' }])
  const filling = (performance.now() - begun) / 2
  const bytes = exportRsaPool(pool)
  const fresh = measured(() => createHsm({ rsaPool: importRsaPool(bytes) }), keySize)
  const seeded = measured(() => createHsm({ rsaPool: pool, seed: SEED }), keySize)
  console.log(`RSA ${keySize}: fresh ${fresh}, seeded ${seeded}; filling ${filling.toFixed(0)}`)
}

/** Each sample has an HSM of its own, whose making is not timed. */
function measured(makeHsm, keySize) {
  const times = Array.from({ length: SAMPLES }, () => {
    const hsm = makeHsm()
    const begun = performance.now()
    createKey(hsm, 'orders', { kty: 'RSA', keySize })
    return performance.now() - begun
  }).sort((a, b) => a - b)
  return `${times[SAMPLES / 2].toFixed(3)} (${times[0.9 * SAMPLES].toFixed(3)})`
}
