import { describe, expect, it } from 'vitest'
import { chart } from '../src/chart.mjs'
import { GOALS, judged } from '../src/goals.mjs'
import { GROUPS } from '../src/groups/all.mjs'
import { merged } from '../src/merge.mjs'
import { page } from '../src/page.mjs'
import { runGroup } from '../src/run-group.mjs'
import { summary } from '../src/statistics.mjs'

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
  it('meets "as fast as" from the ratio of the medians on', () => {
    const results = (ours) =>
      judged([group('ecdsa', 'ES256 sign (P-256)', { 'pocket-hsm': ours, '@noble/curves': 0.9 })])
    expect(results(1)).toMatchObject([{ met: true, found: '0.9× as fast' }])
    expect(results(1.01)).toMatchObject([{ met: false }])
  })

  it('meets "the time of" up to the ratio of the medians', () => {
    const results = (ours) =>
      judged([group('rsa-keys', 'RSA-3072', { 'pocket-hsm': ours, 'node:crypto': 500 })])
    expect(results(500)).toMatchObject([{ met: true }])
    expect(results(600)).toMatchObject([{ met: false, found: '1.2× the time' }])
  })

  it('meets "within" up to the time, and "more than" up to the difference', () => {
    const importing = (ours) =>
      judged([group('cold-start', 'import, and nothing else', { 'pocket-hsm': ours })])
    expect([importing(70)[0].met, importing(71)[0].met]).toEqual([true, false])
    const around = (ours) =>
      judged([group('facade', 'ES256 sign', { 'pocket-hsm': ours, '@pocket-hsm/crypto': 0.4 })])
    expect([around(0.41)[0].met, around(0.42)[0].met]).toEqual([true, false])
    expect(around(0.39)[0].found).toBe('nothing that can be measured')
  })

  it('says nothing of what was not measured', () => {
    expect(judged([group('wrap', 'anything', { 'pocket-hsm': 1 })])).toEqual([])
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
    groups: [group('ecdsa', 'ES256 sign (P-256)', { 'pocket-hsm': 2, '@noble/curves': 1 })],
  }

  it('sets the goals beside their figures', () => {
    expect(page(results)).toContain(
      '| ecdsa | ES256 sign (P-256) | at least 0.9× as fast as @noble/curves | 0.5× as fast | **not met** |',
    )
  })

  it('has the chart, the noise, the machine and every contender of a group', () => {
    const text = page(results)
    expect(text).toContain('](charts/ecdsa.svg)')
    expect(text).toContain('**Noise.** None.')
    expect(text).toContain('2030-01-02, Node 20.20.2 (OpenSSL 3.0), linux x64, 2 × a processor')
    expect(text).toContain('| @noble/curves | 1 ms | 1 ms to 1 ms | 1 | 0.5× |')
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

  it('draws on a logarithmic scale, from the power of ten below everything', () => {
    const widthOf = (colour) => {
      const path = new RegExp(`d="M[\\d.]+ [\\d.]+l(-?[\\d.]+) [^"]*" fill="${colour}"`).exec(svg)
      return Math.abs(Number(path[1]))
    }
    // 0.1 ms is one power of ten above 0.01 ms, and 100 ms is four.
    expect(widthOf('#56b4e9') / widthOf('#d55e00')).toBeCloseTo(4, 2)
  })
})

describe('runGroup', () => {
  const effort = () => ({ warmUp: 0, batch: 0, budget: 1, most: 2 })

  it('times nothing that gives a wrong answer', async () => {
    const check = (contender, answer) => {
      if (answer !== 2) throw new Error(`${contender} is wrong`)
    }
    const contenders = { right: () => 2, wrong: async () => 3 }
    const group = { name: 'sums', effort, tasks: () => [{ name: '1 + 1', contenders, check }] }
    await expect(runGroup(group, true, () => {})).rejects.toThrow('wrong is wrong')
  })

  it('sums up samples that a group takes itself', async () => {
    const group = { name: 'own', samples: () => [{ name: 'x', samples: { us: [1, 2, 3] } }] }
    const [{ rows: found }] = await runGroup(group, true, () => {})
    expect(found).toEqual([{ contender: 'us', ...summary([1, 2, 3]) }])
  })
})
