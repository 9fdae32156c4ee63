// Whether what is done with one key costs the same among a million.

import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const label = (size) => `${size.toLocaleString('en')} keys`

export const scale = {
  name: 'scale',
  title: 'Many keys: what one costs among a thousand and among a million',
  noise:
    'Each size is a process of its own; they take turns. Most tasks go round 25 keys that are spread over all names, so that what is compared is the work and not the reach of the processor’s caches. The purge of 1,000 keys and the last task go wherever a key may be: among a thousand it is found in a cache, among a million its record has to come from memory, object by object (docs/decisions/0013).',
  /** The processes take turns, sample by sample, so that a slow moment of the machine is slow for all. */
  async samples({ quick }, onSample) {
    const sizes = quick ? [1000, 2000] : [1000, 1_000_000]
    const rounds = quick ? 5 : 200
    const warmUp = quick ? 1 : 50
    const runs = []
    for (const size of sizes) {
      onSample(`filling ${label(size)}`, 0)
      runs.push(await started(size))
    }
    const results = []
    for (const [task, name] of runs[0].names.entries()) {
      const samples = Object.fromEntries(sizes.map((size) => [label(size), []]))
      for (let round = -warmUp; round < rounds; round++) {
        onSample(name, round)
        // The order shifts, so that nobody always comes after the slowest.
        for (const turn of runs.keys()) {
          const { size, ask } = runs[Math.abs(turn + round) % runs.length]
          const milliseconds = await ask(task)
          // The rounds before the first are for the compiler.
          if (round >= 0) samples[label(size)].push(milliseconds)
        }
      }
      results.push({ name, samples })
    }
    for (const { end } of runs) end()
    const bytes = runs.map(({ size, bytesPerKey }) => [label(size), [bytesPerKey]])
    return [
      ...results,
      { name: 'memory of a key', unit: 'bytes', samples: Object.fromEntries(bytes) },
    ]
  },
}

/** Starts a process and waits until its HSM is full. */
async function started(size) {
  const program = fileURLToPath(new URL('../processes/scale-process.mjs', import.meta.url))
  // Node's own bound is 4 GiB at most, less on small machines.
  const execArgv = ['--expose-gc', '--max-old-space-size=6144']
  const child = fork(program, [String(size)], { execArgv })
  const answer = () =>
    new Promise((resolve, reject) => {
      const ended = (code) => reject(new Error(`The process with ${label(size)} ended: ${code}.`))
      child.once('exit', ended)
      child.once('message', (message) => {
        child.off('exit', ended)
        resolve(message)
      })
    })
  const { bytesPerKey, names } = await answer()
  const ask = (task) => {
    child.send(task)
    return answer()
  }
  return { size, bytesPerKey, names, ask, end: () => child.disconnect() }
}
