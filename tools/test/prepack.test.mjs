// `npm pack` in a fresh clone: every package is built first.

import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
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

it('a package without its built files is packed with them', () => {
  const clone = mkdtempSync(join(tmpdir(), 'prepack-'))
  const run = (command, args, cwd) => execFileSync(command, args, { cwd, encoding: 'utf8' })
  try {
    run('git', ['clone', '--quiet', '--depth=1', `file://${root}`, clone], root)
    // What the commit lacks comes from the tree: the installed packages, which the build needs.
    run('cp', ['-r', join(root, 'node_modules'), clone], root)
    const [packed] = JSON.parse(
      run('npm', ['pack', '--json', '--dry-run'], join(clone, 'packages', 'lifecycle')),
    )
    expect(packed.files.map(({ path }) => path)).toContain('dist/index.js')
  } finally {
    rmSync(clone, { recursive: true, force: true })
  }
})
