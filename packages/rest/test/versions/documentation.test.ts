/** docs/api-versions.md says what the table says. */

import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { formatFeatures, formatVersions } from './format-features.ts'

const PAGE = new URL('../../../../docs/api-versions.md', import.meta.url)

const SECTIONS = { 'what each version brings': formatVersions, features: formatFeatures } as const

const sectionOf = (name: string) =>
  new RegExp(`(<!-- begin: ${name} -->\\n\\n)(.*?)(\\n\\n<!-- end -->)`, 's')

describe('docs/api-versions.md', () => {
  it.each(Object.entries(SECTIONS))('has the table: %s', (name, format) => {
    const page = readFileSync(PAGE, 'utf8')
    const table = format()
    // UPDATE_DOCS=1 npx vitest run --project rest documentation
    if (process.env['UPDATE_DOCS'] === '1') {
      writeFileSync(
        PAGE,
        page.replace(sectionOf(name), (_, begin, __, end) => `${begin}${table}${end}`),
      )
      return
    }
    expect(sectionOf(name).exec(page)?.[2]).toBe(table)
  })
})
