import { describe, expect, it } from 'vitest'
import { GROUPS } from '../../src/groups/all.mjs'
import { summary } from '../../src/measuring/statistics.mjs'
import { chart, hasChart } from '../../src/report/chart.mjs'
import { GOALS, judged } from '../../src/report/goals.mjs'
import { merged } from '../../src/report/merge.mjs'
import { page } from '../../src/report/page.mjs'

const rows = (medians) =>
  Object.entries(medians).map(([contender, median]) => ({ contender, ...summary([median]) }))

const group = (name, task, medians) => ({
  name,
  title: `About ${name}`,
  noise: 'None.',
  measured: {
    at: '2030-01-02T03:04:05Z',
    quick: false,
    node: '20.20.2',
    openssl: '3.0',
    platform: 'linux x64',
    cpu: 'a processor',
    cores: 2,
    versions: { 'pocket-hsm': '0.1.0' },
  },
  tasks: [{ name: task, rows: rows(medians) }],
})

describe('judged', () => {
  const only = (name, task, medians) =>
    judged([group(name, task, medians)]).filter(({ verdict }) => verdict !== 'not measured')

  it('meets "as fast as" from the ratio of the medians on', () => {
    const results = (ours) =>
      only('ecdsa', 'ES512 sign (P-521)', { 'pocket-hsm': ours, '@noble/curves': 8 })
    expect(results(1)).toMatchObject([{ verdict: 'met', found: '8× as fast' }])
    expect(results(1.01)).toMatchObject([{ verdict: 'not met' }])
  })

  it('meets "the time of" up to the ratio of the medians', () => {
    const results = (ours) =>
      only('rsa-keys', 'RSA-3072', { 'pocket-hsm': ours, 'node:crypto': 500 })
    expect(results(500)).toMatchObject([{ verdict: 'met' }])
    expect(results(600)).toMatchObject([{ verdict: 'not met', found: '1.2× the time' }])
  })

  it('meets "within" up to the time, and "more than" up to the difference', () => {
    const importing = (ours) =>
      only('cold-start', 'import, and nothing else', { 'pocket-hsm': ours })
    expect([importing(70)[0].verdict, importing(71)[0].verdict]).toEqual(['met', 'not met'])
    const around = (ours) =>
      only('facade', 'ES256 sign', { 'pocket-hsm': ours, '@pocket-hsm/crypto': 0.4 })
    expect([around(0.41)[0].verdict, around(0.42)[0].verdict]).toEqual(['met', 'not met'])
    expect(around(0.39)[0].found).toBe('nothing that can be measured')
  })

  it('has a row for each goal, also for those that were not measured', () => {
    const found = judged([])
    expect(found).toHaveLength(GOALS.length)
    for (const { verdict } of found) expect(verdict).toBe('not measured')
  })

  it('says that a goal was not measured where only one of its contenders was', () => {
    expect(only('sdk', 'get a key', { 'pocket-hsm': 1 })).toEqual([])
  })

  it('knows every group that a goal is of', () => {
    const names = GROUPS.map(({ name }) => name)
    for (const { group: name } of GOALS) expect(names).toContain(name)
  })
})

describe('merged', () => {
  const [old, older] = [group('a', 'x', { us: 1 }), group('b', 'x', { us: 1 })]
  const fresh = group('a', 'x', { us: 2 })

  it('puts what was run again in the place of what was there', () => {
    const order = [{ name: 'b' }, { name: 'a' }]
    expect(merged({ groups: [old, older] }, [fresh], order)).toEqual({ groups: [older, fresh] })
  })

  it('drops groups that there are no more', () => {
    expect(merged({ groups: [old, older] }, [], [{ name: 'a' }])).toEqual({ groups: [old] })
  })
})

describe('page', () => {
  const results = {
    groups: [group('ecdsa', 'ES512 sign (P-521)', { 'pocket-hsm': 2, '@noble/curves': 1 })],
  }

  it('compares the goals with their figures', () => {
    expect(page(results)).toContain(
      '| ecdsa | ES512 sign (P-521) | at least 8× as fast as @noble/curves | 0.5× as fast | **not met** |',
    )
  })

  it('says which goals were not measured', () => {
    expect(page(results)).toContain(
      '| sdk | get a key | at least 1.2× as fast as pocket-hsm before |  | not measured |',
    )
  })

  it('names the commit of the older version', () => {
    const [only] = results.groups
    const compared = { groups: [{ ...only, measured: { ...only.measured, before: '0123abc' } }] }
    expect(page(compared)).toContain('is the version of commit 0123abc, measured in the same run')
    expect(page(results)).toContain('is an older version, which was not measured')
  })

  it('shows how long the slowest took where others wait for it', () => {
    const [only] = results.groups
    const tasks = [{ name: 'a request', rows: [{ contender: 'quiet', ...summary([1, 2, 9]) }] }]
    expect(page({ groups: [{ ...only, tail: true, tasks }] })).toContain(
      '| quiet | 2 ms | 1.5 ms to 5.5 ms | 8.9 ms | 9 ms | 3 |',
    )
  })

  it('has one column for what is counted once, and no ratio of sizes', () => {
    const [only] = results.groups
    const tasks = [{ name: 'a package', unit: 'bytes', rows: rows({ 'pocket-hsm': 1234 }) }]
    const text = page({ groups: [{ ...only, tasks }] })
    expect(text).toContain('| a package | bytes |\n| --- | ---: |\n| pocket-hsm | 1,234 |')
    expect(text).not.toContain('](charts/ecdsa.svg)')
  })

  it('has the chart, the noise, the machine and every contender of a group', () => {
    const text = page(results)
    expect(text).toContain('](charts/ecdsa.svg)')
    expect(text).toContain('**Noise.** None.')
    expect(text).toContain('2030-01-02, Node 20.20.2 (OpenSSL 3.0), linux x64, 2 × a processor')
    expect(text).toContain('| @noble/curves | 1 ms | 0.5× |')
  })

  it('says so where a run was quick', () => {
    const [only] = results.groups
    const quick = { groups: [{ ...only, measured: { ...only.measured, quick: true } }] }
    expect(page(quick)).toContain('**A quick run, with few samples.**')
  })
})

describe('chart', () => {
  const svg = chart({
    title: 'Two sizes',
    tasks: [{ name: 'a task', rows: rows({ 'pocket-hsm': 0.1, 'node:crypto': 100 }) }],
  })

  it('is SVG with a bar and a time for each contender', () => {
    expect(svg).toMatch(/^<svg /)
    for (const text of ['Two sizes', 'a task', 'pocket-hsm', 'node:crypto', '100 µs', '100 ms']) {
      expect(svg).toContain(text)
    }
  })

  it('is there only for what takes time', () => {
    expect(hasChart({ tasks: [{ unit: 'bytes' }] })).toBe(false)
    expect(hasChart({ tasks: [{ unit: 'bytes' }, {}] })).toBe(true)
  })

  it('draws on a logarithmic scale, from the power of ten below everything', () => {
    const widthOf = (colour) => {
      const path = new RegExp(`d="M[\\d.]+ [\\d.]+l(-?[\\d.]+) [^"]*" fill="${colour}"`).exec(svg)
      return Math.abs(Number(path[1]))
    }
    // 0.1 ms is one power of ten above 0.01 ms, and 100 ms is four.
    expect(widthOf('#56b4e9') / widthOf('#d55e00')).toBeCloseTo(4, 2)
  })
})
