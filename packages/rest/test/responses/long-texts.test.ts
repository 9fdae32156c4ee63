/** Errors quote what a client sent, but not at any length. */

import { describe, expect, it } from 'vitest'
import { base64url, testRest } from '../rest-client.ts'

const LONG = 'x'.repeat(100_000)
const VALUE = base64url('a value')

describe('the text of an error', () => {
  it.each([
    ['a key type', 'POST /keys/new/create', { kty: LONG }],
    ['a curve', 'POST /keys/new/create', { kty: 'EC', crv: LONG }],
    ['a key operation', 'POST /keys/new/create', { kty: 'EC', key_ops: [LONG] }],
    ['an algorithm', 'POST /keys/k/sign', { alg: LONG, value: VALUE }],
    ['a type of an import', 'PUT /keys/new', { key: { kty: LONG } }],
    ['a member that is none', 'POST /keys/new/create', { kty: 'EC', [LONG]: 1 }],
    ['a setting', 'PATCH /settings/AllowKeyManagementOperationsThroughARM', { value: LONG }],
  ])('is short for a long one: %s', async (_, target, json) => {
    const { send } = testRest({}, { strict: true })
    await send('POST /keys/k/create', { json: { kty: 'oct' } })
    const { status, text, json: body } = await send(target, { json })
    expect(status).toBe(400)
    expect(text.length).toBeLessThan(2500)
    expect(body.error.message).toMatch(/ \(Activity ID: [0-9a-f-]{36}\)$/)
  })
})
