// Writes the public surface of an entry point as a text, with API Extractor.

import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  CompilerState,
  Extractor,
  ExtractorConfig,
  ExtractorLogLevel,
} from '@microsoft/api-extractor'

const SILENT = { default: { logLevel: ExtractorLogLevel.None } }

/** As the packages are compiled, but that every entry point is read from its declarations. */
const COMPILER_OPTIONS = {
  target: 'ES2023',
  lib: ['ES2023', 'DOM'],
  module: 'NodeNext',
  moduleResolution: 'NodeNext',
  types: ['node'],
  strict: true,
  skipLibCheck: true,
  noEmit: true,
}

/**
 * Describes entry points: one program is compiled for all.
 *
 * @param {string} root The workspace, compiled.
 * @param {readonly { path: string, stem: string }[]} entryPoints The folder of the package, and the file in `dist`.
 * @param {string} folder An empty folder for the reports.
 * @returns {{ path: string, stem: string, text: string }[]}
 * @throws {Error} A declaration file is missing, or cannot be described.
 */
export function describeEntryPoints(root, entryPoints, folder) {
  const prepared = entryPoints.map((entryPoint) => ({
    ...entryPoint,
    ...prepare(root, entryPoint, folder),
  }))
  const [first] = prepared
  if (first === undefined) return []
  const compilerState = CompilerState.create(first.config, {
    additionalEntryPoints: prepared.map(({ declarations }) => declarations),
  })
  return prepared.map(({ path, stem, config, report }) => {
    const errors = []
    const { succeeded } = Extractor.invoke(config, {
      localBuild: true,
      compilerState,
      messageCallback(message) {
        if (message.logLevel === 'error') errors.push(message.text)
        message.handled = true
      },
    })
    if (!succeeded) throw new Error(`${path}/dist/${stem}.d.ts: ${errors.join('\n')}`)
    return { path, stem, text: readFileSync(report, 'utf8') }
  })
}

function prepare(root, { path, stem }, folder) {
  const declarations = join(root, path, 'dist', `${stem}.d.ts`)
  const name = `${path}/${stem}`.replaceAll('/', '-')
  mkdirSync(join(folder, 'temp'), { recursive: true })
  const config = ExtractorConfig.prepare({
    configObject: {
      projectFolder: join(root, path),
      mainEntryPointFilePath: declarations,
      compiler: { overrideTsconfig: { compilerOptions: COMPILER_OPTIONS, files: [declarations] } },
      apiReport: {
        enabled: true,
        reportFileName: name,
        reportFolder: folder,
        reportTempFolder: join(folder, 'temp'),
        // A type without a name outside is part of the surface where an exported one mentions it.
        includeForgottenExports: true,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      newlineKind: 'lf',
      messages: {
        compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Error } },
        extractorMessageReporting: SILENT,
        tsdocMessageReporting: SILENT,
      },
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: join(root, path, 'package.json'),
  })
  return { config, declarations, report: join(folder, `${name}.api.md`) }
}
