// Builds the documentation as a site: the pages of docs, the READMEs, and a page for each exported item.
//
//   node site/build.mjs   writes site/.vitepress/dist

import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vitepress'
import { runQuietly } from '../tools/lib/run.mjs'
import { writePages } from './pages.mjs'

const site = fileURLToPath(new URL('.', import.meta.url))
const begun = Date.now()

rmSync(join(site, '.pages'), { recursive: true, force: true })
const typedoc = join(site, 'node_modules', 'typedoc', 'bin', 'typedoc')
const api = runQuietly(process.execPath, [typedoc], { cwd: site })
if (!api.ok) {
  process.stderr.write(api.output)
  process.exit(1)
}
const pages = writePages(fileURLToPath(new URL('..', import.meta.url)), join(site, '.pages'))
// The console with the engine inside is a page of its own: files that are served as they are.
cpSync(join(site, '../packages/console/dist/in-page'), join(site, '.pages/public/console'), {
  recursive: true,
})
// A link to a page or heading that does not exist fails the build.
await build(site)
process.stdout.write(`${pages.length} pages and those of the API in ${Date.now() - begun} ms\n`)
