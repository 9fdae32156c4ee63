// A small tree with one package and, beside sound examples, one of each kind that must not pass.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkExamples } from '../check-examples.mjs'

const workspace = fileURLToPath(new URL('../..', import.meta.url))

// Inside the workspace, where vitest and the types of Node resolve.
const cache = join(workspace, 'node_modules', '.cache')
const trees = []

function plant(files) {
  mkdirSync(cache, { recursive: true })
  const root = mkdtempSync(join(cache, 'tree-'))
  trees.push(root)
  const all = { 'tsconfig.base.json': STRICT, ...TOY, ...files }
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return root
}

afterAll(() => {
  for (const root of trees) rmSync(root, { recursive: true })
})

const STRICT = JSON.stringify({
  compilerOptions: { target: 'ES2023', lib: ['ES2023'], module: 'NodeNext', strict: true },
})

const TOY = {
  'packages/toy/package.json': JSON.stringify({
    name: 'pocket-toy',
    type: 'module',
    exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
  }),
  'packages/toy/dist/index.js': `
    export const double = (n) => 2 * n
    export const pair = (n) => ({ n, bytes: new Uint8Array([n]) })`,
  'packages/toy/dist/index.d.ts': `
    export declare function double(n: number): number
    export declare function pair(n: number): { n: number, bytes: Uint8Array }`,
}

const FENCE = '```'
const block = (language, ...lines) => [`${FENCE}${language}`, ...lines, FENCE, ''].join('\n')
const toy = "import { double, pair } from 'pocket-toy'"

describe('sound examples', () => {
  const root = plant({
    'README.md': [
      block('sh', 'npm install pocket-toy'),
      block(
        'ts',
        toy,
        "import { readFileSync } from 'node:fs'",
        'double(2) // 4',
        'const twice: number = double(4) // 8',
        'console.log(twice) // => 8',
        'pair(1) // { n: 1, bytes: new Uint8Array([1]) }',
        'double(twice) // some even number',
        'const many = [1, -2n, null, undefined, `x`] // [1, -2n, null, undefined, "x"]',
        'many.concat(readFileSync.length)',
      ),
    ].join('\n'),
    'docs/deep/page.md': block('js', toy, 'await Promise.resolve(double(1)) // 2'),
    'packages/toy/README.md': block(
      'ts',
      "import { expect, it } from 'vitest'",
      toy,
      "it('doubles', () => {",
      '  expect(double(3)).toBe(6)',
      '  double(3) // 6',
      '})',
    ),
    'packages/toy/src/index.ts': [
      '/**',
      ' * Doubles.',
      ' *',
      ' * @example',
      ' * ```ts',
      ` * ${toy}`,
      ' * double(5) // 10',
      ' * pair(5).n // 5',
      ' * ```',
      ' */',
      'export const text = "/** @example */"',
    ].join('\n'),
  })

  it('compile, run, and every value they show is looked at', async () => {
    expect(await checkExamples(root)).toEqual({
      faults: [],
      summary: 'Examples hold: 4 in 4 files compiled and ran, 9 shown values were right',
    })
  })
})

