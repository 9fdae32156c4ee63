/** `pocket-hsm key`, command by command: what each sends, prints, writes and refuses. */

import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type PocketServer, startServer } from '../../src/index.ts'
import { type Line, runLine } from '../key-lines.ts'

const folder = mkdtempSync(join(tmpdir(), 'pocket-hsm-key-'))
const path = (name: string): string => join(folder, name)
const HSM = '--hsm-name contoso'
let server: PocketServer

const key = (line: string): Promise<Line> => runLine(`pocket-hsm key ${line}`)

const done = async (line: string) => {
  const ended = await key(line)
  expect(ended).toMatchObject({ exit: 0, err: '' })
  return ended.json
}

const refused = async (line: string, exit: number, says: RegExp) => {
  const ended = await key(line)
  expect(ended).toMatchObject({ exit, out: '' })
  expect(ended.err).toMatch(says)
}

beforeAll(async () => {
  server = await startServer({
    port: 0,
    names: ['contoso', 'fabrikam'],
    certificateFolder: folder,
  })
  vi.stubEnv('POCKET_HSM_SERVER', server.url)
  vi.stubEnv('POCKET_HSM_CA', server.caFile)
  await done(`create ${HSM} -n ec --kty EC-HSM`)
  await done(`create ${HSM} -n aes --kty oct-HSM --size 256`)
  await done(`create ${HSM} -n rsa --kty RSA-HSM`)
  await done(`create ${HSM} -n gone --kty EC-HSM`)
  await done(`delete ${HSM} -n gone`)
})

afterAll(async () => {
  await server.close()
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true })
})

describe('create', () => {
  it.each([
    ['', { kty: 'RSA-HSM' }],
    ['--curve P-384', { kty: 'EC-HSM', crv: 'P-384' }],
    ['--kty EC --protection hsm', { kty: 'EC-HSM', crv: 'P-256' }],
    ['--kty oct-hsm --size 128', { kty: 'oct-HSM', keyOps: expect.arrayContaining(['encrypt']) }],
  ])('takes the type from %j', async (line, made) => {
    expect(await done(`create ${HSM} -n typed ${line}`)).toMatchObject({ key: made })
  })

  it('makes a key of the size that was asked for', async () => {
    const { key: made } = await done(`create ${HSM} -n sized --kty RSA-HSM --size 3072`)
    expect(Buffer.from(made.n, 'base64')).toHaveLength(384)
  })

  it('sends what a key may be given', async () => {
    const line = '--disabled --expires 2040-01-02 --not-before 2020-01-01T01:02Z --tags a=b c d=e=f'
    expect(await done(`create ${HSM} -n given --kty EC-HSM ${line}`)).toMatchObject({
      attributes: {
        enabled: false,
        exp: Date.UTC(2040, 0, 2) / 1000,
        nbf: Date.UTC(2020, 0, 1, 1, 2) / 1000,
      },
      tags: { a: 'b', c: '', d: 'e=f' },
    })
  })

  it('sends a release policy, from JSON or from a file', async () => {
    const policy = {
      anyOf: [{ authority: 'https://a.example', allOf: [{ claim: 'c', equals: 'v' }] }],
    }
    writeFileSync(path('policy.json'), JSON.stringify(policy))
    for (const text of [path('policy.json'), `'${JSON.stringify(policy)}'`]) {
      const line = `create ${HSM} -n model --kty EC-HSM --exportable true --policy ${text} --immutable`
      const { attributes, releasePolicy } = await done(line)
      expect(attributes.exportable).toBe(true)
      expect(releasePolicy).toMatchObject({ immutable: true })
      expect(JSON.parse(releasePolicy.encodedPolicy)).toEqual(policy)
      await done(`delete ${HSM} -n model`)
      await done(`purge ${HSM} -n model`)
    }
  })

  it('writes the policy for confidential virtual machines', async () => {
    const line = `create ${HSM} -n disk --kty RSA-HSM --exportable true --default-cvm-policy`
    const { releasePolicy } = await done(line)
    expect(JSON.parse(releasePolicy.encodedPolicy).anyOf[0].allOf).toEqual([
      { claim: 'x-ms-compliance-status', equals: 'azure-compliant-cvm' },
    ])
  })

  it.each([
    ['--kty foo', /'foo' is invalid. Allowed values: EC, EC-HSM/],
    ['--curve P-999', /Allowed values: P-256/],
    ['--size large', /whole number/],
    ['--ops fly', /Allowed values: encrypt/],
    ['--expires yesterday', /time in UTC/],
    ['--not-before 2030-02-30', /time in UTC/],
    ['--disabled perhaps', /true, false/],
    ['--immutable', /Please provide policy/],
    ['--policy nowhere.json', /--policy must be JSON or a file with JSON, not nowhere.json/],
    ['--policy {} --default-cvm-policy', /cannot be used with/],
    ['--kty EC-HSM --protection software', /invalid for software protected keys/],
    ['--bogus', /unknown option '--bogus'/],
  ])('refuses %s as a usage error', (line, says) =>
    refused(`create ${HSM} -n wrong ${line}`, 2, says),
  )

  it('tells what the service refuses in the form of az', async () => {
    const { exit, err } = await key(`create ${HSM} -n under_score --kty EC-HSM`)
    expect(exit).toBe(1)
    const text = 'The request URI contains an invalid name: under_score'
    expect(err).toMatch(
      new RegExp(
        `^error: \\(BadParameter\\) ${text} .*\nCode: BadParameter\nMessage: ${text} .*\n$`,
      ),
    )
  })

  it('tells an inner error', () =>
    refused(
      `create ${HSM} -n gone --kty EC-HSM`,
      1,
      /\(Conflict\) [\s\S]*Inner error: \{\n {4}"code": "ObjectIsDeletedButRecoverable"\n\}/,
    ))
})

