/** Every example of every help text of `pocket-hsm key`, run as it stands there. */

import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  createExternalKeyManager,
  createHsm,
  createKey,
  createTransferBlob,
  getEkmCertificate,
  type TransferKek,
} from 'pocket-hsm'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { EKM_COMMANDS } from '../../src/command/key/ekm-commands.ts'
import { KEY_COMMANDS } from '../../src/command/key/key-commands.ts'
import { type PocketServer, startServer } from '../../src/index.ts'
import { runLine } from '../key-lines.ts'

const before = process.cwd()
const folder = mkdtempSync(join(tmpdir(), 'pocket-hsm-examples-'))
const values: Record<string, string> = { PASSWORD: 'of the PEM' }
let server: PocketServer

const done = async (line: string) => {
  const ended = await runLine(`pocket-hsm key ${line}`)
  if (ended.exit !== 0) throw new Error(`${line}: ${ended.err}`)
  return ended
}

beforeAll(async () => {
  process.chdir(folder)
  const external = createHsm()
  createKey(external, 'kek-2030', { kty: 'oct-HSM' })
  server = await startServer({
    port: 0,
    names: ['contoso'],
    certificateFolder: folder,
    externalKeyManager: createExternalKeyManager(external),
  })
  vi.stubEnv('POCKET_HSM_SERVER', server.url)
  vi.stubEnv('POCKET_HSM_CA', server.caFile)
  writeFileSync('receipt.txt', 'one coffee')
  writeFileSync('ekm-root.pem', pemOf(getEkmCertificate(external).caCertificates[1]))
  writeFileSync(
    'policy.json',
    JSON.stringify({
      version: '1.0.0',
      anyOf: [{ authority: 'https://attest.example', allOf: [{ claim: 'c', equals: 'v' }] }],
    }),
  )
  writeFileSync(
    'rotation.json',
    JSON.stringify({
      lifetimeActions: [{ trigger: { timeAfterCreate: 'P90D' }, action: { type: 'Rotate' } }],
      attributes: { expiryTime: 'P2Y' },
    }),
  )
  const pem = { type: 'pkcs8', format: 'pem' } as const
  const cipher = { cipher: 'aes-256-cbc', passphrase: values['PASSWORD'] ?? '' } as const
  const publicKeyEncoding = { type: 'spki', format: 'pem' } as const
  const rsa = { modulusLength: 2048, publicKeyEncoding }
  const { privateKey } = generateKeyPairSync('rsa', {
    ...rsa,
    privateKeyEncoding: { ...pem, ...cipher },
  })
  writeFileSync('orders.pem', privateKey)
  const curve = { namedCurve: 'P-256', publicKeyEncoding, privateKeyEncoding: pem }
  writeFileSync('receipts.pem', generateKeyPairSync('ec', curve).privateKey)
})

afterAll(async () => {
  await server.close()
  vi.unstubAllEnvs()
  process.chdir(before)
  rmSync(folder, { recursive: true })
})

/** What a line takes for granted, by the file or the key that it names. */
const NEEDS: readonly (readonly [RegExp, () => Promise<unknown>])[] = [
  [
    /content\.byok/,
    async () => {
      const { json } = await done('create --hsm-name contoso -n kek --kty RSA-HSM --ops import')
      const { kid, n, e } = json.key
      const plain = (text: string) => Buffer.from(text, 'base64').toString('base64url')
      const kek: TransferKek = { kid, n: plain(n), e: plain(e) }
      writeFileSync('content.byok', createTransferBlob(kek, new Uint8Array(32)))
    },
  ],
  [/external|ekm-connection (?!create)/, connected],
  [/ekm-connection create/, () => runLine('pocket-hsm ekm-connection delete')],
  [/gone\.backup/, () => gone('gone', true)],
  [/(--name|deletedKeys\/) ?old/, () => gone('old', false)],
  [
    /--name orders/,
    async () => {
      await runLine('pocket-hsm key recover --name orders')
      await done('create -n orders --kty RSA-HSM')
    },
  ],
]

/** A second connection is refused, which does no harm here. */
function connected() {
  return runLine(
    'pocket-hsm ekm-connection create --hsm-name contoso --host ekm.contoso.com --server-ca-certificate ekm-root.pem',
  )
}

const pemOf = (der: Uint8Array = new Uint8Array(0)) =>
  `-----BEGIN CERTIFICATE-----\n${Buffer.from(der).toString('base64')}\n-----END CERTIFICATE-----\n`

async function gone(name: string, isPurged: boolean): Promise<void> {
  await runLine(`pocket-hsm key purge --name ${name}`)
  await done(`create -n ${name} --kty EC-HSM`)
  await done(`backup -n ${name} -f ${name}.backup`)
  await done(`delete -n ${name}`)
  if (isPurged) await done(`purge -n ${name}`)
}

const ROWS = [
  ...KEY_COMMANDS.map((row) => ['key', row.name, row] as const),
  ...EKM_COMMANDS.map((row) => ['ekm-connection', row.name, row] as const),
]

describe.each(ROWS)('the help of %s %s', (command, name, { examples, about }) => {
  it('has an example', () => {
    expect(examples.length).toBeGreaterThan(0)
    for (const line of examples)
      expect(line).toMatch(new RegExp(`^pocket-hsm ${command} ${name}( |$)`))
  })

  it.each(examples)('%s', async (line) => {
    for (const [pattern, prepare] of NEEDS) if (pattern.test(line)) await prepare()
    const ended = await runLine(line, values)
    expect(ended).toMatchObject({ exit: 0, err: '' })
    const { result, iv, tag, signature } = ended.json ?? {}
    if (name === 'encrypt' && tag) Object.assign(values, { CIPHERTEXT: result, IV: iv, TAG: tag })
    if (name === 'sign') values['SIGNATURE'] = signature
    if (name === 'decrypt') expect(result).toBe('a text')
    if (name === 'verify') expect(ended.json.isValid).toBe(true)
  })

  it('shows its examples and its options', async () => {
    const ended = await runLine(`pocket-hsm ${command} ${name} --help`)
    expect(ended.exit).toBe(0)
    for (const line of examples) expect(ended.out).toContain(`  $ ${line}\n`)
    if (about !== 'nothing') expect(ended.out).toContain('--id <url>')
    expect(ended.out).toContain('--output <form>')
  })
})

describe('the examples of the group', () => {
  it('stand in the help of key, and run', async () => {
    const { out } = await runLine('pocket-hsm key --help')
    const lines = [...out.matchAll(/^ {2}\$ (.*)$/gm)].map(([, line = '']) => line)
    expect(lines.length).toBeGreaterThan(2)
    for (const line of lines) expect(await runLine(line)).toMatchObject({ exit: 0 })
    for (const { name } of KEY_COMMANDS) expect(out).toContain(name.split(' ')[0])
  })

  it('write the files that they name', () => {
    expect(readFileSync('orders-public.pem', 'latin1')).toMatch(/^-----BEGIN PUBLIC KEY-----/)
    expect(JSON.parse(readFileSync('attestation.json', 'utf8')).version).toBe('1.0')
  })
})
