/** Arguments that are refused: in JavaScript nothing else does. */

import { describe, expect, it } from 'vitest'
import {
  createClientOptions,
  createCredential,
  createFetch,
  createHttpClient,
} from '../../src/index.ts'

describe.each([
  ['createClientOptions', createClientOptions],
  ['createHttpClient', createHttpClient],
  ['createFetch', createFetch],
])('%s', (name, create) => {
  it.each([
    [undefined, 'undefined'],
    [null, 'null'],
    ['https://hsm.test', 'a string'],
    [{}, 'an object'],
    [Promise.resolve(), 'an object'],
  ])('refuses %j', (source, kind) => {
    expect(() => create(source as never)).toThrow(
      new TypeError(
        `${name} needs an HSM from createHsm or a handler from createHandler, not ${kind}.`,
      ),
    )
  })
})

describe('createCredential', () => {
  it.each([
    [{ caller: 'a' }, 'an object'],
    [7, 'a number'],
    [null, 'null'],
  ])('refuses the caller %j', (caller, kind) => {
    expect(() => createCredential(caller as never)).toThrow(
      new TypeError(`The caller of createCredential must be a string, not ${kind}.`),
    )
  })
})