describe('import', () => {
  const pem = { type: 'pkcs8', format: 'pem' } as const
  const publicKeyEncoding = { type: 'spki', format: 'pem' } as const
  const ec = (namedCurve: string) =>
    generateKeyPairSync('ec', { namedCurve, publicKeyEncoding, privateKeyEncoding: pem })

  it.each(['P-256', 'P-384', 'P-521', 'secp256k1'])('brings a key on %s', async (curve) => {
    const { privateKey, publicKey } = ec(curve)
    writeFileSync(path('ec.pem'), privateKey)
    await done(`import ${HSM} -n brought --pem-file ${path('ec.pem')}`)
    rmSync(path('brought.pem'), { force: true })
    await done(`download ${HSM} -n brought -f ${path('brought.pem')}`)
    expect(readFileSync(path('brought.pem'), 'utf8')).toBe(publicKey)
  })

  const encrypted = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding,
    privateKeyEncoding: { ...pem, cipher: 'aes-256-cbc', passphrase: 'secret words' },
  }).privateKey

  it('takes a text, and the password of the environment', async () => {
    vi.stubEnv('POCKET_HSM_PEM_PASSWORD', 'secret words')
    const brought = await done(`import ${HSM} -n text --pem-string "${encrypted}" --ops sign`)
    vi.stubEnv('POCKET_HSM_PEM_PASSWORD', undefined)
    expect(brought).toMatchObject({ key: { kty: 'RSA-HSM', keyOps: ['sign'] } })
  })

  it.each([
    ['--pem-password wrong', /^error: Import failed: Bad decrypt. Incorrect password\?\n$/],
    ['', /^error: Import failed: the key is encrypted: give --pem-password, or set POCKET_HSM_/],
  ])('refuses an encrypted PEM with %j, and quotes nothing of it', (line, says) => {
    writeFileSync(path('encrypted.pem'), encrypted)
    return refused(`import ${HSM} -n locked --pem-file ${path('encrypted.pem')} ${line}`, 1, says)
  })

  it('refuses a key of another type', () => {
    const { privateKey } = generateKeyPairSync('ed25519', {
      publicKeyEncoding,
      privateKeyEncoding: pem,
    })
    return refused(`import ${HSM} -n ed --pem-string "${privateKey}"`, 1, /Unsupported key type/)
  })

  it('refuses what is not a private key', () =>
    refused(`import ${HSM} -n no --pem-string garbage`, 1, /it holds no private key in PEM/))

  it('refuses a missing file', () =>
    refused(`import ${HSM} -n no --pem-file nowhere.pem`, 1, /No such file .*'nowhere.pem'/))

  it.each([
    ['', /supply exactly one/],
    ['--pem-file a --byok-file b', /supply exactly one/],
    ['--byok-file b --pem-password p', /cannot be used with --pem-password/],
    ['--byok-file b --protection software', /Omit --protection/],
    ['--byok-file b --kty EC', /--curve/],
    ['--byok-file b --curve P-256', /--curve/],
  ])('refuses %j as a usage error', (line, says) => refused(`import ${HSM} -n no ${line}`, 2, says))

  it('takes what `pocket-hsm byok` wraps under a KEK that `show` printed', async () => {
    const kek = await key(`create ${HSM} -n kek --kty RSA-HSM --ops import`)
    writeFileSync(path('kek.json'), kek.out)
    const { privateKey, publicKey } = ec('P-384')
    writeFileSync(path('own.pem'), privateKey)
    const files = `--kek ${path('kek.json')} --key ${path('own.pem')} --out ${path('own.byok')}`
    expect(await runLine(`pocket-hsm byok ${files}`)).toMatchObject({ exit: 0, err: '' })
    const line = `import ${HSM} -n own --kty EC --curve P-384 --byok-file ${path('own.byok')}`
    expect(await done(line)).toMatchObject({ key: { kty: 'EC-HSM', crv: 'P-384' } })
    await done(`download ${HSM} -n own -f ${path('own-public.pem')}`)
    expect(readFileSync(path('own-public.pem'), 'utf8')).toBe(publicKey)
  })

  it('shows what the service says of a transfer blob', () =>
    refused(`import ${HSM} -n no --byok-string garbage --kty oct`, 1, /^error: \(BadParameter\)/))
})

