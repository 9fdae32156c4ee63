// How large things are: the WebAssembly modules that are written at run time, their sources, the published packages.

import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { printedBy } from '../measuring/fresh-runs.mjs'

const PROGRAM = fileURLToPath(new URL('../processes/emitted-modules.mjs', import.meta.url))
const PACKAGES = fileURLToPath(new URL('../../../packages/', import.meta.url))
const CRYPTO = join(PACKAGES, 'crypto', 'src')

/** Where the source of each kernel is: what writes the module, and what calls it. */
const SOURCES = {
  'writing modules: wasm/': ['wasm', /./],
  'elliptic curves, module: ec/kernel/': ['ec/kernel', /./],
  'elliptic curves, around it: ec/engine/': ['ec/engine', /./],
  'AES and GHASH, module: aes/engine/kernel*, memory-layout': [
    'aes/engine',
    /^(kernel.*|memory-layout|field)\.ts$/,
  ],
  'AES and GHASH, around it: the rest of aes/engine/': [
    'aes/engine',
    /^(?!kernel|memory-layout|field)/,
  ],
  'SHA-2, module: hash/engine/sha2-*': ['hash/engine', /^sha2-/],
  'SHA-2, around it: the rest of hash/engine/': ['hash/engine', /^(?!sha2-)/],
  'RSA, module: rsa/engine/kernel*, memory-layout': [
    'rsa/engine',
    /^(kernel.*|memory-layout)\.ts$/,
  ],
  'RSA, around it: the rest of rsa/engine/': ['rsa/engine', /^(?!kernel|memory-layout)/],
}

/** What `import` loads, and what `require` loads. */
const FORMATS = [
  ['ECMAScript', /^dist\/.*\.js$/],
  ['CommonJS', /^dist\/.*\.cjs$/],
]

export const sizes = {
  name: 'sizes',
  title: 'Sizes',
  noise:
    'None. A line of code is one that is neither empty nor a comment. The modules of WebAssembly are those that a process makes when it does everything once. A package has one script for each entry point and format, those that threads or the command line load, and code that two of them share.',
  samples({ quick }) {
    const once = (values) =>
      Object.fromEntries(Object.entries(values).map(([label, value]) => [label, [value]]))
    const sources = Object.entries(SOURCES).map(([label, place]) => [label, linesOf(...place)])
    const packed = packedPackages(quick ? 1 : undefined)
    const column = (read) => once(Object.fromEntries(packed.map((each) => [each.name, read(each)])))
    const lines = (member) =>
      once(Object.fromEntries(sources.map(([label, counts]) => [label, counts[member]])))
    return [
      { name: 'a module of WebAssembly', unit: 'bytes', samples: once(printedBy([PROGRAM])) },
      { name: 'the source of a kernel', unit: 'lines', samples: lines('all') },
      { name: 'the source of a kernel, without comments', unit: 'lines', samples: lines('code') },
      { name: 'a package, packed', unit: 'bytes', samples: column(({ size }) => size) },
      {
        name: 'a package, unpacked',
        unit: 'bytes',
        samples: column(({ unpackedSize }) => unpackedSize),
      },
      ...FORMATS.flatMap(([format]) => [
        {
          name: `a package: scripts, ${format}`,
          unit: 'files',
          samples: column((each) => each[format].files),
        },
        {
          name: `a package: its scripts, ${format}`,
          unit: 'bytes',
          samples: column((each) => each[format].bytes),
        },
      ]),
    ]
  },
}

/**
 * Counts the lines of the files of a folder.
 *
 * @throws {Error} No file has such a name: the table above is out of date.
 */
function linesOf(folder, names) {
  const files = readdirSync(join(CRYPTO, folder)).filter((name) => names.test(name))
  if (files.length === 0) throw new Error(`No file of ${folder} matches ${names}.`)
  const lines = files.flatMap((name) =>
    readFileSync(join(CRYPTO, folder, name), 'utf8')
      .trimEnd()
      .split('\n'),
  )
  return {
    all: lines.length,
    code: lines.filter((line) => !/^\s*($|\/\/|\/?\*)/.test(line)).length,
  }
}

/** What `npm pack` puts into each package that is published: all of them, or the first few. */
function packedPackages(count) {
  const isPackage = (folder) => existsSync(join(PACKAGES, folder, 'package.json'))
  const folders = readdirSync(PACKAGES).filter(isPackage).slice(0, count)
  return folders.map((folder) => {
    const output = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
      cwd: join(PACKAGES, folder),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      shell: process.platform === 'win32',
    })
    const [{ name, size, unpackedSize, files }] = JSON.parse(output)
    const scripts = FORMATS.map(([format, pattern]) => {
      const written = files.filter(({ path }) => pattern.test(path))
      const bytes = written.reduce((sum, file) => sum + file.size, 0)
      return [format, { files: written.length, bytes }]
    })
    return { name, size, unpackedSize, ...Object.fromEntries(scripts) }
  })
}
