// Knows which Markdown files of the tree are pages of the site, and where their links lead there.

import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'

/** What browsers show of the site in a tab: the folder `public` of the pages is copied as it is. */
const ICON = 'site/favicon.svg'

const REPOSITORY = 'https://github.com/pocket-hsm/pocket-hsm/blob/main'

/**
 * The files that become pages.
 *
 * @param {string} root The tree.
 * @returns {Map<string, string>} From a file's path to its page's, both from their roots: `docs/guide/events.md`, `guide/events.md`.
 */
export function pagesOf(root) {
  const files = [
    'README.md',
    'CONTRIBUTING.md',
    'SECURITY.md',
    ...markdownIn(root, 'docs'),
    ...readdirSync(join(root, 'packages')).map((name) => `packages/${name}/README.md`),
    'benchmarks/RESULTS.md',
  ]
  return new Map(files.map((file) => [file, pageOf(file)]))
}

const markdownIn = (root, folder) =>
  readdirSync(join(root, folder), { recursive: true })
    .map((path) => `${folder}/${path.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith('.md'))
    .sort()

function pageOf(file) {
  if (file === 'README.md') return 'index.md'
  if (file === 'benchmarks/RESULTS.md') return 'benchmarks.md'
  const path = file.replace(/^docs\//, '')
  return path.startsWith('packages/')
    ? path.replace(/\/README\.md$/, '.md')
    : path.replace(/README\.md$/, 'index.md')
}

/**
 * Writes the pages, with links that lead to other pages, or to the repository for files that are none.
 *
 * @param {string} root
 * @param {string} destination
 * @returns {string[]} The pages, from the destination.
 */
export function writePages(root, destination) {
  const pages = pagesOf(root)
  mkdirSync(join(destination, 'public'), { recursive: true })
  copyFileSync(join(root, ICON), join(destination, 'public/favicon.svg'))
  for (const [file, page] of pages) {
    const text = readFileSync(join(root, file), 'utf8')
    const path = join(destination, page)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(
      path,
      linkedText(text, file, page, pages, (image) => {
        mkdirSync(dirname(join(destination, image)), { recursive: true })
        copyFileSync(join(root, image), join(destination, image))
      }),
    )
  }
  return [...pages.values()]
}

/** Inline links and images, and what stands before their addresses; a link in a code span has none in these pages. */
const LINK = /(!?)(\[(?:[^[\]]|\[[^\]]*\])*\])\(((?!https?:|mailto:|#)[^)\s#]+)(#[^)\s]*)?\)/g

/**
 * A page's text, with its links rewritten.
 *
 * @param {string} text
 * @param {string} file Where it comes from.
 * @param {string} page Where it goes.
 * @param {ReadonlyMap<string, string>} pages
 * @param {(image: string) => void} keep Is given each image, from the root of the tree; it lies at the same path in the site.
 */
export function linkedText(text, file, page, pages, keep = () => {}) {
  const from = posix.dirname(page)
  const relativeTo = (target) => posix.relative(from, target) || posix.basename(target)
  return text
    .replaceAll(LINK, (_, mark, label, link, heading = '') => {
      const target = posix.normalize(posix.join(posix.dirname(file), link))
      if (mark === '!') {
        keep(target)
        return `${mark}${label}(./${relativeTo(target)})`
      }
      const other = pages.get(target) ?? pages.get(posix.join(target, 'README.md'))
      return `${label}(${other === undefined ? `${REPOSITORY}/${target}` : relativeTo(other)}${heading})`
    })
    .replaceAll('{{', '&#123;&#123;')
}
