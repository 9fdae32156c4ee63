// Holds: every example compiles as a module of a reader's own project, under the strict settings of this one.

import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import ts from 'typescript'
import { insertChecks } from './shown-values.mjs'
import { listPackages, readJson } from './tree.mjs'

const EXTENSION = { ts: '.ts', js: '.js', mjs: '.js' }

/**
 * Type-checks the examples in one program and writes them, ready to run, into a folder from which the
 * packages resolve by their public names.
 *
 * @param {string} root
 * @param {readonly import('./code-blocks.mjs').CodeBlock[]} blocks
 * @returns {{ folder: string, modules: Module[], faults: string[] }}
 *
 * @typedef {object} Module
 * @property {string} place `file:line` of the example.
 * @property {string} path The JavaScript to run.
 * @property {boolean} isTest Whether vitest runs it.
 * @property {readonly string[]} shown `file:line` of each value it shows.
 */
export function compileExamples(root, blocks) {
  const cache = join(root, 'node_modules', '.cache')
  mkdirSync(cache, { recursive: true })
  const folder = mkdtempSync(join(cache, 'examples-'))
  mkdirSync(join(folder, 'src'))
  mkdirSync(join(folder, 'run'))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n')
  linkPackages(root, join(folder, 'node_modules'))

  const sources = new Map(blocks.map((block) => [writeSource(folder, block), block]))
  const program = ts.createProgram([...sources.keys()], compilerOptions(root))
  const diagnostics = ts.getPreEmitDiagnostics(program)
  const unsound = new Set(diagnostics.map(({ file }) => file?.fileName))
  return {
    folder,
    faults: diagnostics.map((diagnostic) => faultOf(diagnostic, sources)),
    modules: [...sources]
      .filter(([path]) => !unsound.has(path))
      .map(([path, { file, line }]) =>
        writeModule(root, folder, { file, line }, program.getSourceFile(path)),
      ),
  }
}

/** Links each package, and what it depends on, as if a reader had installed them. */
function linkPackages(root, modules) {
  for (const { path, manifest } of listPackages(root)) {
    link(join(root, path), join(modules, manifest.name))
    for (const name of Object.keys({ ...manifest.dependencies, ...manifest.devDependencies })) {
      link(join(root, path, 'node_modules', name), join(modules, name))
    }
  }
}

function link(target, path) {
  if (existsSync(path) || !existsSync(target)) return
  mkdirSync(dirname(path), { recursive: true })
  symlinkSync(realpathSync(target), path, 'junction')
}

/** Empty lines before the code put each line where it stands in its own file. */
function writeSource(folder, { file, line, language, code }) {
  // TypeScript names files with forward slashes everywhere.
  const path = `${folder}/src/${nameOf(file, line)}${EXTENSION[language]}`.replaceAll('\\', '/')
  writeFileSync(path, `${'\n'.repeat(line - 1)}${code}\n`)
  return path
}

const nameOf = (file, line) => `${file.replaceAll('/', '__')}__${line}`

function compilerOptions(root) {
  const { compilerOptions: base } = readJson(join(root, 'tsconfig.base.json'))
  const { options } = ts.convertCompilerOptionsFromJson(
    {
      ...base,
      types: ['node'],
      allowJs: true,
      checkJs: true,
      moduleDetection: 'force',
      noEmit: true,
      composite: false,
      declaration: false,
      declarationMap: false,
      isolatedDeclarations: false,
      rewriteRelativeImportExtensions: false,
      // The declarations of the packages are checked when they are built.
      skipLibCheck: true,
    },
    root,
  )
  return options
}

function faultOf({ file, start, messageText }, sources) {
  const message = ts.flattenDiagnosticMessageText(messageText, ' ')
  if (file === undefined) return message
  const line = file.getLineAndCharacterOfPosition(start).line + 1
  return `${sources.get(file.fileName)?.file ?? file.fileName}:${line}: ${message}`
}

function writeModule(root, folder, { file, line }, source) {
  const isTest = source.statements.some(importsVitest)
  const { code, shown } = insertChecks(source, file)
  const { outputText, sourceMapText } = ts.transpileModule(code, {
    fileName: source.fileName,
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
      sourceMap: true,
    },
  })
  const path = join(folder, 'run', `${nameOf(file, line)}${isTest ? '.test' : ''}.js`)
  // So that stack traces name the text in which the example stands.
  const map = { ...JSON.parse(sourceMapText), sources: [pathToFileURL(join(root, file)).href] }
  writeFileSync(path, outputText.replace(/(sourceMappingURL=).*/, `$1${basename(path)}.map`))
  writeFileSync(`${path}.map`, JSON.stringify(map))
  return { place: `${file}:${line}`, path, isTest, shown }
}

const importsVitest = (statement) =>
  ts.isImportDeclaration(statement) && statement.moduleSpecifier.text === 'vitest'