/** What az 2.74 was seen to print, run against this server. */
const PRINTED: readonly (readonly [string, string])[] = [
  [`show ${HSM} -n ec`, 'attributes key managed releasePolicy tags'],
  [`list ${HSM}`, 'attributes kid managed name releasePolicy tags'],
  [`list-versions ${HSM} -n ec`, 'attributes kid managed name releasePolicy tags'],
  [
    `list-deleted ${HSM}`,
    'attributes deletedDate kid managed name recoveryId releasePolicy scheduledPurgeDate tags',
  ],
  [
    `show-deleted ${HSM} -n gone`,
    'attributes deletedDate key managed recoveryId releasePolicy scheduledPurgeDate tags',
  ],
  [`encrypt ${HSM} -n aes -a A256GCM --value AA==`, 'aad algorithm iv kid result tag'],
  [`sign ${HSM} -n ec -a ES256 --digest ${'A'.repeat(43)}=`, 'algorithm keyId signature'],
  [
    `verify ${HSM} -n ec -a ES256 --digest ${'A'.repeat(43)}= --signature AAAA`,
    'algorithm isValid keyId',
  ],
  [`rotation-policy show ${HSM} -n ec`, 'createdOn expiresIn id lifetimeActions updatedOn'],
  [`random ${HSM} --count 1`, 'value'],
  ['get-policy-template', 'anyOf version'],
]

describe('what is printed', () => {
  it.each(PRINTED)('by %s has the members that az prints: %s', async (line, members) => {
    const json = await done(line)
    const [thing] = Array.isArray(json) ? json : [json]
    expect(Object.keys(thing).join(' ')).toBe(members)
  })

  it('are whole seconds in attributes, as az prints them since 2.73', async () => {
    const { attributes } = await done(`create ${HSM} -n dated --kty EC-HSM --expires 2040-01-01`)
    expect(attributes).toEqual({
      created: expect.any(Number),
      enabled: true,
      exp: Date.UTC(2040, 0, 1) / 1000,
      exportable: false,
      hsmPlatform: '2',
      recoverableDays: 90,
      recoveryLevel: 'Recoverable+Purgeable',
      updated: attributes.created,
    })
  })
})

