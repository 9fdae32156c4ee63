/** Bytes as people type them. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Encoding, formatBytes, parseBytes } from '../../page/model/encodings.ts'

describe('bytes', () => {
  it.each<Encoding>(['hex', 'base64', 'base64url'])('come back from %s', (encoding) => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const text = formatBytes(bytes, encoding) ?? ''
        expect(parseBytes(text, encoding).bytes).toEqual(new Uint8Array(bytes))
      }),
    )
  })

  it('have no form as text unless they are UTF-8', () => {
    expect(formatBytes(Uint8Array.of(0xff), 'text')).toBeUndefined()
    expect(formatBytes(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61), 'text')).toBe('\ufeffa')
  })

  it.each<[string, Encoding]>([
    ['0', 'hex'],
    ['0g', 'hex'],
    ['a', 'base64'],
    ['a*bc', 'base64url'],
  ])('are refused with a reason: %s as %s', (text, encoding) => {
    expect(parseBytes(text, encoding).error).toMatch(/\.$/)
  })

  it('may be typed with blanks and padding, in either alphabet', () => {
    expect(parseBytes('00:ff 0A', 'hex').bytes).toEqual(Uint8Array.of(0, 255, 10))
    expect(parseBytes('_-8=', 'base64').bytes).toEqual(parseBytes('/+8', 'base64url').bytes)
  })
})
