import { Console } from 'node:console'
import { createHash } from 'node:crypto'
import { PassThrough } from 'node:stream'
import { format, inspect } from 'node:util'
import { serialize } from 'node:v8'
import { describe, expect, it } from 'vitest'
import {
  backupKey,
  createHsm,
  createKey,
  createSecurityDomain,
  decrypt,
  deleteKey,
  encrypt,
  forkHsm,
  getDeletedKey,
  getKey,
  getRandomBytes,
  type Hsm,
  HsmError,
  importKey,
  importPem,
  listDeletedKeys,
  listKeys,
  listKeyVersions,
  purgeDeletedKey,
  recoverDeletedKey,
  restoreKey,
  rotateKey,
  secureUnwrapKey,
  secureWrapKey,
  sign,
  unwrapKey,
  updateKey,
  verify,
  wrapKey,
} from '../../src/index.ts'
import { ecJwk, nodeKey, octJwk, rsaJwk } from '../known-keys.ts'
import { EXPORTABLE } from '../releases.ts'
import { BASE_URL, START } from '../test-hsm.ts'

const SEED = Buffer.from('a seed that nobody may read, 32 o')
const DOMAIN = createHash('sha256').update('a domain').digest()
const PASSWORD = 'correct horse battery staple'
const PLAINTEXT = createHash('sha512').update('a plaintext that nobody may read').digest()

const ML_DSA_SEED = createHash('sha256').update('a seed of ML-DSA-44').digest()
const ML_DSA_JWK = {
  kty: 'AKP',
  alg: 'ML-DSA-44',
  priv: ML_DSA_SEED.toString('base64url'),
} as const

/** FIPS 204 algorithm 6, line 1, for ML-DSA-44: ρ is public; ρ′ and K are not. */
const ML_DSA_EXPANDED = createHash('shake256', { outputLength: 128 })
  .update(ML_DSA_SEED)
  .update(Uint8Array.of(4, 4))
  .digest()

/** Everything that must not print, by name. */
const SECRETS: Readonly<Record<string, Buffer>> = {
  ...Object.fromEntries(
    (['d', 'p', 'q', 'dp', 'dq', 'qi'] as const).map((member) => [
      `RSA ${member}`,
      Buffer.from(rsaJwk()[member] ?? '', 'base64url'),
    ]),
  ),
  'EC d': Buffer.from(ecJwk().d ?? '', 'base64url'),
  'oct k': Buffer.from(octJwk().k ?? '', 'base64url'),
  'ML-DSA seed': ML_DSA_SEED,
  'ML-DSA ρ′': ML_DSA_EXPANDED.subarray(32, 96),
  'ML-DSA K': ML_DSA_EXPANDED.subarray(96),
  seed: SEED,
  'digest of the seed': createHash('sha256').update(SEED).digest(),
  'security domain': DOMAIN,
  password: Buffer.from(PASSWORD),
  plaintext: PLAINTEXT,
}

/** The ways in which bytes are written down. Sixteen of them betray the rest. */
function writtenForms(secret: Buffer): readonly string[] {
  const piece = secret.subarray(0, 16)
  const shifted = [0, 1, 2].map((start) => secret.subarray(start, start + 12))
  return [
    piece.toString('hex'),
    piece.toString('hex').toUpperCase(),
    ...shifted.map((bytes) => bytes.toString('base64')),
    ...shifted.map((bytes) => bytes.toString('base64url')),
    [...piece].join(','),
    [...piece].join(', '),
    [...piece].map((byte) => `0x${byte.toString(16)}`).join(', '),
    piece.toString('hex').replace(/..(?=.)/g, '$& '),
    piece.toString('latin1'),
    BigInt(`0x${secret.toString('hex')}`)
      .toString()
      .slice(0, 30),
  ]
}

/** Which secrets stand in a text, however it is broken into lines. */
function found(text: string): readonly string[] {
  const flat = text.replace(/\s+/g, ' ')
  // A long array is inspected in columns, a serialized one as entries of an object.
  const entries = flat.replace(/"\d+":\s?/g, '').replace(/\s*,\s*/g, ',')
  return Object.entries(SECRETS)
    .filter(([, secret]) =>
      writtenForms(secret).some((form) => [text, flat, entries].some((one) => one.includes(form))),
    )
    .map(([name]) => name)
}

