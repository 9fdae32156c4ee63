// Runs the chapters and reports each step. A chapter ends at its first failed check; the next one begins all the same.

import { azure } from './azure.mjs'
import { backups } from './backups.mjs'
import { deletion } from './deletion.mjs'
import { ellipticCurve } from './elliptic-curve.mjs'
import { pemFile } from './pem-file.mjs'
import { rest } from './rest.mjs'
import { symmetric } from './symmetric.mjs'
import { versions } from './versions.mjs'
import { wrapping } from './wrapping.mjs'

/** The tour's chapters under the tour's names, then the packages on top of the engine. */
const chapters = [
  { name: 'pem', run: pemFile },
  { name: 'wrapping', run: wrapping },
  { name: 'ec', run: ellipticCurve },
  { name: 'symmetric', run: symmetric },
  { name: 'versions', run: versions },
  { name: 'deletion', run: deletion },
  { name: 'backup', run: backups },
  { name: 'rest', run: rest },
  { name: 'azure', run: azure },
]

/**
 * Runs the whole session.
 *
 * @param {(outcome: { chapter: string, step: string, ok: boolean, milliseconds: number, verifier: string,
 *   error?: string }) => void} ended Hears of each step.
 */
export async function runSession(ended) {
  for (const { name, run } of chapters) {
    let failed = false
    const end = (outcome) => {
      failed ||= !outcome.ok
      ended({ chapter: name, ...outcome })
    }
    try {
      await run((step) => runStep(step, end))
    } catch (error) {
      // What goes wrong between two steps must not pass for a chapter that ended well.
      if (!failed) end(failure(name, 'nobody', 0, error))
    }
  }
}

/** Runs one step: its result is what the steps after it work with. */
async function runStep({ title, run, verifier, check }, end) {
  const begun = performance.now()
  let milliseconds
  try {
    const result = await run()
    milliseconds = performance.now() - begun
    await check(result)
    end({ step: title, ok: true, milliseconds, verifier })
    return result
  } catch (error) {
    end(failure(title, verifier, milliseconds ?? performance.now() - begun, error))
    throw error
  }
}

const failure = (step, verifier, milliseconds, error) => ({
  step,
  ok: false,
  milliseconds,
  verifier,
  error: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
})