describe('show', () => {
  it('shows the version that was asked for', async () => {
    const first = await done(`create ${HSM} -n versioned --kty EC-HSM`)
    await done(`rotate ${HSM} -n versioned`)
    const { kid } = first.key
    expect(await done(`show --id ${kid}`)).toEqual(first)
    expect(await done(`show ${HSM} -n versioned -v ${kid.split('/').at(-1)}`)).toEqual(first)
    expect((await done(`show ${HSM} -n versioned`)).key.kid).not.toBe(kid)
  })

  it('has all members of a JWK that az prints, in the order of their names', async () => {
    const shown = await done(`show ${HSM} -n ec`)
    expect(Object.keys(shown.key).join(' ')).toBe('crv d dp dq e k keyOps kid kty n p q qi t x y')
  })

  it('is a table on request', async () => {
    const { out } = await key(`show ${HSM} -n ec -o table`)
    const [headings = '', rules = '', row = '', ...none] = out.split('\n')
    expect(headings).toMatch(/^Name {2}Kty {5}KeyOps {7}Enabled {2}Expires {2}Kid$/)
    expect(rules).toMatch(/^(-+ {2})+-+$/)
    expect(row).toMatch(/^ec {4}EC-HSM {2}sign verify {2}true {14}https:\/\/contoso\./)
    expect(none).toEqual([''])
  })

  it('ends with 3 where there is no such key', () =>
    refused(`show ${HSM} -n nobody`, 3, /^error: \(KeyNotFound\) Key not found: /))
})

describe('set-attributes', () => {
  it('changes what is named, and leaves the rest', async () => {
    await done(`create ${HSM} -n changed --kty EC-HSM --tags a=b`)
    const line = '--enabled false --expires 2040-12-31T01:02:03Z --ops sign'
    const changed = await done(`set-attributes ${HSM} -n changed ${line}`)
    const exp = Date.UTC(2040, 11, 31, 1, 2, 3) / 1000
    expect(changed).toMatchObject({
      attributes: { enabled: false, exp },
      key: { keyOps: ['sign'] },
      tags: { a: 'b' },
    })
    expect((await done(`set-attributes ${HSM} -n changed --tags ''`)).tags ?? {}).toEqual({})
    expect((await done(`set-attributes ${HSM} -n changed --tags c=d`)).tags).toEqual({ c: 'd' })
    expect((await done(`set-attributes ${HSM} --tags -n changed`)).tags ?? {}).toEqual({})
  })
})

describe('lists', () => {
  it('go on to the last page', async () => {
    vi.stubEnv('POCKET_HSM_SERVER', server.url)
    const names = Array.from({ length: 27 }, (_, at) => `k${at}`)
    for (const name of names) await done(`create --hsm-name fabrikam -n ${name} --kty oct-HSM`)
    const items: { readonly name: string }[] = await done('list --hsm-name fabrikam')
    expect(items.map(({ name }) => name).sort()).toEqual([...names].sort())
    expect(await done('list --hsm-name fabrikam --maxresults 26')).toHaveLength(26)
    const { out } = await key('list --hsm-name fabrikam -o tsv')
    expect(out.trimEnd().split('\n')).toHaveLength(27)
  })

  it('tell the versions of a key, from the first on', async () => {
    await done(`create ${HSM} -n many --kty EC-HSM`)
    await done(`create ${HSM} -n many --kty EC-HSM`)
    expect(await done(`list-versions ${HSM} -n many`)).toMatchObject([
      { name: 'many', kid: expect.stringMatching(/\/keys\/many\/[0-9a-f]{32}$/) },
      { name: 'many' },
    ])
    expect(await done(`list-versions ${HSM} -n many --maxresults 1`)).toHaveLength(1)
  })

  it('tell what was deleted, with dates as az writes them', async () => {
    const [item] = await done(`list-deleted ${HSM} --maxresults 1`)
    expect(item).toMatchObject({
      name: 'gone',
      recoveryId: 'https://contoso.managedhsm.azure.net/deletedkeys/gone',
      deletedDate: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/),
    })
    expect(await done(`show-deleted ${HSM} -n gone`)).toMatchObject({
      deletedDate: item.deletedDate,
      scheduledPurgeDate: item.scheduledPurgeDate,
      key: { kty: 'EC-HSM' },
    })
  })
})

