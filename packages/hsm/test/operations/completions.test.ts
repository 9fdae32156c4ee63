import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

const FOLDER = import.meta.dirname

/** A call being typed, the cursor at `|`; what is offered there and what is not. */
const CASES: readonly (readonly [
  code: string,
  offered: readonly string[],
  missing: readonly string[],
])[] = [
  [`createKey(hsm, 'k', { kty: '|' })`, ['EC-HSM', 'RSA', 'oct-HSM'], ['P-256', 'AES']],
  [`createKey(hsm, 'k', { kty: 'EC', crv: '|' })`, ['P-256', 'P-256K', 'P-521'], ['EC']],
  [`createKey(hsm, 'k', { kty: 'RSA', keySize: | })`, ['2048', '4096', '256'], ['1024', '2047']],
  [`fillRsaPool(pool, [{ keySize: | }])`, ['2048', '3072', '4096'], ['256', '1024']],
  [`encrypt(hsm, 'k', { alg: '|', value })`, ['A256GCM', 'RSA-OAEP'], ['ES256', 'A256KW']],
  [`decrypt(hsm, 'k', { alg: '|', value })`, ['A128CBCPAD', 'RSA1_5'], ['HS256', 'A256KW']],
  [`sign(hsm, 'k', { alg: '|' })`, ['ES256', 'HS256', 'PS512', 'RSNULL'], ['A256KW', 'RSA-OAEP']],
  [`verify(hsm, 'k', { alg: '|' })`, ['ES256K', 'RS256'], ['A256KW', 'RSA-OAEP']],
  [`wrapKey(hsm, 'k', { alg: '|', value })`, ['A256KW', 'CKM_AES_KEY_WRAP_PAD'], ['A256GCM']],
  [`unwrapKey(hsm, 'k', { alg: '|', value })`, ['A128KW', 'RSA-OAEP-256'], ['ES256']],
  [`releaseKey(hsm, 'k', { target, enc: '|' })`, ['RSA_AES_KEY_WRAP_384'], ['A256KW']],
  [`const parameters: SignParameters = { alg: '|' }`, ['ES256'], ['A256KW']],
]

const PREAMBLE = `import * as facade from '../../src/index.ts'
const { createHsm, createKey, createRsaPool, fillRsaPool } = facade
const { decrypt, encrypt, releaseKey, sign, unwrapKey, verify, wrapKey } = facade
type SignParameters = facade.SignParameters
const [hsm, pool, value, target] = [createHsm(), createRsaPool(), new Uint8Array(32), '']
`

/** The file of each case: it exists in the editor only. */
const fileOf = (index: number): string => join(FOLDER, `typed-${index}.ts`)
const FILES = new Map(
  CASES.map(([code], index) => [fileOf(index), PREAMBLE + code.replace('|', '')]),
)

const service = ts.createLanguageService(editorHost())

/** The files above, and otherwise what is on disk, under the settings of these tests. */
function editorHost(): ts.LanguageServiceHost {
  const config = ts.findConfigFile(FOLDER, ts.sys.fileExists) as string
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(config, ts.sys.readFile).config,
    ts.sys,
    join(config, '..'),
    {},
    config,
  )
  const read = (file: string) => FILES.get(file) ?? ts.sys.readFile(file)
  return {
    getScriptFileNames: () => [...FILES.keys()],
    getScriptVersion: () => '1',
    getScriptSnapshot: (file) => {
      const text = read(file)
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text)
    },
    getCompilationSettings: () => options,
    getCurrentDirectory: () => FOLDER,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: (file) => FILES.has(file) || ts.sys.fileExists(file),
    readFile: read,
    directoryExists: ts.sys.directoryExists,
    getDirectories: ts.sys.getDirectories,
    ...(ts.sys.realpath && { realpath: ts.sys.realpath }),
  }
}

describe('an editor completes', () => {
  it.each(CASES.map((row, index) => [...row, index] as const))(
    '%s',
    (code, offered, missing, index) => {
      const cursor = PREAMBLE.length + code.indexOf('|')
      const { entries = [] } = service.getCompletionsAtPosition(fileOf(index), cursor, {}) ?? {}
      const names = entries.map(({ name }) => name)
      expect(names).toEqual(expect.arrayContaining([...offered]))
      expect(names.filter((name) => missing.includes(name))).toEqual([])
    },
  )
})
