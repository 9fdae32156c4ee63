/** A file that lines are appended to, whatever becomes of it. */

import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { openAuditFile } from '../../src/audit-log/audit-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'pocket-hsm-audit-file-'))
afterAll(() => rmSync(folder, { recursive: true }))

let count = 0
async function opened(mostWaiting?: number) {
  count += 1
  const path = join(folder, `${count}`, 'audit.jsonl')
  mkdirSync(join(folder, `${count}`))
  const warnings: string[] = []
  const file = await openAuditFile(path, (text) => warnings.push(text), mostWaiting)
  return { path, warnings, file, read: () => readFileSync(path, 'utf8') }
}

describe('the file', () => {
  it('is created for its owner alone', async () => {
    const { path } = await opened()
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  it('has every line in order, after those that it had', async () => {
    const { path, file, read } = await opened()
    const lines = Array.from({ length: 500 }, (_, index) => `line ${index}\n`)
    for (const line of lines) file.append(line)
    expect(await file.flush()).toBeUndefined()
    expect(read()).toBe(lines.join(''))
    const again = await openAuditFile(path, () => {})
    again.append('one more\n')
    await again.flush()
    expect(read()).toBe(`${lines.join('')}one more\n`)
  })

  it.each([
    ['{"cut":', '{"cut":\nnext\n'],
    ['{}\n', '{}\nnext\n'],
    ['', 'next\n'],
  ])('that ends in %j goes on with a line of its own', async (before, after) => {
    const { path, read } = await opened()
    writeFileSync(path, before)
    const file = await openAuditFile(path, () => {})
    file.append('next\n')
    await file.flush()
    expect(read()).toBe(after)
  })

  it('is another one after it was renamed, and no line is lost', async () => {
    const { path, file, read } = await opened()
    file.append('before\n')
    await file.flush()
    renameSync(path, `${path}.1`)
    file.append('after\n')
    await file.flush()
    expect(readFileSync(`${path}.1`, 'utf8')).toBe('before\n')
    expect(read()).toBe('after\n')
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  it('of a folder that is not there is an error at the start', async () => {
    const path = join(folder, 'nowhere', 'audit.jsonl')
    await expect(openAuditFile(path, () => {})).rejects.toMatchObject({
      code: 'BadFile',
      message: expect.stringMatching(/^The audit log cannot be written: ENOENT/),
    })
  })
})

describe('a file that cannot be written', () => {
  it('keeps its lines until it can, and warns once', async () => {
    const { path, file, read, warnings } = await opened()
    rmSync(join(path, '..'), { recursive: true })
    file.append('one\n')
    expect(await file.flush()).toMatchObject({ code: 'ENOENT' })
    file.append('two\n')
    expect(await file.flush()).toMatchObject({ code: 'ENOENT' })
    expect(warnings).toEqual([expect.stringMatching(/^The audit log cannot be written: ENOENT/)])
    mkdirSync(join(path, '..'))
    expect(await file.flush()).toBeUndefined()
    expect(read()).toBe('one\ntwo\n')
  })

  it('is found by flush with nothing to write', async () => {
    const { path, file } = await opened()
    rmSync(join(path, '..'), { recursive: true })
    expect(await file.flush()).toMatchObject({ code: 'ENOENT' })
  })

  it('holds no more than the bound, and says how many lines it dropped', async () => {
    const { path, file, read, warnings } = await opened(100)
    rmSync(join(path, '..'), { recursive: true })
    for (let index = 0; index < 1000; index += 1) file.append('0123456789\n')
    await file.flush()
    mkdirSync(join(path, '..'))
    await file.flush()
    expect(read()).toBe('0123456789\n'.repeat(9))
    expect(warnings.at(-1)).toBe('991 records of the audit log were dropped, as too many waited.')
  })
})
