/** "Manage keys in an Azure Managed HSM using the Azure CLI": each of its command lines, in its order, in both forms. */

import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type PocketServer, startServer } from '../../src/index.ts'
import { runLine } from '../key-lines.ts'

const RSA = { key: { kty: 'RSA-HSM', keyOps: ['wrapKey', 'unwrapKey'], d: null } }
const EC = {
  key: { kty: 'EC-HSM', crv: 'P-256', keyOps: ['sign', 'verify'] },
  tags: { usage: 'signing', appname: 'myapp' },
}
const AES = {
  key: { kty: 'oct-HSM', keyOps: ['encrypt', 'decrypt'], k: null },
  tags: { usage: 'encryption', appname: 'myapp' },
}
const ITEM = { name: 'myrsakey', kid: 'https://contosomhsm.managedhsm.azure.net/keys/myrsakey' }
const DELETED = { recoveryId: 'https://contosomhsm.managedhsm.azure.net/deletedkeys/myrsakey' }

/** By name, or by identifier: how the page writes a key, a deleted key, and an HSM. */
interface Form {
  readonly key: (name: string) => string
  readonly deleted: (name: string) => string
  readonly hsm: string
  readonly restore: string
  /** Lines of the page that az refuses, and what it says. */
  readonly refused: readonly (readonly [string, RegExp])[]
}

const BY_NAME: Form = {
  key: (name) => `--hsm-name ContosoMHSM --name ${name}`,
  deleted: (name) => `--hsm-name ContosoMHSM --name ${name}`,
  hsm: '--hsm-name ContosoMHSM',
  restore: '--hsm-name ContosoMHSM',
  refused: [
    [
      'restore --hsm-name ContosoMHSM --name myrsakey --file myrsakey.backup',
      /Please do not specify --name\/-n when using --file\/-f/,
    ],
  ],
}

const ID = 'https://ContosoMHSM.managedhsm.azure.net'

const BY_ID: Form = {
  key: (name) => `--id ${ID}/keys/${name}`,
  deleted: (name) => `--id ${ID}/deletedKeys/${name}`,
  hsm: `--id ${ID}/`,
  restore: `--id ${ID}/deletedKeys/myrsakey`,
  refused: [
    [
      `recover --id ${ID}/deletedKeys/myrsakey --pem-file mycert.key --password 'mypassword'`,
      /unknown option '--pem-file'/,
    ],
  ],
}

/** Its lines, and what each prints; lines that it takes for granted between two of its own are among them. */
function tutorial({ key, deleted, hsm, restore }: Form): readonly (readonly [string, unknown])[] {
  return [
    [`create ${key('myrsakey')} --ops wrapKey unwrapKey --kty RSA-HSM --size 3072`, RSA],
    [
      `create ${key('myec256key')} --ops sign verify  --tags 'usage=signing' 'appname=myapp' --kty EC-HSM --curve P-256`,
      EC,
    ],
    // The page as it was in earlier years, with its bracket and its curved quotes; az passes them on.
    [
      `create ${key('myec256key')} --ops sign verify --tags ‘usage=signing] appname=myapp’ --kty EC-HSM --curve P-256`,
      { tags: { '‘usage': 'signing]', appname: 'myapp’' } },
    ],
    [
      `create ${key('myaeskey')} --ops encrypt decrypt  --tags 'usage=encryption' 'appname=myapp' --kty oct-HSM --size 256`,
      AES,
    ],
    [`show ${key('myrsakey')}`, RSA],
    [`list ${hsm}`, [ITEM, {}, {}]],
    [`delete ${key('myrsakey')}`, DELETED],
    [`list-deleted ${hsm}`, [{ ...ITEM, ...DELETED }]],
    [`show-deleted ${deleted('myrsakey')}`, DELETED],
    [`recover ${deleted('myrsakey')}`, RSA],
    [`list-versions ${key('myrsakey')}`, [{ name: 'myrsakey' }]],
    [`delete ${key('myrsakey')}`, DELETED],
    [`purge ${deleted('myrsakey')}`, undefined],
    [`create ${key('myrsakey')} --kty RSA-HSM`, { key: { kty: 'RSA-HSM' } }],
    [`backup ${deleted('myrsakey')} --file {folder}/myrsakey.backup`, undefined],
    [`delete ${key('myrsakey')}`, DELETED],
    [`purge ${deleted('myrsakey')}`, undefined],
    [`restore ${restore} --file {folder}/myrsakey.backup`, { key: { kty: 'RSA-HSM' } }],
    [
      `import ${key('myrsakey')} --pem-file {folder}/mycert.key --pem-password 'mypassword'`,
      { key: { kty: 'RSA-HSM', d: null } },
    ],
  ]
}

const folder = mkdtempSync(join(tmpdir(), 'pocket-hsm-tutorial-'))
let server: PocketServer

beforeAll(() => {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: {
      type: 'pkcs8',
      format: 'pem',
      cipher: 'aes-256-cbc',
      passphrase: 'mypassword',
    },
  })
  writeFileSync(join(folder, 'mycert.key'), privateKey)
})

afterAll(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true })
})

const FORMS = [
  ['by --hsm-name, of a server', BY_NAME, false],
  ['by --id, of a server', BY_ID, false],
  ['by --hsm-name, of a state', BY_NAME, true],
] as const

describe.each(FORMS)('the tutorial, %s', (_title, form, isState) => {
  const place = isState ? ` --state ${join(folder, 'hsm.state')}` : ''
  beforeAll(async () => {
    server = await startServer({ port: 0, names: ['ContosoMHSM'], certificateFolder: folder })
    vi.stubEnv('POCKET_HSM_SERVER', server.url)
    vi.stubEnv('POCKET_HSM_CA', server.caFile)
  })
  afterAll(() => server.close())

  it.each(tutorial(form))('pocket-hsm key %s', async (line, prints) => {
    const ended = await runLine(`pocket-hsm key ${line.replace('{folder}', folder)}${place}`)
    expect(ended).toMatchObject({ exit: 0, err: '' })
    if (prints === undefined) expect(ended.out).toBe('')
    else expect(ended.json).toMatchObject(prints as object)
  })

  it.each(form.refused)('pocket-hsm key %s is refused, as az refuses it', async (line, says) => {
    const ended = await runLine(`pocket-hsm key ${line}`)
    expect(ended).toMatchObject({ exit: 2, out: '' })
    expect(ended.err).toMatch(says)
  })
})
