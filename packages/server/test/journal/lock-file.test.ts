import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, readFile, utimes, writeFile } from 'node:fs/promises'
import { describe, expect, it, vi } from 'vitest'
import { takeLock } from '../../src/journal/lock-file.ts'
import { scratchFolder } from './scratch.ts'

const place = scratchFolder()

describe('a lock', () => {
  it('keeps out other processes while its own runs, and the error names it', async () => {
    const path = await place('held')
    const release = await takeLock(path, 'state')
    await expect(takeLock(path, 'state')).rejects.toThrow(
      `state is in use by process ${process.pid}.`,
    )
    await release()
  })

  it('can be taken again after its release', async () => {
    const path = await place('released')
    await (await takeLock(path, 'state'))()
    await expect(access(path)).rejects.toMatchObject({ code: 'ENOENT' })
    await (await takeLock(path, 'state'))()
  })

  it('of a killed process is taken over', async () => {
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

  it.runIf(process.platform === 'linux')('of a zombie is taken over', async () => {
    const path = await place('zombie')
    // A shell that becomes another program never waits for its child, which therefore ends only after it has.
    const child = '(until grep -q sleep /proc/$$/comm; do sleep 0.1; done)'
    const parent = spawn('/bin/sh', ['-c', `${child} & echo $!; exec sleep 60`])
    try {
      const [line] = await once(parent.stdout, 'data')
      const pid = Number(line)
      const stateOf = async () => (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.[0]
      await vi.waitUntil(async () => (await stateOf()) === 'Z', { timeout: 30_000 })
      await writeFile(path, JSON.stringify({ pid }))
      await (await takeLock(path, 'state'))()
      expect(await stateOf()).toBe('Z')
    } finally {
      parent.kill('SIGKILL')
    }
  })

  it.runIf(process.platform === 'linux')(
    'of an earlier process with the same number is taken over',
    async () => {
      const path = await place('reused')
      await writeFile(path, JSON.stringify({ pid: process.pid, started: 'another boot 17' }))
      await (await takeLock(path, 'state'))()
    },
  )

  it('that was never written is taken over', async () => {
    const path = await place('empty')
    await writeFile(path, '')
    await (await takeLock(path, 'state'))()
  })

  it('goes to exactly one of many callers', async () => {
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

  it('is taken over although a process was killed while taking it over', async () => {
    const path = await place('removal')
    await writeFile(path, JSON.stringify({ pid: 2 ** 30 }))
    await writeFile(`${path}.removal`, '')
    await utimes(`${path}.removal`, 0, 0)
    await (await takeLock(path, 'state'))()
  })
})
