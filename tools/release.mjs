// Publishes all packages with one command, or shows in a clone what that would do.
//
//   node tools/release.mjs             publishes the versions that npm does not have yet
//   node tools/release.mjs --version   applies the waiting notes: versions and changelogs
//   node tools/release.mjs --dry-run   applies the waiting notes in a clone, packs, and publishes nothing

import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { applyNotes } from './lib/apply-notes.mjs'
import { packAll } from './lib/pack.mjs'
import { isMain, report } from './lib/report.mjs'
import { runQuietly } from './lib/run.mjs'
import { listPackages } from './lib/tree.mjs'

/**
 * The reasons not to publish a tree as it is.
 *
 * @param {string} root
 * @returns {string[]}
 */
export function reasonsNotToPublish(root) {
  const changed = runQuietly('git', ['status', '--porcelain'], { cwd: root })
  return [
    ...(changed.ok ? [] : [`git status failed: ${changed.output}`]),
    ...(changed.stdout === '' ? [] : [`files are not committed:\n${changed.stdout}`]),
    ...(waitingNotes(root).length === 0
      ? []
      : ['notes wait in .changeset: run npm run release:version and commit the result first']),
  ]
}

/**
 * The notes of changes that no release has had yet.
 *
 * @param {string} root
 * @returns {string[]} File names.
 */
export function waitingNotes(root) {
  const folder = join(root, '.changeset')
  if (!existsSync(folder)) return []
  return readdirSync(folder).filter((file) => file.endsWith('.md') && file !== 'README.md')
}

/** Publishes, after the packages have been checked as a user would get them. */
function publish(root) {
  const reasons = reasonsNotToPublish(root)
  if (reasons.length > 0) return { faults: reasons, summary: '' }
  const checked = runQuietly('npm', ['run', '--silent', 'packages'], { cwd: root })
  if (!checked.ok) return { faults: [checked.output], summary: '' }
  const published = runQuietly(join('node_modules', '.bin', 'changeset'), ['publish'], {
    cwd: root,
  })
  return published.ok
    ? { faults: [], summary: published.output }
    : { faults: [published.output], summary: '' }
}

/**
 * What a release of the committed tree would contain.
 *
 * @param {string} root A repository that is committed.
 * @returns {{ faults: string[], summary: string }}
 */
export function dryRun(root) {
  const folder = mkdtempSync(join(tmpdir(), 'release-'))
  try {
    const clone = join(folder, 'clone')
    const steps = [
      ['git', ['clone', '--quiet', root, clone], folder],
      ['node', ['tools/set-up.mjs'], clone],
    ]
    for (const [program, args, cwd] of steps) {
      const { ok, output } = runQuietly(program, args, { cwd })
      if (!ok) return { faults: [`${program} ${args.join(' ')} failed:\n${output}`], summary: '' }
    }
    const before = versionsOf(clone)
    const versioned = applyNotes(clone)
    if (!versioned.ok)
      return { faults: [`changeset version failed:\n${versioned.output}`], summary: '' }
    return packed(clone, before)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function packed(clone, before) {
  const after = versionsOf(clone)
  const destination = join(clone, 'reports', 'packed')
  mkdirSync(destination, { recursive: true })
  const packages = packAll(clone, destination)
  const missing = [...after.keys()].filter((name) => !packages.some((each) => each.name === name))
  const published = packages.map((each) => ({ each, ...publishDry(clone, each.tarball) }))
  return {
    faults: [
      ...missing.map((name) => `${name} was not packed`),
      ...published
        .filter(({ ok }) => !ok)
        .map(({ each, output }) => `${each.name}: npm publish --dry-run failed:\n${output}`),
      ...packages.flatMap(({ name, manifest }) => workspaceRanges(name, manifest)),
    ],
    summary: [
      ...packages.map(
        ({ name, tarball, files }) =>
          `${name} ${before.get(name)} -> ${after.get(name)}: ${(statSync(tarball).size / 1000).toFixed(0)} kB, ${files.size} files`,
      ),
      ...listPackages(clone).map(({ path }) => changelogOf(clone, path)),
    ].join('\n'),
  }
}

const versionsOf = (root) =>
  new Map(
    listPackages(root)
      .filter(({ manifest }) => !manifest.private)
      .map(({ manifest }) => [manifest.name, manifest.version]),
  )

const publishDry = (root, tarball) =>
  runQuietly('npm', ['publish', '--dry-run', '--access=public', tarball], { cwd: root })

/** A range that only this workspace understands must not reach npm. */
const workspaceRanges = (name, manifest) =>
  Object.entries({ ...manifest.dependencies, ...manifest.peerDependencies })
    .filter(([, range]) => /^(workspace|catalog):/.test(range))
    .map(([dependency, range]) => `${name}: ${dependency} has the range ${range}`)

const changelogOf = (root, path) => {
  const file = join(root, path, 'CHANGELOG.md')
  return existsSync(file) ? `\n${path}/CHANGELOG.md\n${readFileSync(file, 'utf8').trim()}` : ''
}

/** Applies the notes to the tree itself. */
function version(root) {
  const { ok, output } = applyNotes(root)
  return ok ? { faults: [], summary: output } : { faults: [output], summary: '' }
}

function chosen() {
  if (process.argv.includes('--dry-run')) return dryRun
  return process.argv.includes('--version') ? version : publish
}

if (isMain(import.meta.url)) {
  const root = fileURLToPath(new URL('..', import.meta.url))
  const { faults, summary } = chosen()(root)
  report(faults, summary)
}
