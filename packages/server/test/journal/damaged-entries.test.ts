/** States whose records are whole, but whose entries are not what a server writes. */

import { createSecretKey } from 'node:crypto'
import { createHsm, exportState } from 'pocket-hsm'
import { describe, expect, it } from 'vitest'
import { type Entry, toPayload } from '../../src/journal/entries.ts'
import { createJournal } from '../../src/journal/journal-file.ts'
import { openState } from '../../src/journal/server-state.ts'
import { journalKeyOf } from '../../src/journal/state-key.ts'
import { scratchFolder } from './scratch.ts'

const place = scratchFolder()

const KEY = new Uint8Array(32).fill(5)

async function opened(name: string, payload: readonly Uint8Array[]) {
  const path = await place(name)
  const file = await createJournal(journalKeyOf(createSecretKey(KEY)), path)
  await file.append(payload)
  await file.moveTo(path)
  await file.close()
  return openState({ path, key: KEY, warn: () => {} }, () => ({}))
}

const server = (text: string): Entry => ({ kind: 'server', name: '', bytes: Buffer.from(text) })

describe('a state is refused with BadState', () => {
  it('if an entry is cut off', async () => {
    const whole = Buffer.concat(toPayload([server('{"clockOffset":0,"isSeeded":false}')]))
    const refused = opened('cut', [whole.subarray(0, -5)])
    await expect(refused).rejects.toMatchObject({ code: 'BadState' })
  })

  it.each(['', '{"clockOffset":', '[]', '{"clockOffset":"1","isSeeded":true}'])(
    'if the entry of the server is %j',
    async (text) => {
      const refused = opened(`server-${text.length}`, toPayload([server(text)]))
      await expect(refused).rejects.toMatchObject({ code: 'BadState' })
    },
  )

  it('if it has changes of an HSM that it does not have', async () => {
    const bytes = exportState(createHsm())
    const refused = opened('orphan', toPayload([{ kind: 'changes', name: 'ghost', bytes }]))
    await expect(refused).rejects.toMatchObject({
      code: 'BadState',
      message: expect.stringContaining('changes of the HSM ghost'),
    })
  })

  it('if the entry of an HSM is no state', async () => {
    const bytes = Buffer.from('nothing')
    const refused = opened('no-state', toPayload([{ kind: 'state', name: 'a', bytes }]))
    await expect(refused).rejects.toMatchObject({ code: 'BadState' })
  })
})