describe('deletion', () => {
  it.each([
    ['delete', 'nobody'],
    ['show-deleted', 'ec'],
    ['recover', 'ec'],
    ['purge', 'ec'],
  ])('%s ends with 3 where there is no such key', (verb, name) =>
    refused(`${verb} ${HSM} -n ${name}`, 3, /\(KeyNotFound\)/),
  )
})

describe('backup and restore', () => {
  it('replace a file, and leave nothing beside it', async () => {
    writeFileSync(path('ec.backup'), 'what was there')
    await done(`backup ${HSM} -n ec -f ${path('ec.backup')}`)
    expect(readFileSync(path('ec.backup'), 'utf8')).not.toBe('what was there')
    expect(readdirSync(folder).filter((name) => name.includes('draft'))).toEqual([])
  })

  it('leave the file as it was where the key is not there', async () => {
    writeFileSync(path('kept.backup'), 'what was there')
    await refused(`backup ${HSM} -n nobody -f ${path('kept.backup')}`, 3, /KeyNotFound/)
    expect(readFileSync(path('kept.backup'), 'utf8')).toBe('what was there')
  })

  it('refuse a folder that is not there', () =>
    refused(`backup ${HSM} -n ec -f ${path('no/such/file')}`, 1, /No such file or directory/))

  it('refuse a key that is there', async () => {
    await done(`backup ${HSM} -n ec -f ${path('ec.backup')}`)
    await refused(`restore ${HSM} -f ${path('ec.backup')}`, 1, /\(Conflict\)/)
  })

  it('refuse what is no backup', () => {
    writeFileSync(path('garbage'), 'garbage')
    return refused(`restore ${HSM} -f ${path('garbage')}`, 1, /^error: \(BadParameter\)|Malformed/)
  })

  it('refuse a name', () =>
    refused(`restore ${HSM} -n x -f ${path('ec.backup')}`, 2, /Please do not specify --name/))
})

