import { chmod, readFile, stat, writeFile } from 'node:fs/promises'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { findStateKey, journalKeyOf, securityDomainOf } from '../../../src/journal/state-key.ts'
import { scratchFolder } from '../../journal/scratch.ts'

const place = scratchFolder()
const OPTIONS = { isNeeded: false, warn: () => {} }

describe('the key of a state', () => {
  it('is made in a file that only its owner can read', async () => {
    const key = await place('made.key')
    const made = await findStateKey({ ...OPTIONS, key })
    expect((await readFile(key, 'utf8')).trim()).toBe(made.export().toString('hex'))
    if (process.platform !== 'win32') expect((await stat(key)).mode & 0o777).toBe(0o600)
  })

  it('is another each time it is made, and the same each time it is read', async () => {
    const [here, there] = [await place('here.key'), await place('there.key')]
    const made = await findStateKey({ ...OPTIONS, key: here })
    expect((await findStateKey({ ...OPTIONS, key: there })).equals(made)).toBe(false)
    expect((await findStateKey({ ...OPTIONS, key: here })).equals(made)).toBe(true)
  })

  it('is never made where there is a state already', async () => {
    const key = await place('missing.key')
    await expect(findStateKey({ ...OPTIONS, key, isNeeded: true })).rejects.toThrow(
      /nothing can be read without it.*missing\.key/,
    )
  })

  it('is refused where the file holds something else', async () => {
    const key = await place('other.key')
    await writeFile(key, 'secret')
    await expect(findStateKey({ ...OPTIONS, key })).rejects.toMatchObject({ code: 'BadState' })
  })

  it('is refused where its bytes are not 32', async () => {
    const key = new Uint8Array(31)
    await expect(findStateKey({ ...OPTIONS, key })).rejects.toThrow('must have 32 bytes, not 31')
  })

  it.skipIf(process.platform === 'win32')('is warned of where others can read it', async () => {
    const key = await place('open.key')
    await findStateKey({ ...OPTIONS, key })
    await chmod(key, 0o644)
    const warnings: string[] = []
    await findStateKey({ ...OPTIONS, key, warn: (text) => warnings.push(text) })
    expect(warnings).toEqual([expect.stringContaining('Others than its owner')])
  })

  it('does not print, nor does what is made of it', async () => {
    const bytes = new Uint8Array(32).fill(0xab)
    const stateKey = await findStateKey({ ...OPTIONS, key: bytes })
    const printed = inspect([stateKey, journalKeyOf(stateKey)], { depth: 9 })
    expect(printed).not.toMatch(/abab|171, 171|ab ab/)
  })

  it('makes a security domain of its own for each name, and the same one each time', async () => {
    const stateKey = await findStateKey({ ...OPTIONS, key: new Uint8Array(32) })
    const ids = ['contoso', 'fabrikam', 'Contoso'].map(
      (name) => securityDomainOf(stateKey, name).id,
    )
    expect(ids[0]).toBe(ids[2])
    expect(ids[0]).not.toBe(ids[1])
  })
})
