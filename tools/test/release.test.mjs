import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { applyNotes } from '../lib/apply-notes.mjs'
import { faultsOfManifests } from '../lib/manifests.mjs'
import { listPackages, writeJson } from '../lib/tree.mjs'
import { reasonsNotToPublish, waitingNotes } from '../release.mjs'

let root
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'release-test-'))
  mkdirSync(join(root, '.changeset'))
  writeFileSync(join(root, '.changeset', 'README.md'), 'about\n')
  git('init', '--quiet')
  commitAll()
})
afterEach(() => rmSync(root, { recursive: true }))

const git = (...args) => execFileSync('git', args, { cwd: root })
const commitAll = () => {
  git('add', '--all')
  git('-c', 'user.name=t', '-c', 'user.email=t@t.test', 'commit', '--quiet', '--message=x')
}

test('a committed tree without notes may be published', () => {
  expect(reasonsNotToPublish(root)).toEqual([])
})

test('a file that is not committed forbids publishing, and is named', () => {
  writeFileSync(join(root, 'new.txt'), 'x')
  expect(reasonsNotToPublish(root)).toEqual([expect.stringContaining('new.txt')])
})

test('a note that no release has had forbids publishing, and the cure is named', () => {
  writeFileSync(join(root, '.changeset', 'blue-cats.md'), '---\n"pocket-hsm": minor\n---\nx\n')
  commitAll()
  expect(waitingNotes(root)).toEqual(['blue-cats.md'])
  expect(reasonsNotToPublish(root)).toEqual([expect.stringContaining('npm run release:version')])
})

test('a folder that is no repository is an error, not a clean tree', () => {
  rmSync(join(root, '.git'), { recursive: true })
  expect(reasonsNotToPublish(root)[0]).toMatch(/git status failed/)
})

test('a note of a minor change raises every package to the same minor version, those with peers too', () => {
  const workspace = join(import.meta.dirname, '..', '..')
  rmSync(root, { recursive: true })
  execFileSync('git', ['clone', '--quiet', workspace, root])
  symlinkSync(join(workspace, 'node_modules'), join(root, 'node_modules'), 'junction')
  for (const note of waitingNotes(root)) rmSync(join(root, '.changeset', note))
  for (const { path, manifest } of listPackages(root)) {
    writeJson(join(root, path, 'package.json'), { ...manifest, version: '0.3.1' })
  }
  const peersOf = ({ peerDependencies }) => peerDependencies
  const before = listPackages(root).map(({ manifest }) => peersOf(manifest))
  writeFileSync(join(root, '.changeset', 'blue-cats.md'), '---\n"pocket-hsm": minor\n---\nx\n')
  expect(applyNotes(root).output).toContain('updated')
  const after = listPackages(root).map(({ manifest }) => manifest)
  expect(new Set(after.map(({ version }) => version))).toEqual(new Set(['0.4.0']))
  expect(after.map(peersOf)).toEqual(before)
  expect(faultsOfManifests(root)).toEqual([])
})
