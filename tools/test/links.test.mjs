// `npm run links` over a small tree: sound links pass, and each kind of dead link is named.

import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'

const WORKSPACE = fileURLToPath(new URL('../..', import.meta.url))
// Its package exports nothing to resolve.
const REMARK = join(WORKSPACE, 'node_modules/remark-cli/cli.js')

let root

afterEach(() => rmSync(root, { recursive: true }))

/** Runs what the script `links` runs, in a tree of two pages. */
function checkLinks(link) {
  root = mkdtempSync(join(tmpdir(), 'links-'))
  mkdirSync(join(root, 'docs'))
  writeFileSync(join(root, 'README.md'), `# Read me\n\n## Run it\n\n${link}\n`)
  writeFileSync(
    join(root, 'docs', 'page.md'),
    '# Page\n\n## Two `words`\n\n[back](../README.md#run-it)\n',
  )
  const { scripts } = JSON.parse(readFileSync(join(WORKSPACE, 'package.json'), 'utf8'))
  const [, ...args] = scripts.links.split(' ')
  const rcPath = join(WORKSPACE, '.remarkrc.json')
  const run = spawnSync(process.execPath, [REMARK, '--no-color', '--rc-path', rcPath, ...args], {
    cwd: root,
    encoding: 'utf8',
  })
  return { status: run.status, output: run.stdout + run.stderr }
}

describe('links that hold', () => {
  it.each([
    ['to a file', '[page](docs/page.md)'],
    ['to a folder', '[docs](docs/)'],
    ['to a heading', '[words](docs/page.md#two-words)'],
    ['to a heading of the same page', '[run](#run-it)'],
    ['to another site, which is not asked', '[site](https://pocket-hsm.invalid/nothing)'],
    ['in code, where nothing is a link', '`[page](docs/gone.md)`'],
  ])('%s', (_title, link) => {
    expect(checkLinks(link)).toEqual({ status: 0, output: '' })
  })
})

describe('dead links', () => {
  it.each([
    ['to a file', '[page](docs/gone.md)', 'docs/gone.md'],
    ['to a heading', '[words](docs/page.md#gone)', '#gone'],
    ['to a heading of the same page', '[run](#walk-it)', '#walk-it'],
    ['of a picture', '![chart](docs/chart.svg)', 'docs/chart.svg'],
  ])('%s', (_title, link, named) => {
    const { status, output } = checkLinks(link)
    expect(status).toBe(1)
    expect(output).toContain('README.md')
    expect(output).toContain(named)
  })
})
