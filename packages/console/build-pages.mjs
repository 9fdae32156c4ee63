// Builds the two pages from one code: `dist/served` talks to the server that serves it, `dist/in-page` has the engine
// inside. Each text file also lies there compressed, as the handler sends it.

import { existsSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { NOTICES, noticesOf } from '../../tools/lib/included-libraries.mjs'

const home = fileURLToPath(new URL('.', import.meta.url))
const PAGES = ['served', 'in-page']
const COMPRESSED = /\.(html|js|css|svg)$/

/**
 * Builds the pages whose sources, or whose engine, are newer than they are.
 *
 * @returns {Promise<string[]>} What was written, from `dist`.
 */
export async function buildPages() {
  const begun = Date.now()
  if (isBuilt()) return []
  const { build } = await import('vite')
  const modules = new Set()
  for (const page of PAGES) {
    const { output } = await build({
      configFile: false,
      root: join(home, 'page', 'html', page),
      publicDir: join(home, 'page', 'html', 'public'),
      base: './',
      logLevel: 'warn',
      build: {
        outDir: join(home, 'dist', page),
        emptyOutDir: true,
        target: 'es2022',
        assetsInlineLimit: 0,
        modulePreload: { polyfill: false },
        chunkSizeWarningLimit: 1000,
      },
    })
    for (const { moduleIds = [] } of output) for (const id of moduleIds) modules.add(id)
  }
  writeFileSync(join(home, 'dist', NOTICES), licences([...modules]))
  const files = PAGES.flatMap((page) =>
    compress(join(home, 'dist', page)).map((file) => `${page}/${file}`),
  )
  writeFileSync(stamp, `${files.join('\n')}\n`)
  utimesSync(stamp, begun / 1000, begun / 1000)
  return files
}

/** Those of the libraries in the pages, and of those that are in the engine already. */
function licences(modules) {
  const engine = readFileSync(join(home, '..', 'crypto', 'dist', NOTICES), 'utf8')
  return [noticesOf(modules.map(withoutQuery).filter(isLibrary)), engine].join('\n---\n\n')
}

const withoutQuery = (id) => id.replace(/^\0|\?.*$/g, '')

/** Virtual modules of the build tool, and packages of the workspace, have no licence of their own. */
const isLibrary = (id) => /node_modules\//.test(id)

const stamp = join(home, 'dist', '.pages')

/** What the pages are made of: their own sources, and the built engine. */
function isBuilt() {
  if (!existsSync(stamp)) return false
  const since = statSync(stamp).mtimeMs
  const files = [NOTICES, ...readFileSync(stamp, 'utf8').trim().split('\n')]
  if (!files.every((file) => existsSync(join(home, 'dist', file)))) return false
  const engine = ['rest', 'hsm', 'lifecycle', 'access', 'crypto'].map((name) =>
    join(home, '..', name, 'dist', 'index.js'),
  )
  const sources = [
    join(home, 'page'),
    ...readdirSync(join(home, 'page'), { recursive: true }).map((path) => join(home, 'page', path)),
  ]
  const all = [...sources, ...engine, join(home, 'package.json'), fileURLToPath(import.meta.url)]
  return all.every((path) => statSync(path).mtimeMs < since)
}

function compress(folder) {
  const files = readdirSync(folder, { recursive: true })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => COMPRESSED.test(path))
  for (const file of files) {
    const bytes = readFileSync(join(folder, file))
    const params = {
      [constants.BROTLI_PARAM_QUALITY]: 9,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    }
    writeFileSync(join(folder, `${file}.br`), brotliCompressSync(bytes, { params }))
    writeFileSync(join(folder, `${file}.gz`), gzipSync(bytes, { level: 9 }))
  }
  return files
}