/** Every property that can be reached from a value, own or inherited, symbols and accessors too. */
function walked(value: unknown, seen = new Set<unknown>()): string {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) {
    return typeof value === 'symbol' ? '' : String(value)
  }
  if (seen.has(value) || BUILT_IN.has(value)) return ''
  seen.add(value)
  if (ArrayBuffer.isView(value)) return Buffer.from(value.buffer).toString('hex')
  return Reflect.ownKeys(value)
    .map(
      (key) =>
        `${String(key)}: ${walked(
          attempt(() => Reflect.get(value, key)),
          seen,
        )}`,
    )
    .concat(walked(Object.getPrototypeOf(value), seen))
    .join('\n')
}

/** What every program has: nothing of ours is in it, and its accessors throw. */
const BUILT_IN = new Set<unknown>([
  Object.prototype,
  Function.prototype,
  Array.prototype,
  Error.prototype,
])

function attempt(call: () => unknown): unknown {
  try {
    return call()
  } catch {
    return undefined
  }
}

const consoleOutput = (value: unknown): string => {
  const stream = new PassThrough()
  const target = new Console(stream)
  target.log(value)
  target.log('%s %o %O %j', value, value, value, value)
  target.dir(value, { depth: null, showHidden: true })
  target.table(value)
  target.error(value)
  target.trace(value)
  return String(stream.read())
}

/** The ways out of a program. */
const WAYS_OUT: Readonly<Record<string, (value: unknown) => string>> = {
  'JSON.stringify': (value) => JSON.stringify(value) ?? '',
  'String()': (value) => String(value),
  'a template': (value) => `${value}`,
  inspect: (value) => inspect(value, { depth: null, maxArrayLength: null, maxStringLength: null }),
  'inspect, all of it': (value) =>
    inspect(value, {
      showHidden: true,
      depth: null,
      customInspect: false,
      showProxy: true,
      getters: true,
      maxArrayLength: null,
      maxStringLength: null,
    }),
  'inspect, on few lines': (value) =>
    inspect(value, { depth: null, compact: true, breakLength: Number.POSITIVE_INFINITY }),
  format: (value) => format('%s %d %i %f %j %o %O %c', ...Array(8).fill(value)),
  console: consoleOutput,
  structuredClone: (value) => {
    const clone = attempt(() => structuredClone(value))
    return `${inspect(clone, { depth: null, showHidden: true })}${walked(clone)}`
  },
  'v8.serialize': (value) => {
    const bytes = attempt(() => serialize(value))
    return bytes instanceof Buffer ? `${bytes.toString('latin1')} ${bytes.toString('hex')}` : ''
  },
  'Object.entries': (value) => Object.entries(Object(value)).flat(2).join(','),
  'a walk through all properties': walked,
}

describe('the search', () => {
  it.each(Object.entries(SECRETS))('finds %s where it is printed', (name, secret) => {
    const planted = { nested: { key: Uint8Array.from(secret) } }
    for (const way of [
      'JSON.stringify',
      'inspect',
      'inspect, all of it',
      'inspect, on few lines',
      'console',
      'structuredClone',
      'v8.serialize',
      'a walk through all properties',
    ]) {
      expect([way, found(WAYS_OUT[way]?.(planted) ?? '')]).toEqual([
        way,
        expect.arrayContaining([name]),
      ])
    }
  })

  it.each(Object.entries(SECRETS))('finds %s in every way of writing', (name, secret) => {
    const number = BigInt(`0x${secret.toString('hex')}`)
    const written = [
      secret.toString('hex'),
      secret.toString('base64'),
      `x${secret.toString('base64url')}`,
      Buffer.concat([Buffer.of(1), secret]).toString('base64url'),
      String([...secret]),
      String(number),
      secret.toString('latin1'),
    ]
    for (const text of written) expect(found(text)).toContain(name)
  })
})

