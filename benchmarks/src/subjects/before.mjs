// An older version of the packages, from a built checkout of it: measured next to the present one in the same run.

import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** What its rows are called. */
export const BEFORE = 'pocket-hsm before'

/**
 * The address of an entry point, for `import`.
 *
 * @param {string} before The folder of the checkout.
 * @param {string} name The folder of the package, such as `hsm`.
 */
export const entryPointOf = (before, name) =>
  pathToFileURL(join(before, 'packages', name, 'dist', 'index.js')).href

/** The abbreviated hash of the commit that is checked out in a folder. */
export const commitOf = (before) =>
  execFileSync('git', ['-C', before, 'rev-parse', '--short=7', 'HEAD'], { encoding: 'utf8' }).trim()
