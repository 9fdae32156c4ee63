import { expect } from 'vitest'
import { bytesToHex, type HashName, hexToBytes, hmac } from '../../src/index.ts'
import { runVectors, type VectorCase } from '../load-vectors.ts'

type HmacCase = VectorCase<unknown, { hash: HashName; key: string; msg: string; mac: string }>

runVectors<HmacCase>('hmac.json', {
  fields: ['hash', 'key', 'msg', 'mac'],
  flags: ['truncated'],
  run(item) {
    if (!item.valid) return expect.unreachable('RFC 2202 and 4231 have no wrong MAC')
    const mac = bytesToHex(hmac(item.hash, hexToBytes(item.key), hexToBytes(item.msg)))
    expect(item.flags?.includes('truncated') ? mac.slice(0, item.mac.length) : mac).toBe(item.mac)
  },
})