describe('rotation-policy', () => {
  it('takes the names of the wire, those of Python, and a file', async () => {
    const wire = {
      lifetimeActions: [
        {
          trigger: { timeAfterCreate: 'P90D', timeBeforeExpiry: null },
          action: { type: 'Rotate' },
        },
      ],
      attributes: { expiryTime: 'P2Y' },
    }
    const python = {
      lifetime_actions: [{ trigger: { time_after_create: 'P90D' }, action: { type: 'Rotate' } }],
      attributes: { expiry_time: 'P2Y' },
    }
    writeFileSync(path('rotation.json'), JSON.stringify(wire))
    for (const value of [JSON.stringify(wire), JSON.stringify(python), path('rotation.json')]) {
      const line = `rotation-policy update ${HSM} -n ec --value '${value}'`
      expect(await done(line)).toMatchObject({
        id: 'https://contoso.managedhsm.azure.net/keys/ec/rotationpolicy',
        expiresIn: 'P2Y',
        lifetimeActions: [{ action: 'Rotate', timeAfterCreate: 'P90D', timeBeforeExpiry: null }],
        createdOn: expect.stringMatching(/\+00:00$/),
      })
    }
    const { out } = await key(`rotation-policy show ${HSM} -n ec -o table`)
    expect(out).toMatch(/^P2Y +Rotate P90D after creation {2}\d/m)
  })

  it('takes back what was printed, and keys of Python above the attributes', async () => {
    await done(`create ${HSM} -n rotated --kty EC-HSM`)
    const update = (value: unknown) =>
      done(`rotation-policy update ${HSM} -n rotated --value '${JSON.stringify(value)}'`)
    const actions = [{ action: 'Rotate', timeBeforeExpiry: 'P30D', timeAfterCreate: null }]
    const printed = await update({ lifetime_actions: actions, expires_in: 'P1Y' })
    expect(printed).toMatchObject({ expiresIn: 'P1Y', lifetimeActions: actions })
    const again = await update(printed)
    expect({ ...again, updatedOn: '' }).toEqual({ ...printed, updatedOn: '' })
  })

  it('is empty where there is none', async () => {
    expect(await done(`rotation-policy show ${HSM} -n aes`)).toMatchObject({
      lifetimeActions: [],
      expiresIn: null,
      createdOn: null,
    })
  })

  it.each(['[]', '7', 'nowhere.json'])('refuses %s as a usage error', (value) =>
    refused(`rotation-policy update ${HSM} -n ec --value ${value}`, 2, /policy|must be JSON/),
  )

  it('shows what the service says of a policy', () =>
    refused(
      `rotation-policy update ${HSM} -n ec --value '{"lifetimeActions":[{"trigger":{"timeAfterCreate":"P1D"},"action":{"type":"Rotate"}}]}'`,
      1,
      /^error: \(BadParameter\)/,
    ))

  it('ends with 3 where there is no such key', () =>
    refused(`rotation-policy show ${HSM} -n nobody`, 3, /KeyNotFound/))
})

