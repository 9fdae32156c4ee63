// Each rule of the pages is broken once, and the line has to be named.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkPages, checkParity } from '../check-parity.mjs'
import { collectTests, reportedTests } from '../lib/collected-tests.mjs'
import { tablesOfMarkdown } from '../lib/markdown-tables.mjs'

const THERE = {
  tests: [
    { group: 'hsm', stem: 'sign', name: 'sign > asks whether the key may > refuses at exp' },
    { group: 'hsm', stem: 'life-cycle', name: 'retention > ends at its second' },
    { group: 'lifecycle', stem: 'life-cycle', name: 'the table > purge of a deleted key' },
    { group: 'hsm', stem: 'jws.vectors', name: 'RFC 7515 > r|s' },
  ],
  exported: ['sign', 'verify'],
}

const PARITY = `# Parity

Words before a table, and | bars | in them.

| what | known | test |
| --- | --- | --- |
| An expired key signs nothing | documented | \`sign: refuses at exp\` |
| The end of the retention | recorded for MHSM, inferred for KV | \`hsm/life-cycle: ends at its second\` |
| Purge | documented; the text inferred | \`lifecycle/life-cycle: purge of\`, \`sign: the key may\` |
| Bars | our own | \`jws.vectors: r\\|s\` |
`

const SURFACE = `# Surface

| client | function |
| --- | --- |
| \`sign\`, \`signData\` | \`sign\`: the client hashes |
| \`verify\` | \`verify\` |
| \`role\` | not here: administration |

| checklist | test |
| --- | --- |
| Expired | \`sign: refuses at exp\` |
| Tokens | with the REST layer |

\`\`\`
| in | a block of code |
\`\`\`
`

const faultsWith = (parity, surface = SURFACE, there = THERE) =>
  checkPages(
    [
      { path: 'parity.md', text: parity },
      { path: 'surface.md', text: surface },
    ],
    there,
  ).faults

const withRow = (row) => faultsWith(`${PARITY}${row}\n`)

