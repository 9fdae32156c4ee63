/** Options that do not go with HSMs in PostgreSQL. */

import { describe, expect, it } from 'vitest'
import { parseSettings } from '../../src/hsms/settings.ts'
import { type ServerOptions, startServer } from '../../src/index.ts'
import { runHere } from '../run-command.ts'

const stateKey = new Uint8Array(32)
const postgres = 'postgres://hsm:secret@127.0.0.1:1/hsm'

describe('a server with postgres', () => {
  it.each<[string, ServerOptions, RegExp]>([
    ['a state', { postgres, stateKey, state: 'hsm.state' }, /^state cannot be used with postgres/],
    [
      'a management plane',
      { postgres, stateKey, management: true },
      /^management cannot be used with postgres/,
    ],
    ['no key', { postgres }, /^postgres needs stateKey, the same for every server/],
    [
      'an address of something else',
      { postgres: 'mysql://root:secret@db', stateKey },
      /^postgres must be true, or an address that begins with postgres:/,
    ],
    [
      'a number',
      { postgres: 1 as unknown as string, stateKey },
      /must be true, false or an address/,
    ],
  ])('refuses %s', (_, options, text) => {
    let message = ''
    try {
      parseSettings(options)
    } catch (error) {
      message = (error as Error).message
    }
    expect(message).toMatch(text)
    expect(message).not.toContain('secret')
  })

  it('takes no database for false', () => {
    expect(parseSettings({ postgres: false }).postgres).toBe(false)
  })

  it('does not start without its database, and says so without the password', async () => {
    const error = await startServer({ port: 0, http: true, postgres, stateKey }).catch(
      (each) => each,
    )
    expect(error).toMatchObject({ code: 'BadState' })
    expect(error.message).toContain('The database cannot be reached')
    expect(error.message).not.toContain('secret')
  })

  it.each([
    [['--postgres', postgres, '--state', 'x'], 'cannot be used with option'],
    [['--postgres', postgres, '--management'], 'cannot be used with option'],
    [['--postgres', postgres], 'postgres needs stateKey'],
  ])('is not started by serve %j', async (words, text) => {
    const { code, stderr } = await runHere(['serve', '--http', '--port', '0', ...words])
    expect(code).toBe(2)
    expect(stderr).toContain(text)
    expect(stderr).not.toContain('secret@')
  })
})