/** An HSM with all the known secrets in it. */
function guarded(): Hsm {
  const securityDomain = createSecurityDomain(() => Uint8Array.from(DOMAIN))
  const clock = () => START * 1000
  const hsm = createHsm({ baseUrl: BASE_URL, seed: SEED, securityDomain, clock })
  importKey(hsm, 'rsa', rsaJwk(), { tags: { a: 'b' } })
  importKey(hsm, 'ec', ecJwk())
  importKey(hsm, 'akp', ML_DSA_JWK)
  importKey(hsm, 'oct', octJwk(), {
    keyOps: ['encrypt', 'decrypt', 'sign', 'verify', 'wrapKey', 'unwrapKey'],
  })
  return hsm
}

/** With a key whose policy asks for a target. */
function releasing(hsm: Hsm): Hsm {
  importKey(hsm, 'kek', octJwk(), EXPORTABLE)
  return hsm
}

const digest = new Uint8Array(32)

/** What the operations answer, but for those that are asked for a plaintext. */
function answers(hsm: Hsm): Readonly<Record<string, unknown>> {
  const pem = nodeKey(rsaJwk()).export({ type: 'pkcs8', format: 'pem' }) as string
  const gcm = encrypt(hsm, 'oct', { alg: 'A256GCM', value: PLAINTEXT })
  const { value } = sign(hsm, 'ec', { alg: 'ES256', value: digest })
  return {
    createKey: createKey(hsm, 'new', { kty: 'oct' }),
    importKey: [importKey(hsm, 'rsa', rsaJwk()), importKey(hsm, 'akp', ML_DSA_JWK)],
    importPem: importPem(hsm, 'pem', pem),
    getKey: ['rsa', 'ec', 'oct', 'akp'].map((name) => getKey(hsm, name)),
    updateKey: updateKey(hsm, 'oct', { tags: { a: 'b' } }),
    rotateKey: rotateKey(hsm, 'ec'),
    listKeys: listKeys(hsm),
    listKeyVersions: listKeyVersions(hsm, 'rsa'),
    backupKey: ['rsa', 'ec', 'oct', 'akp'].map((name) => backupKey(hsm, name)),
    encrypt: [
      gcm,
      encrypt(hsm, 'oct', { alg: 'A256CBC', value: PLAINTEXT }),
      encrypt(hsm, 'rsa', { alg: 'RSA-OAEP', value: PLAINTEXT }),
    ],
    wrapKey: [
      wrapKey(hsm, 'oct', { alg: 'A256KW', value: PLAINTEXT }),
      wrapKey(hsm, 'rsa', { alg: 'RSA1_5', value: PLAINTEXT }),
    ],
    secureWrapKey: secureWrapKey(hsm, 'oct', { alg: 'A256KW' }),
    sign: [
      value,
      sign(hsm, 'rsa', { alg: 'RS256', value: digest }),
      sign(hsm, 'oct', { alg: 'HS256', value: digest }),
      sign(hsm, 'akp', { alg: 'ML-DSA-44', value: digest }),
    ],
    verify: verify(hsm, 'ec', { alg: 'ES256', digest, value }),
    getRandomBytes: getRandomBytes(hsm, 32),
    deleteKey: deleteKey(hsm, 'rsa'),
    getDeletedKey: getDeletedKey(hsm, 'rsa'),
    listDeletedKeys: listDeletedKeys(hsm),
    recoverDeletedKey: recoverDeletedKey(hsm, 'rsa'),
  }
}