describe('the pages', () => {
  it('have no fault where every row is labelled and names a test', () => {
    const pages = [
      { path: 'parity.md', text: PARITY },
      { path: 'surface.md', text: SURFACE },
    ]
    expect(checkPages(pages, THERE)).toEqual({
      faults: [],
      summary: 'Parity holds: 9 rows, 6 references to 4 tests',
    })
  })

  it.each([
    ['a row without a test', '| New | inferred |  |', 'names no test'],
    ['words for a test', '| New | inferred | see the tests |', 'names no test'],
    [
      'words besides a test',
      '| New | inferred | `sign: refuses` and others |',
      'has words besides its tests: and others',
    ],
    ['a later test', '| New | inferred | with the REST layer |', 'names no test'],
    [
      'a test whose test was renamed',
      '| New | inferred | `sign: refuses after exp` |',
      '"sign: refuses after exp" names no test',
    ],
    [
      'a test whose file was renamed',
      '| New | inferred | `signs: refuses at exp` |',
      '"signs: refuses at exp" names no test',
    ],
    [
      'a test in the file of another package',
      '| New | inferred | `lifecycle/life-cycle: ends at its second` |',
      '"lifecycle/life-cycle: ends at its second" names no test',
    ],
    [
      'one good test and one bad',
      '| New | inferred | `sign: refuses at exp`, `sign: never` |',
      '"sign: never" names no test',
    ],
    [
      'a test of two packages',
      '| New | inferred | `life-cycle: ends at its second` |',
      '"life-cycle: ends at its second" may be of hsm or lifecycle: name the package',
    ],
    [
      'a test without a title',
      '| New | inferred | `sign` |',
      '"sign" is no test: file stem, colon, part of a title',
    ],
    [
      'a test with an empty title',
      '| New | inferred | `sign: ` |',
      '"sign:" is no test: file stem, colon, part of a title',
    ],
    [
      'a test twice',
      '| New | inferred | `sign: refuses`, `sign: refuses` |',
      'names twice the test sign: refuses',
    ],
    [
      'a label that is none',
      '| New | guessed | `sign: refuses` |',
      '"guessed" is not labelled: documented, recorded, inferred, our own',
    ],
    [
      'no label',
      '| New | | `sign: refuses` |',
      '"" is not labelled: documented, recorded, inferred, our own',
    ],
    [
      'a label that is part of a word',
      '| New | undocumented | `sign: refuses` |',
      '"undocumented" is not labelled: documented, recorded, inferred, our own',
    ],
    [
      'a label behind other words',
      '| New | probably inferred | `sign: refuses` |',
      '"probably inferred" is not labelled: documented, recorded, inferred, our own',
    ],
    [
      'a part without a label',
      '| New | documented; the text guessed | `sign: refuses` |',
      '"the text guessed" is not labelled: documented, recorded, inferred, our own',
    ],
    [
      'a row that is there already',
      '| an expired key signs nothing | inferred | `sign: refuses` |',
      'says again what line 7 says',
    ],
    ['a row without a claim', '|  | inferred | `sign: refuses` |', 'says nothing'],
    ['a cell too few', '| New | inferred |', 'has 2 cells under 3 columns'],
    ['a cell too many', '| New | a | b | `sign: refuses` |', 'has 4 cells under 3 columns'],
  ])('%s is caught', (_, row, fault) => {
    expect(withRow(row)).toContain(`parity.md:11: ${fault}`)
  })

  it('a row that only begins like another is none of its kind', () => {
    expect(withRow('| An expired key | inferred | `sign: refuses` |')).toEqual([])
  })

  it.each([
    ['nothing', '', 'names no function, and does not say "not here: " and why'],
    ['words', 'the client', 'names no function, and does not say "not here: " and why'],
    ['no reason', 'not here:', 'names no function, and does not say "not here: " and why'],
    ['an unknown function', '`signs`', 'signs is not exported by packages/hsm/src/index.ts'],
    [
      'one known and one unknown function',
      '`sign`, `signs`',
      'signs is not exported by packages/hsm/src/index.ts',
    ],
    [
      'an unknown function that would be here',
      'not here: `signs` is enough',
      'signs is not exported by packages/hsm/src/index.ts',
    ],
  ])('a command whose function is %s is caught', (_, cell, fault) => {
    const surface = SURFACE.replace('not here: administration', cell)
    expect(faultsWith(PARITY, surface)).toEqual([`surface.md:7: ${fault}`])
  })

  it('a function that is in no table is caught', () => {
    expect(faultsWith(PARITY, SURFACE, { ...THERE, exported: ['sign', 'verify', 'wrap'] })).toEqual(
      ['packages/hsm/src/index.ts exports wrap, which is in no table'],
    )
  })

  it('a line of a checklist without its test is caught', () => {
    const surface = SURFACE.replace('with the REST layer', 'with the next layer')
    expect(faultsWith(PARITY, surface)).toEqual(['surface.md:12: names no test'])
  })

  it('a table that nothing checks is caught', () => {
    expect(faultsWith(`${PARITY}\n| a | b |\n| --- | --- |\n| c | d |\n`)).toEqual([
      'parity.md:14: stands in a table without a column test or function',
    ])
  })

  it('a page without a table is caught', () => {
    expect(faultsWith('# Parity')).toEqual(['parity.md has no table'])
  })
})

describe('the tables of a text', () => {
  it('have the lines on which they stand, and end with an empty line', () => {
    const text = '| a |\n| :-: |\n| b |\n\n| c |\n|---|\n| d |'
    expect(tablesOfMarkdown(text)).toEqual([
      { line: 1, header: ['a'], rows: [{ line: 3, cells: ['b'] }] },
      { line: 5, header: ['c'], rows: [{ line: 7, cells: ['d'] }] },
    ])
  })

  it('keep a bar that a backslash stands before', () => {
    expect(tablesOfMarkdown('| a |\n| --- |\n| b \\| c |')[0]?.rows[0]?.cells).toEqual(['b | c'])
  })
})

