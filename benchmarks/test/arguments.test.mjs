import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { help, readArguments } from '../src/arguments.mjs'

const GROUPS = ['rsa', 'ecdsa', 'wrap'].map((name) => ({ name, title: `About ${name}` }))
GROUPS.push({ name: 'timing', title: 'About timing', onDemand: true })
const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const named = (argv) => readArguments(argv, GROUPS).groups.map(({ name }) => name)

describe('readArguments', () => {
  it('runs every group by default, except those on demand', () => {
    expect(named([])).toEqual(['rsa', 'ecdsa', 'wrap'])
    expect(named(['--group', 'timing'])).toEqual(['timing'])
  })

  it('runs the groups named, in the order of the page', () => {
    expect(named(['--group', 'wrap', '--quick', '--group', 'rsa'])).toEqual(['rsa', 'wrap'])
    expect(named(['wrap', '--group=rsa'])).toEqual(['rsa', 'wrap'])
  })

  it('refuses a group that there is not, and says which there are', () => {
    expect(() => readArguments(['des'], GROUPS)).toThrow('rsa, ecdsa, wrap')
  })

  it('refuses an option that there is not', () => {
    expect(() => readArguments(['--slow'], GROUPS)).toThrow('--slow')
  })

  it('takes a built checkout to compare with, by its whole path', () => {
    expect(readArguments(['--before', ROOT], GROUPS).before).toBe(ROOT.replace(/[\\/]$/, ''))
    expect(readArguments([], GROUPS)).not.toHaveProperty('before')
  })

  it('refuses a folder to compare with that is no built checkout, and says how to build it', () => {
    expect(() => readArguments(['--before', '/nowhere'], GROUPS)).toThrow('node tools/set-up.mjs')
  })

  it('is thorough and writes by default', () => {
    expect(readArguments([], GROUPS)).toMatchObject({ quick: false, write: true, help: false })
  })

  it('can be quick, write elsewhere, or write nothing', () => {
    expect(readArguments(['--quick', '--out', '/tmp/x'], GROUPS)).toMatchObject({
      quick: true,
      out: '/tmp/x',
    })
    expect(readArguments(['--no-write'], GROUPS).write).toBe(false)
  })
})

describe('help', () => {
  it('names every group with what it measures', () => {
    for (const { name, title } of GROUPS)
      expect(help(GROUPS)).toMatch(new RegExp(`${name}( \\*)? +${title}`))
  })
})
