// Holds: a tarball brings what a user needs and nothing else.

const ALLOWED = /^(package\.json|README\.md|LICENSE|dist\/.+\.(js|d\.ts))$/
const REQUIRED = ['package.json', 'README.md', 'LICENSE', 'dist/index.js', 'dist/index.d.ts']

/**
 * What is wrong with the contents of a tarball.
 *
 * @param {object} packed
 * @param {ReadonlyMap<string, string>} packed.files Path in the tarball, and text.
 * @param {readonly string[]} packed.sources The TypeScript files it was built from: `src/...`.
 * @returns {string[]}
 */
export function faultsOfContents({ files, sources }) {
  const paths = [...files.keys()]
  const built = paths.filter((path) => path.startsWith('dist/') && path.endsWith('.js'))
  const expected = sources.map((path) => path.replace(/^src/, 'dist').replace(/\.ts$/, '.js'))
  const manifest = files.get('package.json') ?? ''
  return [
    ...paths.filter((path) => !ALLOWED.test(path)).map((path) => `${path} does not belong in it`),
    ...REQUIRED.filter((path) => !files.has(path)).map((path) => `${path} is missing`),
    ...built.filter((path) => !expected.includes(path)).map((path) => `${path} has no source`),
    ...expected.filter((path) => !built.includes(path)).map((path) => `${path} was not built`),
    ...paths
      .filter((path) => path.startsWith('dist/') && files.get(path)?.includes('sourceMappingURL='))
      .map((path) => `${path} points to a source map that is not in it`),
    ...['catalog:', 'workspace:']
      .filter((protocol) => manifest.includes(`"${protocol}`))
      .map((protocol) => `package.json still says ${protocol}, which npm cannot read`),
  ]
}
