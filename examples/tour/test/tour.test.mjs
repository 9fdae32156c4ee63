// The tour as a reader runs it: a process of its own, its output and its exit status.

import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { chapters } from '../chapters/index.mjs'
import { saboteurs } from './sabotage/saboteurs.mjs'

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url))

/** Runs the tour with no terminal and no say about colours. */
function tour(args, { node = [], env = {} } = {}) {
  const { FORCE_COLOR, NO_COLOR, NODE_OPTIONS, ...rest } = process.env
  return spawnSync(process.execPath, [...node, path('../tour.mjs'), ...args], {
    encoding: 'utf8',
    env: { ...rest, ...env },
  })
}

const parseLines = (stdout) =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))

describe('the tour', () => {
  const whole = tour(['--json'])
  const lines = parseLines(whole.stdout)
  const steps = lines.slice(0, -1)

  it('ends well, with every check held', () => {
    expect(whole).toMatchObject({ status: 0, stderr: '' })
    expect(steps.filter(({ ok }) => ok !== true)).toEqual([])
  })

  it('goes through every chapter, in order', () => {
    expect([...new Set(steps.map(({ chapter }) => chapter))]).toEqual(
      chapters.map(({ name }) => name),
    )
  })

  it('names who checked each step', () => {
    const verifiers = new Set(steps.flatMap(({ verifier }) => verifier.split(', ')))
    expect([...verifiers].sort()).toEqual(['OpenSSL', 'node:assert', 'node:crypto'])
  })

  it('counts its steps in a summary, with the versions it ran on', () => {
    const { node, openssl } = process.versions
    const counts = { steps: steps.length, passed: steps.length, failed: 0 }
    expect(lines.at(-1)).toEqual({
      summary: { ...counts, milliseconds: expect.any(Number), node, openssl },
    })
  })

  it('has results in every chapter that node:crypto checked', () => {
    const byNode = steps.filter(({ verifier }) => verifier.includes('node:crypto'))
    expect(new Set(byNode.map(({ chapter }) => chapter)).size).toBe(chapters.length)
  })
})

describe('what a reader sees', () => {
  const { stdout, status } = tour(['ec', 'deletion'])
  const lines = stdout.split('\n').filter((line) => line.startsWith('  '))

  it('is a line a step: what, how long, and who checked it', () => {
    const steps = parseLines(tour(['--json', 'ec', 'deletion']).stdout).slice(0, -1)
    expect(status).toBe(0)
    expect(lines.length).toBe(steps.length)
    for (const [index, { step, verifier }] of steps.entries()) {
      expect(lines[index]).toMatch(/ <?[\d.]+ ms {2}/)
      expect(lines[index].startsWith(`  ✓ ${step}`) && lines[index].endsWith(verifier)).toBe(true)
    }
  })

  it('has neither colours nor progress without a terminal', () => {
    expect(stdout).not.toContain('\u001b')
    expect(stdout).not.toContain('…')
  })

  it('has colours without a terminal where they are asked for', () => {
    expect(tour(['ec'], { env: { FORCE_COLOR: '1' } }).stdout).toContain('\u001b[32m✓')
  })

  it('is only the chapters asked for', () => {
    expect(stdout).toContain('An elliptic-curve key')
    expect(stdout).not.toContain('An RSA key')
  })

  it('is explained by --help', () => {
    const { status, stdout } = tour(['--help'])
    expect(status).toBe(0)
    for (const { name, title } of chapters) expect(stdout).toContain(`${name.padEnd(10)} ${title}`)
  })

  it.each([
    ['an option that is not there', '--jsno', "Unknown option '--jsno'"],
    ['a chapter that is not there', 'pme', "There is no chapter 'pme'."],
  ])('is one sentence and exit status 2 for %s', (_, argument, sentence) => {
    const { status, stdout, stderr } = tour([argument])
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toContain(sentence)
    expect(stderr).not.toContain('    at ')
  })
})

describe('a spoilt HSM', () => {
  it.each(saboteurs)('is noticed when $name', ({ name, chapter, step }) => {
    const node = ['--import', new URL('sabotage/register.mjs', import.meta.url).href]
    const { status, stdout } = tour([chapter, '--json'], { node, env: { SABOTEUR: name } })
    const lines = parseLines(stdout)
    const failed = lines.find(({ ok }) => ok === false)
    expect(failed).toMatchObject({ chapter, step, error: expect.any(String) })
    expect(lines.at(-1).summary).toMatchObject({ failed: 1 })
    expect(status).toBe(1)
  })

  it('is named to a reader, and the next chapter is run all the same', () => {
    const node = ['--import', new URL('sabotage/register.mjs', import.meta.url).href]
    const env = { SABOTEUR: 'a bit of a signature is flipped' }
    const { status, stdout } = tour(['pem', 'symmetric'], { node, env })
    expect(status).toBe(1)
    expect(stdout).toMatch(/^ {2}✗ signs the digest of invoice\.csv with RS256 /m)
    expect(stdout).toMatch(/^ {2}✓ wraps a content key with A256KW/m)
    expect(stdout).toMatch(/^1 of \d+ FAILED/m)
  })
})