/** A refusal of every kind, each by a call that has secrets at hand. */
const REFUSALS: Readonly<Record<string, (hsm: Hsm) => unknown>> = {
  'not found': (hsm) => getKey(hsm, 'nobody'),
  'a foreign identifier': (hsm) => getKey(hsm, 'https://other.test/keys/rsa'),
  'no HSM': () => getKey({} as Hsm, 'rsa'),
  'a bad name': (hsm) => importKey(hsm, 'a_b', rsaJwk()),
  'a bad type': (hsm) => importKey(hsm, 'k', { ...octJwk(), kty: 'DES' }),
  'bad operations': (hsm) => importKey(hsm, 'k', ecJwk(), { keyOps: ['encrypt'] }),
  'bad tags': (hsm) => importKey(hsm, 'k', ecJwk(), { tags: [] as never }),
  'an RSA key that does not hang together': (hsm) => importKey(hsm, 'k', { ...rsaJwk(), e: 'Aw' }),
  'an RSA key with another member': (hsm) => importKey(hsm, 'k', { ...rsaJwk(), dp: rsaJwk().dq }),
  'an RSA key without a prime': (hsm) => importKey(hsm, 'k', { ...rsaJwk(), p: undefined }),
  'a point that is not of its scalar': (hsm) => importKey(hsm, 'k', { ...ecJwk(), x: ecJwk().y }),
  'a curve that does not fit': (hsm) => importKey(hsm, 'k', { ...ecJwk(), crv: 'P-384' }),
  'a scalar that is no text': (hsm) =>
    importKey(hsm, 'k', { ...ecJwk(), d: SECRETS['EC d'] as never }),
  'a key with a blank in it': (hsm) => importKey(hsm, 'k', { kty: 'oct', k: ` ${octJwk().k}` }),
  'a key of a bad size': (hsm) =>
    importKey(hsm, 'k', { kty: 'oct', k: PLAINTEXT.toString('base64url') }),
  'an ML-DSA key with the public key of another': (hsm) =>
    importKey(hsm, 'k', { ...ML_DSA_JWK, pub: 'A'.repeat(1750) }),
  'a seed that is too short': (hsm) =>
    importKey(hsm, 'k', { ...ML_DSA_JWK, priv: ML_DSA_JWK.priv.slice(0, -2) }),
  'a damaged PEM': (hsm) => importPem(hsm, 'k', damagedPem(), { password: PASSWORD }),
  'a PEM of another block': (hsm) =>
    importPem(hsm, 'k', damagedPem().replaceAll('RSA PRIVATE', 'DSA PRIVATE')),
  'a wrong password': (hsm) => importPem(hsm, 'k', encryptedPem(), { password: PASSWORD }),
  'a plaintext that is too long': (hsm) =>
    encrypt(hsm, 'rsa', { alg: 'RSA-OAEP', value: Buffer.concat([PLAINTEXT], 300) }),
  'a key that cannot be wrapped': (hsm) =>
    wrapKey(hsm, 'oct', { alg: 'A256KW', value: PLAINTEXT.subarray(1) }),
  'a digest that is too long': (hsm) => sign(hsm, 'ec', { alg: 'ES256', value: PLAINTEXT }),
  'plaintext where bytes belong': (hsm) =>
    encrypt(hsm, 'oct', { alg: 'A256GCM', value: PASSWORD as never }),
  'an algorithm that does not fit': (hsm) =>
    encrypt(hsm, 'rsa', { alg: 'A256GCM', value: PLAINTEXT }),
  'a ciphertext that does not open': (hsm) =>
    decrypt(hsm, 'rsa', { alg: 'RSA-OAEP', value: new Uint8Array(256) }),
  'a tag that does not hold': (hsm) => {
    const { value, iv } = encrypt(hsm, 'oct', { alg: 'A256GCM', value: PLAINTEXT })
    return decrypt(hsm, 'oct', { alg: 'A256GCM', value, iv, tag: new Uint8Array(16) })
  },
  'a padding that does not hold': (hsm) =>
    decrypt(hsm, 'oct', { alg: 'A256CBCPAD', value: new Uint8Array(16), iv: new Uint8Array(16) }),
  'a wrapped key that does not open': (hsm) =>
    unwrapKey(hsm, 'oct', { alg: 'A256KW', value: PLAINTEXT }),
  'a target that is no token': (hsm) =>
    secureUnwrapKey(releasing(hsm), 'kek', { alg: 'A256KW', value: PLAINTEXT, target: PASSWORD }),
  'a key that is not exportable': (hsm) =>
    secureUnwrapKey(hsm, 'oct', { alg: 'A256KW', value: PLAINTEXT, target: PASSWORD }),
  'a forbidden operation': (hsm) =>
    encrypt(updated(hsm), 'oct', { alg: 'A256GCM', value: PLAINTEXT }),
  'a name that is taken': (hsm) => restoreKey(hsm, backupKey(hsm, 'rsa')),
  'a name that is deleted': (hsm) => {
    deleteKey(hsm, 'ec')
    return importKey(hsm, 'ec', ecJwk())
  },
  'a purge that does not find': (hsm) => purgeDeletedKey(hsm, 'rsa'),
  'a foreign backup': (hsm) => restoreKey(createHsm(), backupKey(hsm, 'rsa')),
  'a damaged backup': (hsm) => restoreKey(hsm, backupKey(hsm, 'rsa').slice(1)),
  'a clock that is broken': () => getKey(createHsm({ seed: SEED, clock: () => Number.NaN }), 'k'),
  'a seed that is none': () => createHsm({ seed: [...SEED] as never }),
  'a security domain that is none': () => createHsm({ securityDomain: { id: 'x' } as never }),
}

