/** Whatever is sent in place of a domain or an upload is refused as such, and changes nothing. */

import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  createSecurityDomainUpload,
  downloadSecurityDomain,
  exportState,
  getTransferKey,
  HsmError,
  uploadSecurityDomain,
} from '../../src/index.ts'
import { runs } from '../runs.ts'
import { testHsm } from '../test-hsm.ts'
import { certificates, wrappingKeys } from './wrapping-keys.ts'

const { hsm } = testHsm({ activated: false })
const transferKey = getTransferKey(hsm)
const domain = downloadSecurityDomain(testHsm({ seed: 'other' }).hsm, {
  certificates: certificates(3),
})
const parameters = { keys: wrappingKeys(2), transferKey }
const upload = createSecurityDomainUpload(domain, parameters)
const before = exportState(hsm)

/** A text with one character in the place of another. */
const altered = (text: string) =>
  fc
    .record({
      at: fc.nat({ max: text.length - 1 }),
      character: fc.constantFrom(...'AZaz09-_{}[]":,.\\ \u0000é'),
    })
    .filter(({ at, character }) => text[at] !== character)
    .map(({ at, character }) => `${text.slice(0, at)}${character}${text.slice(at + 1)}`)

function isRefused(call: () => unknown): void {
  try {
    call()
  } catch (error) {
    expect(error).toBeInstanceOf(HsmError)
    expect((error as HsmError).status).toBe(400)
    expect((error as HsmError).message.length).toBeLessThan(300)
    return
  }
  throw new Error('It was taken.')
}

it('an upload with one character changed', () => {
  fc.assert(
    fc.property(altered(upload), (text) => {
      isRefused(() => uploadSecurityDomain(hsm, text))
      expect(exportState(hsm)).toEqual(before)
    }),
    runs(60),
  )
})

it('any other text, JSON or not', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      isRefused(() => uploadSecurityDomain(hsm, text))
      isRefused(() => createSecurityDomainUpload(text, parameters))
    }),
    runs(60),
  )
})

it('a domain with one character changed, unless it is in a share that was not needed', () => {
  fc.assert(
    fc.property(altered(domain), (text) => {
      let made: string
      try {
        made = createSecurityDomainUpload(text, parameters)
      } catch (error) {
        expect(error).toBeInstanceOf(HsmError)
        return
      }
      // What was changed is of no weight: the third share, the version.
      const { hsm: fresh } = testHsm({ activated: false })
      uploadSecurityDomain(fresh, made)
    }),
    runs(60),
  )
})
