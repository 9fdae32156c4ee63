import { describe, expect, it } from 'vitest'
import { help, readArguments } from '../src/arguments.mjs'

const GROUPS = ['rsa', 'ecdsa', 'wrap'].map((name) => ({ name, title: `About ${name}` }))
const named = (argv) => readArguments(argv, GROUPS).groups.map(({ name }) => name)

describe('readArguments', () => {
  it('runs every group unless told', () => {
    expect(named([])).toEqual(['rsa', 'ecdsa', 'wrap'])
  })

  it('runs the groups named, in the order of the page', () => {
    expect(named(['wrap', '--quick', 'rsa'])).toEqual(['rsa', 'wrap'])
  })

  it('refuses a group that there is not, and says which there are', () => {
    expect(() => readArguments(['des'], GROUPS)).toThrow('rsa, ecdsa, wrap')
  })

  it('refuses an option that there is not', () => {
    expect(() => readArguments(['--slow'], GROUPS)).toThrow('--slow')
  })

  it('is thorough and writes unless told', () => {
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
      expect(help(GROUPS)).toMatch(new RegExp(`${name} +${title}`))
  })
})
