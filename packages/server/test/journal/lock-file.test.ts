import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, readFile, utimes, writeFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { takeLock } from '../../src/journal/lock-file.ts'
import { scratchFolder } from './scratch.ts'

const place = scratchFolder()

describe('a lock', () => {
  it('keeps out another who runs, and names the process', async () => {
    const path = await place('held')
    const release = await takeLock(path, 'state')
    await expect(takeLock(path, 'state')).rejects.toThrow(
      `state is in use by process ${process.pid}.`,
    )
    await release()
  })

  it('can be taken again when it was let go', async () => {
    const path = await place('released')
    await (await takeLock(path, 'state'))()
    await expect(access(path)).rejects.toMatchObject({ code: 'ENOENT' })
    await (await takeLock(path, 'state'))()
  })

  it('that a killed process left is taken over', async () => {
    const path = await place('left')
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
    await once(child, 'spawn')
    await writeFile(path, JSON.stringify({ pid: child.pid }))
    await expect(takeLock(path, 'state')).rejects.toThrow(`in use by process ${child.pid}`)
    child.kill('SIGKILL')
    await once(child, 'exit')
    const release = await takeLock(path, 'state')
    expect(JSON.parse(await readFile(path, 'utf8')).pid).toBe(process.pid)
    await release()
  })

  it.runIf(process.platform === 'linux')(
    'of an earlier process with the same number is taken over',
    async () => {
      const path = await place('reused')
      await writeFile(path, JSON.stringify({ pid: process.pid, started: 'another boot 17' }))
      await (await takeLock(path, 'state'))()
    },
  )

  it('that was never written in full is taken over', async () => {
    const path = await place('empty')
    await writeFile(path, '')
    await (await takeLock(path, 'state'))()
  })

  it('goes to one alone of many who ask at once, time and again', async () => {
    const path = await place('contended')
    for (let round = 0; round < 20; round += 1) {
      await writeFile(path, JSON.stringify({ pid: 2 ** 30 }))
      const asked = Array.from({ length: 20 }, () => takeLock(path, 'state'))
      const settled = await Promise.allSettled(asked)
      const taken = settled.filter((result) => result.status === 'fulfilled')
      expect(taken).toHaveLength(1)
      for (const { value: release } of taken) await release()
    }
  })

  it('is taken over although another was killed while it did so', async () => {
    const path = await place('removal')
    await writeFile(path, JSON.stringify({ pid: 2 ** 30 }))
    await writeFile(`${path}.removal`, '')
    await utimes(`${path}.removal`, 0, 0)
    await (await takeLock(path, 'state'))()
  })
})
