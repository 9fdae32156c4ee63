/** `pocket-hsm ekm-connection`, and keys that it makes possible. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createExternalKeyManager, createHsm, createKey, getEkmCertificate } from 'pocket-hsm'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { type PocketServer, startServer } from '../../src/index.ts'
import { runLine } from '../key-lines.ts'

const folder = mkdtempSync(join(tmpdir(), 'pocket-hsm-ekm-'))
const [, ROOT = new Uint8Array(0)] = getEkmCertificate(createHsm({ seed: 'ca' })).caCertificates
const BASE64 = Buffer.from(ROOT).toString('base64')
const file = (name: string) => join(folder, name)
let server: PocketServer

const run = (line: string) => runLine(`pocket-hsm ${line}`)

beforeAll(async () => {
  const external = createHsm()
  createKey(external, 'kek-2030', { kty: 'RSA-HSM' })
  server = await startServer({
    port: 0,
    names: ['contoso'],
    certificateFolder: folder,
    externalKeyManager: createExternalKeyManager(external),
  })
  vi.stubEnv('POCKET_HSM_SERVER', server.url)
  vi.stubEnv('POCKET_HSM_CA', server.caFile)
  const pem = `-----BEGIN CERTIFICATE-----\n${BASE64}\n-----END CERTIFICATE-----\n`
  writeFileSync(file('root.der'), ROOT)
  writeFileSync(file('roots.pem'), `a comment\n${pem}${pem}`)
  writeFileSync(file('root.txt'), 'no certificate')
})

afterAll(async () => {
  await server.close()
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true })
})

it('connects an HSM, whose keys then can be external', async () => {
  expect((await run('ekm-connection show')).exit).toBe(3)
  const created = await run(
    `ekm-connection create --host ekm.contoso.com --server-ca-certificate ${file('root.der')}`,
  )
  expect(created.json).toEqual({
    host: 'ekm.contoso.com',
    pathPrefix: null,
    serverCaCertificates: [BASE64],
    serverSubjectCommonName: null,
  })
  const updated = await run(
    `ekm-connection update --path-prefix /a --server-ca-certificate ${file('roots.pem')}`,
  )
  expect(updated.json).toMatchObject({ pathPrefix: '/a', serverCaCertificates: [BASE64, BASE64] })
  expect((await run('ekm-connection check')).json).toMatchObject({ proxyName: 'pocket-hsm' })
  const certificate = await run('ekm-connection certificate show')
  expect(certificate.json.subjectCommonName).toMatch(/\.managedhsmclient\.azure\.net$/)
  const { json } = await run('key create --name kek --external-key-id kek-2030 --ops unwrapKey')
  expect(json).toMatchObject({
    key: { kty: 'RSA-HSM', keyOps: ['unwrapKey'] },
    attributes: { external_key: { id: 'kek-2030' } },
  })
  expect((await run('ekm-connection delete')).exit).toBe(0)
  expect((await run('ekm-connection delete')).exit).toBe(3)
})

it('refuses a file without a certificate, and one that is not there', async () => {
  for (const name of ['root.txt', 'nowhere.pem']) {
    const { exit, err } = await run(
      `ekm-connection create --host ekm.contoso.com --server-ca-certificate ${file(name)}`,
    )
    expect([exit, err]).toEqual([1, expect.stringContaining(name)])
  }
})

it.each([
  ['create --host ekm.contoso.com', '--server-ca-certificate'],
  ['update --port 443', "unknown option '--port'"],
])('%s is wrong usage', async (line, text) => {
  const { exit, err } = await run(`ekm-connection ${line}`)
  expect([exit, err]).toEqual([2, expect.stringContaining(text)])
})

it('creates no external key of a given type', async () => {
  const { exit, err } = await run('key create --name kek --external-key-id kek-2030 --kty RSA')
  expect([exit, err]).toEqual([2, expect.stringContaining('cannot be used with')])
})

it('creates a key with the operations of secure wrap', async () => {
  const line = 'key create --name secure --kty oct-HSM --ops secureWrapKey secureUnwrapKey'
  expect((await run(line)).json.key.keyOps).toEqual(['secureWrapKey', 'secureUnwrapKey'])
  const changed = await run('key set-attributes --name secure --ops secureUnwrapKey wrapKey')
  expect(changed.json.key.keyOps).toEqual(['secureUnwrapKey', 'wrapKey'])
})
