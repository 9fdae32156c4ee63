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
  server: ['rest', 'identity', 'hsm'],
}

const PUBLIC_NAMES = '^(@pocket-hsm/[^/]+|pocket-hsm)'
const NOBLE_FAMILY = '(^|node_modules/)(@noble/|micro-rsa-dsa-dh)'
/** Dev dependencies that the bundle of crypto includes: who installs it does not load them file by file. */
const BUNDLED = '(^|node_modules/)@noble/(curves|hashes)/'
const ANY_SRC = '^packages/[^/]+/src/'

const packageRules = Object.entries(ALLOWED_IMPORTS).map(([name, mayImport]) => ({
  name: `${name} imports ${mayImport.length > 0 ? `no package but ${mayImport.join(' and ')}` : 'no other package'}`,
  from: { path: `^packages/${name}/src/` },
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
    name: 'only server imports Node.js modules',
    from: { path: ANY_SRC, pathNot: '^packages/server/' },
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
    to: { path: `${PUBLIC_NAMES}/` },
  },
  {
    name: 'src imports nothing of the workspace outside src',
    from: { path: ANY_SRC },
    to: { pathNot: ANY_SRC, dependencyTypes: ['local'] },
  },
  {
    name: 'src imports no dev dependency',
    from: { path: ANY_SRC },
    to: { pathNot: BUNDLED, dependencyTypes: ['npm-dev'] },
  },
  {
    name: 'what src imports is installed and listed in its package.json',
    from: { path: ANY_SRC },
    to: {
      pathNot: PUBLIC_NAMES,
      dependencyTypes: ['unknown', 'npm-no-pkg', 'npm-unknown'],
    },
  },
  {
    name: 'no files import each other in a ring',
    from: { path: ANY_SRC },
    to: { circular: true },
  },
].map((rule) => ({ severity: 'error', ...rule }))