describe('an example that must not pass is named with its file and line', () => {
  let faults

  beforeAll(async () => {
    const root = plant({
      'README.md': [
        block('ts', toy, "double('2')"), // lines 2 and 3
        block('ts', toy, "throw new Error('planted')"), // 7 and 8
        block('ts', toy, '', 'double(2) // 5'), // 12 to 14
        block('ts', toy, 'const four = double(2) // 3'), // 18 and 19
        block('ts', toy, 'console.log(double(2)) // 6'), // 23 and 24
        block('ts', 'const never = (): void => {', '  Number(1) // 1', '}'), // 28 to 30
        block('ts', "void Promise.reject(new Error('nobody waits'))"), // 34
        block('typescript', 'export {}'), // 38
      ].join('\n'),
      'docs/stuck.md': block('ts', 'await new Promise(() => {})'),
      'packages/toy/README.md': [
        block('ts', "import { expect, it } from 'vitest'", "it('lies', () => expect(1).toBe(2))"),
        block('ts', "import { expect } from 'vitest'", 'expect(1).toBe(1)'),
        block('ts', "import { it } from 'vitest'", "it('shows', () => {", '  Number(1) // 2', '})'),
      ].join('\n'),
      'packages/toy/src/index.ts': [
        '/**',
        ' * One.',
        ' * @example',
        ' * ```ts',
        " * import { gone } from 'pocket-toy'",
        ' * ```',
        ' */',
        'export const one = 1',
        '/**',
        ' * Two.',
        ' * @example',
        ' * two // 2',
        ' */',
        'export const two = 2',
      ].join('\n'),
    })
    faults = (await checkExamples(root)).faults
  })

  it.each([
    ['does not compile', /^README\.md:3: Argument of type 'string' is not assignable/],
    ['throws', /^README\.md:7: Error: planted\n.*README\.md:8:7/],
    ['shows a wrong value', /^README\.md:12: line 14 shows 5, but gives 4$/],
    ['shows a wrong value behind a const', /^README\.md:18: line 19 shows 3, but gives 4$/],
    ['shows a wrong value behind console.log', /^README\.md:23: line 24 shows 6, but gives 4$/],
    [
      'shows a value in a line that never runs',
      /^README\.md:29: the line whose value is shown never/,
    ],
    ['leaves a rejection to nobody', /^README\.md:34: Error: nobody waits/],
    ['has a tag that nobody looks for', /^README\.md:38: is tagged typescript/],
    ['never ends', /^docs\/stuck\.md:2: does not come to its end/],
    ['is a test that fails', /^packages\/toy\/README\.md:2: AssertionError: expected 1 to be 2/],
    ['is a test file without a test', /^packages\/toy\/README\.md:7: .*No test suite found/s],
    [
      'is a test that shows a wrong value',
      /^packages\/toy\/README\.md:12: .*line 14 shows 2, but gives 1/,
    ],
    [
      'imports what is not exported',
      /^packages\/toy\/src\/index\.ts:5: .*no exported member 'gone'/,
    ],
    [
      'is an @example without a block',
      /^packages\/toy\/src\/index\.ts:11: this @example has no block/,
    ],
  ])('one that %s', (_kind, message) => {
    expect(faults).toContainEqual(expect.stringMatching(message))
  })

  it('and nothing else is', () => {
    expect(faults).toHaveLength(14)
  })
})

describe('a block that quotes a file', () => {
  const page = (path, ...lines) =>
    plant({
      'README.md': block('js', 'Number(1) // 1') + block(`js file=${path}`, ...lines),
      'examples/app.mjs': 'export const one = 1\n  throw new Error(one)\n',
    })

  it('does not run, and holds while the file has its lines', async () => {
    const { faults, summary } = await checkExamples(
      page('examples/app.mjs', '  throw new Error(one)'),
    )
    expect(faults).toEqual([])
    expect(summary).toContain('1 in 1 files compiled and ran')
  })

  it.each([
    ['the file has other lines', 'examples/app.mjs', 'export const two = 2'],
    ['it has half a line', 'examples/app.mjs', 'export const one ='],
    ['there is no such file', 'examples/gone.mjs', 'export const one = 1'],
  ])('is a fault where %s', async (_title, path, line) => {
    const { faults } = await checkExamples(page(path, line))
    expect(faults).toEqual([`README.md:5: these lines are not in ${path}`])
  })
})

describe('finding examples', () => {
  it('a tree without an example is a fault, not a success', async () => {
    const { faults } = await checkExamples(plant({ 'README.md': block('sh', 'npm install') }))
    expect(faults).toEqual(['no example was found'])
  })

  it('a block that is not closed is refused', async () => {
    const root = plant({ 'README.md': '\n```ts\nexport {}\n' })
    await expect(checkExamples(root)).rejects.toThrow(
      'README.md:2: this block of code is not closed',
    )
  })
})
