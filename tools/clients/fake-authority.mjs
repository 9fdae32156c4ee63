// Lets az log in without an account: starts an authority on this machine whose tokens are worthless elsewhere.
//
//   node tools/clients/fake-authority.mjs [--hsms .localhost:8443] [--vaults .localhost:8443] [--folder FOLDER] [--trust CA.PEM]
//
// It prints the commands that make az use it, and runs until Ctrl-C. `--trust` is the server's CA certificate, and
// defaults to ~/.pocket-hsm/ca.pem: az gets one file with both. See docs/clients/az.md.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { cloudOf, LOGIN, startAuthority } from './lib/authority.mjs'
import { makeCertificates } from './lib/certificates.mjs'

const { values } = parseArgs({
  options: {
    hsms: { type: 'string', default: '.localhost:8443' },
    vaults: { type: 'string', default: '.localhost:8443' },
    folder: { type: 'string', default: join(homedir(), '.pocket-hsm', 'az') },
    trust: { type: 'string', default: join(homedir(), '.pocket-hsm', 'ca.pem') },
    name: { type: 'string', default: 'contoso' },
  },
})

const folder = resolve(values.folder)
mkdirSync(folder, { recursive: true, mode: 0o700 })
const tls = makeCertificates(folder)
const trusted = join(folder, 'trusted.pem')
writeFileSync(trusted, `${tls.ca}${readFileSync(values.trust, 'utf8')}`)

const authority = await startAuthority({ tls, hsmName: values.name })
const cloud = join(folder, 'cloud.json')
writeFileSync(cloud, JSON.stringify(cloudOf(authority.url, values), undefined, 2))
process.stdout.write(`export AZURE_CONFIG_DIR=${join(folder, 'settings')}
export REQUESTS_CA_BUNDLE=${trusted}
az cloud register -n pocket --cloud-config @${cloud} || az cloud update -n pocket --cloud-config @${cloud}
az cloud set -n pocket
az login ${LOGIN.join(' ')}
`)
process.once('SIGINT', () => void authority.close())