function updated(hsm: Hsm): Hsm {
  updateKey(hsm, 'oct', { attributes: { enabled: false } })
  return hsm
}

function damagedPem(): string {
  const pem = nodeKey(rsaJwk()).export({ type: 'pkcs1', format: 'pem' }) as string
  return pem.replace(/\n(....)/, '\n$1$1')
}

function encryptedPem(): string {
  const encryption = { cipher: 'aes-256-cbc', passphrase: 'another' }
  return nodeKey(rsaJwk()).export({ type: 'pkcs8', format: 'pem', ...encryption }) as string
}

const ANSWERS = answers(guarded())

const ERRORS = Object.entries(REFUSALS).map(
  ([kind, call]) => [kind, thrownBy(() => call(guarded()))] as const,
)

describe.each(Object.entries(WAYS_OUT))('%s shows no secret', (_, wayOut) => {
  it('of a handle or its fork', () => {
    const hsm = guarded()
    expect(found(wayOut(hsm))).toEqual([])
    expect(found(wayOut(forkHsm(hsm)))).toEqual([])
    expect(found(wayOut({ hsm, list: [hsm], map: new Map([['hsm', hsm]]) }))).toEqual([])
  })

  it('of a security domain', () => {
    const domain = createSecurityDomain(() => Uint8Array.from(DOMAIN))
    expect(found(wayOut(domain))).toEqual([])
    expect(found(wayOut(domain.secret))).toEqual([])
  })

  it('of an answer', () => {
    for (const [operation, answer] of Object.entries(ANSWERS)) {
      expect([operation, found(wayOut(answer))]).toEqual([operation, []])
    }
  })

  it('of an error, its stack and its cause', () => {
    for (const [kind, error] of ERRORS) {
      const { message, stack, cause } = error
      const outputs = [error, message, stack, cause, { error }].map((value) => wayOut(value))
      expect([kind, outputs.flatMap(found)]).toEqual([kind, []])
    }
  })
})

function thrownBy(call: () => unknown): HsmError {
  try {
    call()
  } catch (error) {
    if (error instanceof HsmError) return error
    throw error
  }
  throw new Error('The call was expected to refuse.')
}

describe('a handle', () => {
  it('has its address and its profile, and nothing else', () => {
    expect(Reflect.ownKeys(guarded())).toEqual(['baseUrl', 'profile'])
    expect(JSON.parse(JSON.stringify(guarded()))).toEqual({
      baseUrl: BASE_URL,
      profile: 'managed-hsm',
    })
  })

  it('cannot be cloned into an HSM', () => {
    expect(() => getKey(structuredClone(guarded()), 'rsa')).toThrow('must be an HSM')
  })
})

describe('a security domain', () => {
  const domain = createSecurityDomain(() => Uint8Array.from(DOMAIN))

  it('shows its name, and [secret] for the rest', () => {
    expect(JSON.parse(JSON.stringify(domain))).toEqual({ id: domain.id, secret: '[secret]' })
    expect(inspect(domain)).toContain('[secret]')
    expect(String(domain.secret)).toBe('[secret]')
  })

  it('does not begin its name with its secret', () => {
    expect(DOMAIN.toString('hex')).not.toContain(domain.id.slice(0, 8))
  })
})

describe('the JSON of an error', () => {
  it('is status, codes and activity, as a log may keep them', () => {
    const error = thrownBy(() => decrypt(guarded(), 'ec', { alg: 'A256GCM', value: PLAINTEXT }))
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      name: 'HsmError',
      status: 403,
      code: 'Forbidden',
      innerCode: 'KeyOperationForbidden',
      activityId: error.activityId,
    })
  })
})
