// The clock. All contenders of a task take turns, so that a slow moment of the machine is slow for all.

/**
 * How long a task is measured.
 *
 * @typedef {object} Effort
 * @property {number} warmUp Milliseconds for each contender before anything counts: the compiler needs some hundred
 * calls to make up its mind. An operation that takes longer is done once.
 * @property {number} batch Milliseconds that a sample should take: short operations are repeated within one.
 * @property {number} budget Milliseconds for each contender of a task.
 * @property {number} most Samples after which a contender is done, however cheap they were.
 */

/**
 * Measures the contenders of one task.
 *
 * @param {Readonly<Record<string, () => unknown>>} contenders Each does the task once; one that returns a
 * promise is waited for.
 * @param {Effort} effort
 * @param {(contender: string, count: number) => void} onSample
 * @returns {Promise<Record<string, number[]>>} Milliseconds of one operation, a number for each sample: at
 * least one of each contender.
 */
export async function measure(contenders, effort, onSample = () => {}) {
  const runs = []
  for (const [name, operation] of Object.entries(contenders)) {
    runs.push({
      name,
      operation,
      repeats: await batchSize(operation, effort),
      spent: 0,
      samples: [],
    })
  }
  const waiting = () =>
    runs.filter(({ spent, samples }) => spent < effort.budget && samples.length < effort.most)
  for (let round = 0, turn = runs; turn.length > 0; round++, turn = waiting()) {
    // The order shifts, so that nobody always comes after the same one.
    for (const index of turn.keys()) {
      const run = turn[(index + round) % turn.length]
      const took = await timed(run)
      run.spent += took
      run.samples.push(took / run.repeats)
      onSample(run.name, run.samples.length)
    }
  }
  return Object.fromEntries(runs.map(({ name, samples }) => [name, samples]))
}

/** Warms up, and finds how many operations fill a batch: one where a batch is to take no time. */
async function batchSize(operation, { warmUp, batch }) {
  if (batch === 0) return 1
  let repeats = 1
  let took = await timed({ operation, repeats })
  for (let spent = took; spent < warmUp; spent += took) {
    if (took < batch) repeats *= 2
    took = await timed({ operation, repeats })
  }
  return Math.max(1, Math.round((repeats * batch) / took))
}

async function timed({ operation, repeats }) {
  const begun = performance.now()
  for (let count = 0; count < repeats; count++) {
    const result = operation()
    if (result instanceof Promise) await result
  }
  return performance.now() - begun
}