describe('encrypt and decrypt', () => {
  it.each([
    ['aes', 'A256GCM', 'aes'],
    ['aes', 'A256CBCPAD', 'aes'],
    ['rsa', 'RSA-OAEP-256', 'rsa'],
  ])('%s inverts itself with %s', async (name, alg) => {
    const value = Buffer.from([0, 255, 1, 254]).toString('base64')
    const made = await done(`encrypt ${HSM} -n ${name} -a ${alg} --value ${value}`)
    expect(made).toMatchObject({ algorithm: alg, kid: expect.stringContaining(`/keys/${name}/`) })
    const beside = (['iv', 'tag'] as const).map((member) =>
      made[member] === null ? '' : `--${member} ${made[member]}`,
    )
    const line = `decrypt ${HSM} -n ${name} -a ${alg} --value ${made.result} ${beside.join(' ')}`
    expect(await done(line)).toMatchObject({ algorithm: alg, result: value })
  })

  it('take a text, its additional data, and an algorithm in any case', async () => {
    const line = `encrypt ${HSM} -n aes -a a256gcm --value 'zwölf Tassen' --data-type plaintext --aad 0a0B`
    const { result, iv, tag } = await done(line)
    const opened = `decrypt ${HSM} -n aes -a A256GCM --value ${result} --iv ${iv} --tag ${tag}`
    expect(await done(`${opened} --aad 0a0b --data-type plaintext`)).toMatchObject({
      result: 'zwölf Tassen',
    })
    await refused(`${opened} --aad 0a0c`, 1, /^error: \(BadParameter\)/)
  })

  it('refuse bytes that are no text where one was asked for', async () => {
    const { result, iv, tag } = await done(`encrypt ${HSM} -n aes -a A256GCM --value /w==`)
    const line = `decrypt ${HSM} -n aes -a A256GCM --value ${result} --iv ${iv} --tag ${tag}`
    await refused(`${line} --data-type plaintext`, 2, /--data-type base64/)
  })

  it.each([
    ['encrypt -n aes -a A256GCM', /required option '--value/],
    ['encrypt -n aes --value AA==', /required option '-a, --algorithm/],
    ['encrypt -n aes -a ROT13 --value AA==', /Allowed values: RSA-OAEP/],
    ['encrypt -n aes -a A256GCM --value %%', /--value must be base64/],
    ['encrypt -n aes -a A256GCM --value AA== --aad xyz', /--aad must be hexadecimal/],
    ['decrypt -n aes -a A256GCM --value AA== --iv 123', /--iv must be hexadecimal/],
    ['decrypt -n aes -a A256GCM --value AA== --data-type image', /Allowed values: base64/],
  ])('%s is a wrong command line', (line, says) => refused(`${line} ${HSM}`, 2, says))
})

describe('sign and verify', () => {
  const digest = Buffer.alloc(32, 7).toString('base64')

  it('make a signature, and tell it from others', async () => {
    const { signature, keyId } = await done(`sign ${HSM} -n ec -a ES256 --digest ${digest}`)
    const line = `verify ${HSM} -n ec -a ES256 --digest ${digest} --signature`
    expect(await done(`${line} ${signature}`)).toEqual({ algorithm: 'ES256', keyId, isValid: true })
    expect(await done(`${line} AAAA`)).toMatchObject({ isValid: false })
    expect((await key(`${line} AAAA -o tsv`)).out).toMatch(/^ES256\tfalse\thttps:/)
  })

  it('refuse a digest of another length', () =>
    refused(`sign ${HSM} -n ec -a ES256 --digest AAAA`, 1, /^error: \(BadParameter\)/))

  it('refuse a digest that is not base64', () =>
    refused(`sign ${HSM} -n ec -a ES256 --digest ....`, 2, /--digest must be base64/))
})

describe('random', () => {
  it.each([1, 128])('gives %i bytes', async (count) => {
    const { value } = await done(`random ${HSM} --count ${count}`)
    expect(Buffer.from(value, 'base64')).toHaveLength(count)
  })

  it.each([0, 129])('shows that the service refuses %i', (count) =>
    refused(`random ${HSM} --count ${count}`, 1, /^error: \(BadParameter\)/),
  )
})

describe('download', () => {
  it('writes the key that signs and encrypts, in PEM and in DER', async () => {
    await done(`download ${HSM} -n rsa -f ${path('rsa.pem')}`)
    await done(`download ${HSM} -n rsa -e der -f ${path('rsa.der')}`)
    const [pem, der] = [readFileSync(path('rsa.pem')), readFileSync(path('rsa.der'))]
    const { key: shown } = await done(`show ${HSM} -n rsa`)
    const { n } = createPublicKey(pem).export({ format: 'jwk' })
    expect(Buffer.from(String(n), 'base64url').toString('base64')).toBe(shown.n)
    expect(createPublicKey(pem).export({ type: 'spki', format: 'der' })).toEqual(der)
  })

  it('refuses a file that is there, and leaves it', async () => {
    writeFileSync(path('there'), 'what was there')
    await refused(
      `download ${HSM} -n rsa -f ${path('there')}`,
      1,
      /^error: File or directory named '.*there' already exists\.\n$/,
    )
    expect(readFileSync(path('there'), 'utf8')).toBe('what was there')
  })

  it('refuses a key that has no public part, and writes nothing', async () => {
    await refused(
      `download ${HSM} -n aes -f ${path('aes.pem')}`,
      1,
      /Unsupported key type: oct-HSM/,
    )
    expect(existsSync(path('aes.pem'))).toBe(false)
  })
})

describe('get-attestation', () => {
  it('prints what the HSM states, or writes it to a file', async () => {
    const printed = await done(`get-attestation ${HSM} -n ec`)
    expect(Object.keys(printed)).toEqual([
      'certificatePemFile',
      'privateKeyAttestation',
      'publicKeyAttestation',
      'version',
    ])
    const pem = Buffer.from(printed.certificatePemFile, 'base64').toString()
    expect(pem).toMatch(/^-----BEGIN CERTIFICATE-----/)
    expect((await key(`get-attestation ${HSM} -n ec -f ${path('a.json')}`)).out).toBe('')
    expect(Object.keys(JSON.parse(readFileSync(path('a.json'), 'utf8')))).toContain('version')
    await refused(`get-attestation ${HSM} -n ec -f ${path('a.json')}`, 1, /already exists/)
  })
})
