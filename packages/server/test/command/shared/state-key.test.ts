import { chmod, chown, readFile, stat, symlink, writeFile } from 'node:fs/promises'
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

  it('differs each time it is made, and is the same each time it is read', async () => {
    const [here, there] = [await place('here.key'), await place('there.key')]
    const made = await findStateKey({ ...OPTIONS, key: here })
    expect((await findStateKey({ ...OPTIONS, key: there })).equals(made)).toBe(false)
    expect((await findStateKey({ ...OPTIONS, key: here })).equals(made)).toBe(true)
  })

  it('is never made if there is a state already', async () => {
    const key = await place('missing.key')
    await expect(findStateKey({ ...OPTIONS, key, isNeeded: true })).rejects.toThrow(
      /nothing can be read without it.*missing\.key/,
    )
  })

  it('is refused if the file holds something else', async () => {
    const key = await place('other.key')
    await writeFile(key, 'secret')
    await expect(findStateKey({ ...OPTIONS, key })).rejects.toMatchObject({ code: 'BadState' })
  })

  it('is refused unless it has 32 bytes', async () => {
    const key = new Uint8Array(31)
    await expect(findStateKey({ ...OPTIONS, key })).rejects.toThrow('must have 32 bytes, not 31')
  })

  it.skipIf(process.platform === 'win32')('is made private if others can read it', async () => {
    const key = await place('open.key')
    await findStateKey({ ...OPTIONS, key })
    await chmod(key, 0o644)
    const warnings: string[] = []
    await findStateKey({ ...OPTIONS, key, warn: (text) => warnings.push(text) })
    expect(warnings).toEqual([expect.stringContaining('its mode is now 600')])
    expect((await stat(key)).mode & 0o777).toBe(0o600)
  })

  it.skipIf(process.platform === 'win32').each([0o602, 0o620, 0o666])(
    'is refused if others can write it: mode %o',
    async (mode) => {
      const key = await place(`${mode}.key`)
      await writeFile(key, '00'.repeat(32))
      await chmod(key, mode)
      await expect(findStateKey({ ...OPTIONS, key })).rejects.toMatchObject({
        code: 'BadState',
        message: expect.stringContaining('others than its owner can write it'),
      })
      expect((await stat(key)).mode & 0o777).toBe(mode)
    },
  )

  it.skipIf(process.getuid?.() !== 0)(
    'is refused if it belongs to another user (only root can give a file away: skipped for others)',
    async () => {
      const key = await place('foreign.key')
      await writeFile(key, '00'.repeat(32), { mode: 0o600 })
      await chown(key, 12_345, 12_345)
      await expect(findStateKey({ ...OPTIONS, key })).rejects.toThrow('it belongs to another user')
    },
  )

  it('is made although a link waits under its old temporary name, which is not followed', async () => {
    const [key, victim] = [await place('linked.key'), await place('victim')]
    await writeFile(victim, 'mine')
    await symlink(victim, `${key}.new`)
    await findStateKey({ ...OPTIONS, key })
    expect(await readFile(victim, 'utf8')).toBe('mine')
    expect(await readFile(key, 'utf8')).toMatch(/^[0-9a-f]{64}\n$/)
  })

  it('does not print, nor does what is derived from it', async () => {
    const bytes = new Uint8Array(32).fill(0xab)
    const stateKey = await findStateKey({ ...OPTIONS, key: bytes })
    const printed = inspect([stateKey, journalKeyOf(stateKey)], { depth: 9 })
    expect(printed).not.toMatch(/abab|171, 171|ab ab/)
  })

  it('gives each name a security domain of its own, the same one each time', async () => {
    const stateKey = await findStateKey({ ...OPTIONS, key: new Uint8Array(32) })
    const ids = ['contoso', 'fabrikam', 'Contoso'].map(
      (name) => securityDomainOf(stateKey, name).id,
    )
    expect(ids[0]).toBe(ids[2])
    expect(ids[0]).not.toBe(ids[1])
  })
})
