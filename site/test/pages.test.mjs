import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { nameOfModule } from '../module-names.mjs'
import { linkedText, pagesOf, writePages } from '../pages.mjs'

const pages = new Map([
  ['README.md', 'index.md'],
  ['docs/guide/events.md', 'guide/events.md'],
  ['docs/clients/README.md', 'clients/index.md'],
  ['packages/hsm/README.md', 'packages/hsm.md'],
])
const linked = (text, file = 'docs/guide/events.md') =>
  linkedText(text, file, pages.get(file), pages)

describe('a link of a page', () => {
  test.each([
    ['to another page', '[a](../../README.md)', '[a](../index.md)'],
    [
      'to a heading of another page',
      '[a](../../packages/hsm/README.md#guide)',
      '[a](../packages/hsm.md#guide)',
    ],
    ['to a folder with a README', '[a](../clients)', '[a](../clients/index.md)'],
    [
      'to a file that is no page leads to the repository',
      '[a](../../tools/set-up.mjs)',
      '[a](https://github.com/pocket-hsm/pocket-hsm/blob/main/tools/set-up.mjs)',
    ],
    ['to a heading of its own page stays', '[a](#here)', '[a](#here)'],
    ['to another site stays', '[a](https://example.test/x.md)', '[a](https://example.test/x.md)'],
  ])('%s', (_, text, expected) => {
    expect(linked(text)).toBe(expected)
  })

  test('from the first page', () => {
    expect(linked('[a](docs/guide/events.md)', 'README.md')).toBe('[a](guide/events.md)')
  })

  test('to an image is kept, and the image is kept', () => {
    const kept = []
    const text = '![a [b] c](../../benchmarks/charts/a.svg) and [d](../../README.md)'
    expect(
      linkedText(text, 'docs/guide/events.md', 'guide/events.md', pages, (image) =>
        kept.push(image),
      ),
    ).toBe('![a [b] c](./../benchmarks/charts/a.svg) and [d](../index.md)')
    expect(kept).toEqual(['benchmarks/charts/a.svg'])
  })

  test('and braces of a template are text', () => {
    expect(linked('`{{ a }}`')).toBe('`&#123;&#123; a }}`')
  })
})

test('every guide page and every package is a page, each at an address of its own', () => {
  const found = pagesOf(fileURLToPath(new URL('../..', import.meta.url)))
  expect(found.get('docs/guide/events.md')).toBe('guide/events.md')
  expect(found.get('packages/hsm/README.md')).toBe('packages/hsm.md')
  expect(new Set(found.values()).size).toBe(found.size)
})

test('the icon that every page names is written with the pages', () => {
  const destination = mkdtempSync(join(tmpdir(), 'pages-'))
  writePages(fileURLToPath(new URL('../..', import.meta.url)), destination)
  expect(readFileSync(join(destination, 'public/favicon.svg'), 'utf8')).toMatch(/^<svg /)
  rmSync(destination, { recursive: true })
})

test('modules have the names that users import', () => {
  expect(nameOfModule('hsm/src')).toBe('pocket-hsm')
  expect(nameOfModule('hsm/src/testing')).toBe('pocket-hsm/testing')
  expect(nameOfModule('crypto/src')).toBe('@pocket-hsm/crypto')
})
