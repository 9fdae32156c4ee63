/** Options that createHandler and createFaultScript refuse: in JavaScript nothing else does. */

import { createHsm, HsmError } from 'pocket-hsm'
import { describe, expect, it } from 'vitest'
import {
  createFaultScript,
  createHandler,
  type Fault,
  type HandlerOptions,
} from '../../src/index.ts'

function messageOf(call: () => unknown): string {
  try {
    call()
  } catch (error) {
    if (error instanceof HsmError && error.status === 400) return error.message
    throw error
  }
  return 'accepted'
}

const LIMITS = { hsmCreations: 1, softwareCreations: 1, hsmOperations: 1, softwareOperations: 1 }

describe('createHandler', () => {
  const handled = (options: object | null) =>
    messageOf(() => createHandler(createHsm(), options as HandlerOptions))

  it.each<[object | null, string]>([
    [{ stict: true }, 'Unknown option "stict" of createHandler. Did you mean "strict"?'],
    [{ faultScript: {} }, 'Unknown option "faultScript" of createHandler.'],
    [
      { strict: 'yes' },
      'The option "strict" of createHandler must be true or false, not a string.',
    ],
    [
      { authorize: {} },
      'The option "authorize" of createHandler must be a function, not an object.',
    ],
    [{ audit: [] }, 'The option "audit" of createHandler must be a function, not an array.'],
    [{ faults: { status: 503 } }, 'The option "faults" of createHandler must be a script from'],
    [{ maxBodyLength: '1' }, 'The option "maxBodyLength" of createHandler must be a whole number'],
    [
      { throttle: true },
      'The option "throttle" of createHandler must be \'documented\' or an object',
    ],
    [{ throttle: 'documentd' }, 'The option "throttle" of createHandler must be \'documented\''],
    [
      { throttle: { ...LIMITS, hsmOperation: 1 } },
      'Unknown option "throttle.hsmOperation" of createHandler. Did you mean "throttle.hsmOperations"?',
    ],
    [{ throttle: { ...LIMITS, hsmOperations: -1 } }, 'The option "throttle.hsmOperations" of'],
    [
      { throttle: { hsmCreations: 1 } },
      'The option "throttle.softwareCreations" of createHandler is',
    ],
    [{ challenge: { authorisation: 'x' } }, 'Unknown option "challenge.authorisation" of'],
    [{ challenge: { resource: 1 } }, 'The option "challenge.resource" of createHandler must be a'],
    [null, 'The options of createHandler must be an object, not null.'],
  ])('refuses %j', (options, message) => {
    expect(handled(options)).toContain(message)
  })

  it('names all options', () => {
    expect(handled({ x: 1 })).toContain(
      'The options are: strict, maxBodyLength, authorize, challenge, faults, throttle, audit, makeRsaKey, prepareRelease, externalKeyManager, storage, transaction, jobLease.',
    )
  })

  it('accepts null and undefined as absent', () => {
    expect(
      handled({ strict: null, maxBodyLength: undefined, throttle: null, makeRsaKey: null }),
    ).toBe('accepted')
  })

  it('accepts limits, and Infinity for none', () => {
    const throttle = { ...LIMITS, hsmOperations: Number.POSITIVE_INFINITY }
    expect(handled({ throttle })).toBe('accepted')
  })

  it.each([undefined, null, 'hsm', 7, []])('refuses %j for an HSM', (source) => {
    expect(messageOf(() => createHandler(source as never))).toBe(
      'The first argument of createHandler must be an HSM, or HSMs by host.',
    )
  })

  it('refuses a host without an HSM', () => {
    const source = { 'a.test': createHsm(), faults: undefined } as never
    expect(messageOf(() => createHandler(source))).toBe(
      'createHandler needs an HSM for the host "faults".',
    )
  })

  it.each([
    ['https://a.vault.azure.net', '"a.vault.azure.net"'],
    ['https://user:secret@A.test:8443/keys?sig=secret', '"a.test:8443"'],
    ['a.vault.azure.net/', '"a.vault.azure.net"'],
    ['bücher.test', '"xn--bcher-kva.test"'],
    ['not a host', "a name with its port if it has one, 'hsm.test:8443'"],
    ['a.test:99999', "a name with its port if it has one, 'hsm.test:8443'"],
    ['', "a name with its port if it has one, 'hsm.test:8443'"],
  ])('refuses %j, which is the host of no request, and says what is', (host, advice) => {
    expect(messageOf(() => createHandler({ 'b.test': createHsm(), [host]: createHsm() }))).toBe(
      `createHandler was given a host that no request can have. Write it as ${advice}.`,
    )
  })

  it.each(['a.test', 'A.Test', 'a.test:8443', 'localhost', '127.0.0.1:80', '[::1]:8443', 'x:443'])(
    'accepts the host %s',
    (host) => {
      expect(messageOf(() => createHandler({ [host]: createHsm() }))).toBe('accepted')
    },
  )
})

describe('createFaultScript', () => {
  const script = (fault: object) => messageOf(() => createFaultScript(fault as Fault))

  it.each<[object, string]>([
    [
      { operation: 'signKey', status: 429 },
      'Unknown value "signKey" of the option "operation" of createFaultScript. The values are: createKey,',
    ],
    [
      { operation: 'sign', statusCode: 429 },
      'Unknown option "statusCode" of createFaultScript. Did you mean "status"?',
    ],
    [
      { status: 429, retryAfter: 1 },
      'Unknown option "retryAfter" of createFaultScript. Did you mean "retryAfterSeconds"?',
    ],
    [{ status: '503' }, 'The option "status" of createFaultScript must be a whole number from 200'],
    [{ status: 42 }, 'The option "status" of createFaultScript must be a whole number from 200'],
    [{ status: 503, times: 0 }, 'The option "times" of createFaultScript must be a whole number'],
    [{ delayMs: -1 }, 'The option "delayMs" of createFaultScript must be a whole number'],
    [
      { connection: 'lost' },
      'Unknown value "lost" of the option "connection" of createFaultScript.',
    ],
    [
      { operation: 'sign' },
      'A fault of createFaultScript needs one of delayMs, status, connection,',
    ],
    [{ delayMs: 1, code: 'X' }, 'The option "code" of createFaultScript needs a "status".'],
    [
      { operation: 'sign', pendingSeconds: 3 },
      'The option "pendingSeconds" of createFaultScript is for deleteKey, recoverDeletedKey, purgeDeletedKey, not sign.',
    ],
  ])('refuses %j', (fault, message) => {
    expect(script(fault)).toContain(message)
  })

  it.each([null, undefined, 'sign', 503, []])('refuses %j', (fault) => {
    expect(script(fault as never)).toContain('The options of createFaultScript must be an object')
  })

  it('adds no fault if one of them is refused', () => {
    const faults = createFaultScript()
    const wrong = { status: 1 }
    expect(messageOf(() => faults.add({ status: 503 }, wrong))).toContain('status')
    expect(faults.remaining()).toBe(0)
  })
})
