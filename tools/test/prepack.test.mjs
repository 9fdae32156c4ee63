// `npm pack` in a fresh clone: every package is built first.

import { join } from 'node:path'
import { expect, it } from 'vitest'
import { listPackages } from '../lib/tree.mjs'

const root = join(import.meta.dirname, '..', '..')

const published = listPackages(root).filter(
  ({ path, manifest }) => path.startsWith('packages/') && !manifest.private,
)

it.each(published.map(({ path, manifest }) => [path, manifest]))(
  '%s is built before it is packed',
  (path, manifest) => {
    expect(manifest.scripts.prepack).toBe(`node ../../tools/set-up.mjs ${path}`)
  },
)
