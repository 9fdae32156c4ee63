/** No text from elsewhere controls a terminal or makes a second line in a log. */

import { describe, expect, it } from 'vitest'
import { startServer } from '../../src/index.ts'
import { escapeControls, escapeLines } from '../../src/network/escape-controls.ts'
import { testServers } from '../test-server.ts'

const { folder } = testServers()

describe('control characters', () => {
  it.each([
    ['\u001b[31mred', '\\u001b[31mred'],
    ['a\nb\r', 'a\\u000ab\\u000d'],
    ['\u009b\u007f\u0000', '\\u009b\\u007f\\u0000'],
    ['\u202eevil\u2028', '\\u202eevil\\u2028'],
    ['Zürich 1 – é 漢', 'Zürich 1 – é 漢'],
  ])('of %j are written as escapes', (text, escaped) => {
    expect(escapeControls(text)).toBe(escaped)
  })

  it('of a text of several lines keep its line breaks', () => {
    expect(escapeLines('a\u0007\nb')).toBe('a\\u0007\nb')
  })
})

describe('a warning of a server', () => {
  it('has none, though a release policy names its authority so', async () => {
    const warnings: string[] = []
    const server = await startServer({
      port: 0,
      http: true,
      certificateFolder: folder,
      warn: (text) => warnings.push(text),
    })
    const authority = 'https://127.0.0.1:1/\u001b[2J\nforged: line'
    const data = Buffer.from(
      JSON.stringify({
        version: '1.0.0',
        anyOf: [{ authority, allOf: [{ claim: 'a', equals: 'b' }] }],
      }),
    ).toString('base64url')
    const post = (path: string, body: object) =>
      fetch(`${server.url}/keys/a/${path}?api-version=7.6`, {
        method: 'POST',
        headers: { authorization: 'Bearer any' },
        body: JSON.stringify(body),
      })
    const created = await post('create', {
      kty: 'EC-HSM',
      attributes: { exportable: true },
      release_policy: { data },
    })
    expect(created.status).toBe(200)
    const claims = Buffer.from(JSON.stringify({ iss: authority })).toString('base64url')
    await post('release', { target: `e30.${claims}.x` })
    await server.close()
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toContain('\\u001b[2J\\u000aforged: line')
    expect(warnings[0]).toContain('127.0.0.1 has no public address')
  })
})
