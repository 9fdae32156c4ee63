// A process that measures one group and sends what it found to its parent.

import { findGroup } from '../groups/all.mjs'
import { runGroup } from '../measuring/run-group.mjs'

/** Messages are work for both processes: no more than so many milliseconds apart. */
const PAUSE = 250

const [name, request] = process.argv.slice(2)
let last = 0
const onProgress = (progress) => {
  const now = performance.now()
  if (now - last < PAUSE) return
  last = now
  process.send({ progress })
}

// Without its parent it measures for nobody.
process.on('disconnect', () => process.exit(1))

const tasks = await runGroup(findGroup(name), JSON.parse(request), onProgress)
process.send({ tasks }, () => process.exit())
