// Whether the time of elliptic curves depends on the private key.

import { ecdsaSignDeterministic, makeEcKey } from '@pocket-hsm/crypto'
import { timingOf } from '../measuring/timing.mjs'

const CURVES = { 'P-256': 32, 'P-384': 48, 'P-521': 66, 'P-256K': 32 }
const DIGEST = new Uint8Array(32).fill(7)

export const timingEcdsa = {
  name: 'timing-ecdsa',
  title: 'Whether the time of elliptic curves depends on private keys',
  noise:
    'It needs a machine that does nothing else. |t| above 4.5 is a reason to look again, above 10 a dependence; the control compares random keys with random keys, and shows the noise.',
  onDemand: true,
  samples({ quick }, onSample) {
    return Object.entries(CURVES).flatMap(([crv, width]) =>
      Object.entries(OPERATIONS).map(([operation, prepare]) => {
        const name = `${crv}, ${operation}`
        onSample(name)
        const target = {
          prepare: prepare(crv),
          random: () => randomSecret(width),
          fixed: fixedSecrets(width),
        }
        return { name, unit: '|t|', samples: timingOf(target, quick ? 500 : 20_000) }
      }),
    )
  },
}

const OPERATIONS = {
  'the public key': (crv) => (d) => () => makeEcKey(crv, d),
  'a signature': (crv) => (d) => {
    const key = makeEcKey(crv, d)
    return () => ecdsaSignDeterministic(key, 'SHA-256', DIGEST)
  },
}

/**
 * Secrets that differ most from random ones. Each is made as random ones are: arrays that the host has filled are
 * elsewhere in memory than those that it has not, and reading them takes another time.
 */
function fixedSecrets(width) {
  const made = (write) => () => {
    const d = crypto.getRandomValues(new Uint8Array(width)).fill(0)
    write(d)
    return d
  }
  const random = randomSecret(width)
  return {
    'one random key': made((d) => d.set(random)),
    'the key 1': made((d) => d.set([1], width - 1)),
    'a key of few ones': made((d) => d.set([1], width >> 1)),
    'a key of many ones': made((d) => d.fill(255, 1)),
  }
}

/** Below the order of every curve, since the highest byte is 0. */
function randomSecret(width) {
  const d = crypto.getRandomValues(new Uint8Array(width))
  d[0] = 0
  return d
}
