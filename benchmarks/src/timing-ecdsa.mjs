// Looks for a dependence of time on secrets in the elliptic curves: node benchmarks/src/timing-ecdsa.mjs [samples]
//
// The method is that of Reparaz, Balasch and Verbauwhede, "Dude, is my code constant time?" (2017): times with a fixed
// secret are compared with times with random secrets, in random order, by Welch's t-test; slow samples, which are the
// operating system's, are cut off at several thresholds, and the largest |t| counts. Above 4.5 is a reason to look,
// above 10 a dependence. The control compares random secrets with other random secrets: what it shows is noise.
//
// It needs a machine that does nothing else. It is no test: a test must not depend on time.

import { chooseEcEngine, ecdsaSignDeterministic, makeEcKey } from '@pocket-hsm/crypto'

const SAMPLES = Number(process.argv[2] ?? 20_000)
const CURVES = { 'P-256': 32, 'P-384': 48, 'P-521': 66, 'P-256K': 32 }

process.stdout.write(`Engine: ${chooseEcEngine('auto')}, ${SAMPLES} samples of each comparison\n`)
for (const [crv, width] of Object.entries(CURVES)) {
  for (const [operation, prepare] of Object.entries({ d·G: prepareMultiply, sign: prepareSign })) {
    report(`${crv} ${operation}`, prepare(crv, width), width)
  }
}

/**
 * Secrets that differ most from random ones. Each is made as random ones are: arrays that the host has filled lie
 * elsewhere than those that it has not, and reading them takes another time.
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

function prepareMultiply(crv) {
  return (d) => () => makeEcKey(crv, d)
}

function prepareSign(crv) {
  const digest = new Uint8Array(32).fill(7)
  return (d) => {
    const key = makeEcKey(crv, d)
    return () => ecdsaSignDeterministic(key, 'SHA-256', digest)
  }
}

function report(title, prepare, width) {
  const random = () => randomSecret(width)
  const comparisons = { 'control: random keys': random, ...fixedSecrets(width) }
  for (const [name, secret] of Object.entries(comparisons)) {
    const t = largestT(times(prepare, secret, random))
    const verdict = Math.abs(t) > 10 ? 'DEPENDS' : Math.abs(t) > 4.5 ? 'look again' : ''
    process.stdout.write(
      `${title.padEnd(12)} ${name.padEnd(22)} t = ${t.toFixed(1).padStart(6)}  ${verdict}\n`,
    )
  }
}

/** Microseconds of each operation, in two classes whose order is random. All operations are prepared before. */
function times(prepare, first, second) {
  const classes = [[], []]
  const chunk = 500
  for (let done = 0; done < SAMPLES; done += chunk) {
    const planned = Array.from({ length: chunk }, () => {
      const which = crypto.getRandomValues(new Uint8Array(1))[0] & 1
      return { which, run: prepare(which === 0 ? first() : second()) }
    })
    for (const { which, run } of planned) {
      const begun = performance.now()
      run()
      const took = 1000 * (performance.now() - begun)
      // The first chunk warms up.
      if (done > 0) classes[which].push(took)
    }
  }
  return classes
}

function largestT([a, b]) {
  const sorted = [...a, ...b].sort((x, y) => x - y)
  const thresholds = [0.5, 0.7, 0.8, 0.9, 0.95, 1].map(
    (share) => sorted[Math.ceil(share * sorted.length) - 1],
  )
  const found = thresholds.map((most) =>
    welchT(
      a.filter((time) => time <= most),
      b.filter((time) => time <= most),
    ),
  )
  return found.reduce((largest, t) => (Math.abs(t) > Math.abs(largest) ? t : largest), 0)
}

function welchT(a, b) {
  const [first, second] = [moments(a), moments(b)]
  return (
    (first.mean - second.mean) / Math.sqrt(first.variance / a.length + second.variance / b.length)
  )
}

function moments(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)
  return { mean, variance }
}