describe('a tree', () => {
  let root
  const write = (files) => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true })
      writeFileSync(join(root, path), text)
    }
  }

  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'parity-'))
    const project = (name) => ({ test: { name, root: `packages/${name}`, globals: true } })
    const config = { test: { projects: [project('hsm'), project('crypto')] } }
    write({
      'vitest.config.mjs': `export default ${JSON.stringify(config)}`,
      'packages/hsm/src/index.ts': `
        export type { Key } from './key.ts'
        export { sign, type SignParameters } from './sign.ts'`,
      'packages/hsm/test/sign.test.mjs': `
        describe('sign', () => {
          it('signs', () => {})
          it.skip('is skipped', () => {})
          it.todo('is to come')
          it.each([1, 2])('signs %i times', () => {})
        })`,
      'packages/crypto/test/ecdsa.vectors.test.mjs': `test('RFC 6979', () => {})`,
      'docs/parity.md': '| what | known | test |\n|-|-|-|\n| Signs | inferred | `sign: signs 2` |',
      'docs/surface.md': '| client | function |\n|-|-|\n| `sign` | `sign` |',
    })
  })
  afterAll(() => rmSync(root, { recursive: true }))

  it('has the tests that vitest would run, and none that it would skip', () => {
    const { tests, faults } = collectTests(root)
    expect(faults).toEqual([])
    expect(tests.toSorted((a, b) => (a.name < b.name ? -1 : 1))).toEqual([
      { group: 'crypto', stem: 'ecdsa.vectors', name: 'RFC 6979' },
      { group: 'hsm', stem: 'sign', name: 'sign > signs' },
      { group: 'hsm', stem: 'sign', name: 'sign > signs 1 times' },
      { group: 'hsm', stem: 'sign', name: 'sign > signs 2 times' },
    ])
  })

  it('has the same tests from a report of a run', () => {
    const file = join(root, 'tests.json')
    const result = (status, title, ...ancestorTitles) => ({ status, title, ancestorTitles })
    const report = {
      testResults: [
        {
          name: join(root, 'packages/hsm/test/sign.test.ts'),
          assertionResults: [
            result('passed', 'signs', 'sign'),
            result('failed', 'signs 1 times', 'sign'),
            result('skipped', 'is skipped', 'sign'),
            result('todo', 'is to come', 'sign'),
            result('skipped', 'is stored', 'a row (needs a PostgreSQL: npm run postgres)'),
          ],
        },
      ],
    }
    writeFileSync(file, JSON.stringify(report))
    expect(reportedTests(root, file)).toEqual({
      faults: [],
      tests: [
        { group: 'hsm', stem: 'sign', name: 'sign > signs' },
        { group: 'hsm', stem: 'sign', name: 'sign > signs 1 times' },
        { group: 'hsm', stem: 'sign', name: 'a row > is stored' },
      ],
    })
  })

  it('holds where its pages, its tests and its index agree', () => {
    expect(checkParity(root)).toEqual({
      faults: [],
      summary: 'Parity holds: 2 rows, 1 references to 4 tests',
    })
  })

  it('does not hold where a test is skipped, or a function is gone', () => {
    write({
      'docs/parity.md':
        '| what | known | test |\n|-|-|-|\n| Signs | inferred | `sign: is skipped` |',
      'packages/hsm/src/index.ts': `export { type SignParameters } from './sign.ts'`,
    })
    expect(checkParity(root).faults).toEqual([
      'docs/parity.md:3: "sign: is skipped" names no test',
      'docs/surface.md:3: sign is not exported by packages/hsm/src/index.ts',
    ])
  })

  it('does not hold where a test file does not load', () => {
    write({ 'packages/hsm/test/broken.test.mjs': `throw new Error('out of order')` })
    const { faults } = checkParity(root)
    expect(faults).toHaveLength(1)
    expect(faults[0]).toContain('out of order')
    rmSync(join(root, 'packages/hsm/test/broken.test.mjs'))
  })

  it('does not hold where a page is missing', () => {
    rmSync(join(root, 'docs/surface.md'))
    expect(checkParity(root).faults).toEqual(['docs/surface.md is missing'])
  })
})
