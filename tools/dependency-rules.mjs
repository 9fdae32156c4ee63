// Knows: which imports are allowed. dependency-cruiser applies the rules that are made of the table.

/** Each package and the packages it may import. A package that is not a row here is refused. */
export const ALLOWED_IMPORTS = {
  crypto: [],
  lifecycle: [],
  access: [],
  hsm: ['crypto', 'lifecycle', 'access'],
  identity: ['crypto'],
  rest: ['hsm'],
  azure: ['rest', 'identity', 'hsm'],
  postgres: ['hsm'],
  console: ['rest', 'hsm'],
  server: ['rest', 'identity', 'hsm', 'postgres', 'console'],
}

const PUBLIC_NAMES = '^(@pocket-hsm/[^/]+|pocket-hsm)'
const NOBLE_FAMILY = '(^|node_modules/)(@noble/|micro-rsa-dsa-dh)'
/** Dev dependencies that the bundle of crypto includes: who installs it does not load them file by file. */
const BUNDLED = '(^|node_modules/)@noble/(curves|hashes|post-quantum)/'
const ANY_SRC = '^packages/[^/]+/src/'

/** The files that run on Node.js alone. In azure they answer the requests of a process, and serve node:test. */
export const RUNS_ON_NODE = [
  'packages/server/',
  'packages/postgres/',
  'packages/azure/src/host/node.ts',
  'packages/azure/src/host/undici-',
  'packages/azure/src/runners/node-test.ts',
]

/** The entry points of a package that another package imports, besides the main one. */
const IMPORTED_ENTRY_POINTS = '^pocket-hsm/(testing|matchers/(vitest|jest))$'

const packageRules = Object.entries(ALLOWED_IMPORTS).map(([name, mayImport]) => ({
  name: `${name} imports ${mayImport.length > 0 ? `no package but ${mayImport.join(' and ')}` : 'no other package'}`,
  from: { path: `^packages/${name}/(src|page)/` },
  to: { path: '^packages/', pathNot: `^packages/(${[name, ...mayImport].join('|')})/` },
}))

/** The rules, named as sentences. `from` and `to` are paths from the root of the tree. */
export const FORBIDDEN = [
  ...packageRules,
  {
    name: 'lifecycle imports nothing',
    from: { path: '^packages/lifecycle/src/' },
    to: { pathNot: '^packages/' },
  },
  {
    name: 'access imports nothing',
    from: { path: '^packages/access/src/' },
    to: { pathNot: '^packages/' },
  },
  {
    name: 'only crypto imports the noble family',
    from: { path: ANY_SRC, pathNot: '^packages/crypto/' },
    to: { path: NOBLE_FAMILY },
  },
  {
    name: 'crypto imports nothing from outside but the noble family',
    from: { path: '^packages/crypto/src/' },
    to: { pathNot: ['^packages/', PUBLIC_NAMES, NOBLE_FAMILY], dependencyTypesNot: ['core'] },
  },
  {
    name: 'hsm imports nothing from outside',
    from: { path: '^packages/hsm/src/' },
    to: { pathNot: ['^packages/', PUBLIC_NAMES], dependencyTypesNot: ['core'] },
  },
  {
    name: 'only server, postgres and a few files of azure import Node.js modules',
    from: { path: ANY_SRC, pathNot: RUNS_ON_NODE.map((path) => `^${path}`) },
    to: { dependencyTypes: ['core'] },
  },
  {
    name: 'another package is imported by its public name, never by a path',
    from: { path: '^packages/([^/]+)/' },
    to: {
      path: '^packages/',
      // The conformance suite runs against every way of reaching an HSM; the server's tests reuse the two adapters.
      pathNot: [
        '^packages/$1/',
        '^packages/hsm/test/conformance/',
        // How tests that need a PostgreSQL are left out.
        '^packages/postgres/test/support/on-postgres\\.ts$',
        '^packages/(rest/test/rest-service|azure/test/sdk-service)\\.ts$',
      ],
      dependencyTypes: ['local'],
    },
  },
  {
    name: 'examples and benchmarks import packages by their public names, never by a path',
    from: { path: '^(examples|benchmarks)/' },
    to: { path: '^packages/', dependencyTypes: ['local'] },
  },
  {
    name: 'a package is imported by its entry points only',
    from: {},
    to: { path: `${PUBLIC_NAMES}/`, pathNot: IMPORTED_ENTRY_POINTS },
  },
  {
    name: 'src imports nothing of the workspace outside src',
    from: { path: ANY_SRC },
    // `#host` is one of two built files, by where the package is used.
    to: { pathNot: [ANY_SRC, '^packages/azure/dist/host/'], dependencyTypes: ['local'] },
  },
  {
    name: 'the files that console exports import nothing',
    from: { path: '^packages/console/src/' },
    to: { pathNot: '^packages/console/src/' },
  },
  {
    name: 'of console, one file of its page imports the engine',
    from: {
      path: '^packages/console/page/',
      pathNot: '^packages/console/page/source/page-source\\.ts$',
    },
    to: { path: '^packages/(rest|hsm)/', dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'src imports no dev dependency',
    from: { path: ANY_SRC },
    to: { pathNot: BUNDLED, dependencyTypes: ['npm-dev'], dependencyTypesNot: ['npm-peer'] },
  },
  {
    name: 'what src imports is installed and listed in its package.json',
    from: { path: ANY_SRC },
    to: {
      pathNot: PUBLIC_NAMES,
      dependencyTypes: ['unknown', 'npm-no-pkg', 'npm-unknown'],
      dependencyTypesNot: ['npm-peer'],
    },
  },
  {
    name: 'no files import each other in a ring',
    from: { path: ANY_SRC },
    to: { circular: true },
  },
].map((rule) => ({ severity: 'error', ...rule }))
