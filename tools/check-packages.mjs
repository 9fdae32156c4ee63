// Checks that what npm users would get is complete, well described, loads as ECMAScript and as CommonJS modules, and runs
// the README's first example with no other package. Prints sizes and times.
//
//   node tools/check-packages.mjs [folder of the tree]

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { blocksOfMarkdown } from './lib/code-blocks.mjs'
import {
  compileModule,
  createFreshProject,
  listInstalled,
  measureCopies,
  measureImport,
  measureRequire,
  runModule,
} from './lib/fresh-project.mjs'
import { build } from './lib/install-and-build.mjs'
import { faultsOfManifests } from './lib/manifests.mjs'
import { closureOf, packAll } from './lib/pack.mjs'
import { faultsOfContents } from './lib/packed-contents.mjs'
import { isMain, report } from './lib/report.mjs'
import { runQuietly } from './lib/run.mjs'
import { tryFormats } from './lib/try-formats.mjs'

/** The package that the README's first example imports. */
const MAIN = 'pocket-hsm'

/**
 * Packs, inspects and tries out the packages of a workspace that is installed and built.
 *
 * @param {string} root
 * @returns {{ faults: string[], summary: string }}
 */
export function checkPackages(root) {
  const cache = join(root, 'node_modules', '.cache')
  mkdirSync(cache, { recursive: true })
  const folder = mkdtempSync(join(cache, 'packed-'))
  try {
    const packages = packAll(root, folder)
    if (!packages.some(({ name }) => name === MAIN)) {
      return { faults: [`${MAIN} was not packed`], summary: '' }
    }
    const inspected = packages.flatMap((each) => inspect(root, each))
    mkdirSync(join(folder, 'formats'))
    const formats = tryFormats(root, join(folder, 'formats'), packages)
    const tried = tryOut(root, closureOf(MAIN, packages))
    return {
      faults: [...faultsOfManifests(root), ...inspected, ...formats.faults, ...tried.faults],
      summary: [
        `Packages hold: ${packages.length}; ${formats.count} entry points, as ECMAScript and as CommonJS modules`,
        ...packages.map(describePacked),
        ...tried.summary,
      ].join('\n'),
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function describePacked({ name, tarball, files }) {
  const count = (ending) => [...files.keys()].filter((path) => path.endsWith(ending)).length
  const scripts = `${count('.js')} .js and ${count('.cjs')} .cjs files`
  return `  ${name}: ${inKilobytes(statSync(tarball).size)} packed, ${scripts}`
}

const inKilobytes = (amount) => `${(amount / 1000).toFixed(0)} kB`

function inspect(root, { name, tarball, files, sources }) {
  const run = (tool, ...args) => {
    const file = relative(root, tarball).replaceAll('\\', '/')
    const { ok, output } = runQuietly(join('node_modules', '.bin', tool), [...args, file], {
      cwd: root,
    })
    return ok ? [] : [`${name}: ${tool} is not content:\n${output}`]
  }
  return [
    ...faultsOfContents({ files, sources }).map((fault) => `${name}: ${fault}`),
    ...run('publint', 'run', '--strict'),
    ...run('attw'),
  ]
}

function tryOut(root, packages) {
  const project = createFreshProject(packages.map(({ tarball }) => tarball))
  try {
    if (project.fault) return { faults: [project.fault], summary: [] }
    const installed = listInstalled(project.folder)
    const names = packages.map(({ name }) => name)
    const strangers = installed.filter(({ name }) => !names.includes(name))
    const bytes = installed.reduce((sum, each) => sum + each.bytes, 0)
    const copies = measureCopies(project.folder, MAIN)
    return {
      faults: [
        ...strangers.map(({ name }) => `npm install ${MAIN} also brings ${name}`),
        ...tryFirstExample(root, project.folder),
        ...(copies.ok ? [] : [`two copies of ${MAIN} in a process:\n${copies.output}`]),
      ],
      summary: [
        `  npm install of ${names.join(', ')}: ${project.seconds} s from tarballs with an empty cache`,
        ...installed.map(
          (each) => `  ${each.name} ${each.version}: ${inKilobytes(each.bytes)} installed`,
        ),
        `  installed together: ${inKilobytes(bytes)}; the README's first example runs`,
        `  import of ${MAIN}: ${measureImport(project.folder, MAIN).toFixed(0)} ms (median of 9 fresh processes)`,
        `  require of ${MAIN}: ${measureRequire(project.folder, MAIN).toFixed(0)} ms (median of 9 fresh processes)`,
        `  a second copy, CommonJS beside ECMAScript: ${copies.stdout}`,
      ],
    }
  } finally {
    project.remove()
  }
}

/** Runs and type-checks the first block of code of the README exactly as it is printed there. */
function tryFirstExample(root, folder) {
  const readme = join(root, 'README.md')
  const blocks = existsSync(readme)
    ? blocksOfMarkdown('README.md', readFileSync(readme, 'utf8'))
    : []
  const first = blocks.find(({ language }) => ['ts', 'js', 'mjs'].includes(language))
  if (first === undefined) return ['README.md has no block tagged ts or js that could be tried']
  const place = `README.md:${first.line}: the first example`
  const ran = runModule(folder, first.code)
  const compiled = compileModule(root, folder, first.code)
  return [
    ...(first.code.includes(`'${MAIN}'`) ? [] : [`${place} does not import ${MAIN}`]),
    ...(ran.ok ? [] : [`${place} fails in an empty project:\n${ran.output}`]),
    ...(compiled.ok ? [] : [`${place} does not compile in an empty project:\n${compiled.output}`]),
  ]
}

if (isMain(import.meta.url)) {
  const root = resolve(process.argv[2] ?? fileURLToPath(new URL('..', import.meta.url)))
  if (build(root)) {
    const { faults, summary } = checkPackages(root)
    report(faults, summary)
  } else {
    process.exitCode = 1
  }
}
