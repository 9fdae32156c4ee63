// Holds: activation and disaster recovery, from the wrapping keys to a key that the new HSM restores. The name of the
// HSM has capitals, the URL that az polls has not: az sends no token there, and sends its request again if it is refused.

import assert from 'node:assert/strict'
import { openssl } from '../../lib/openssl.mjs'
import { readAudit, WITH_AUDIT } from '../audit.mjs'

const OLD = '--hsm-name ContosoMHSM'
const NEW = '--hsm-name ContosoDR'
const DOMAIN = 'az keyvault security-domain'

const KEYS = [1, 2, 3]

/** The certificate and the private key of each officer; the last key has a password. */
function makeWrappingKeys(folder) {
  for (const number of KEYS) {
    const password = number === 3 ? ['-passout', 'pass:open'] : ['-nodes']
    const files = ['-keyout', `officer${number}.key`, '-out', `officer${number}.cer`]
    const subject = ['-days', '365', '-subj', `/CN=officer ${number}`]
    openssl(['req', '-x509', '-newkey', 'rsa:2048', ...subject, ...password, ...files], folder)
  }
  return {}
}

const certificates = KEYS.map((number) => `officer${number}.cer`).join(' ')

export const disasterRecovery = {
  title: 'activation and disaster recovery',
  before: makeWrappingKeys,
  serve: () => ['--name', 'ContosoDR', '--not-activated', ...WITH_AUDIT],
  lines: [
    {
      line: `az keyvault key create ${OLD} --name orders --kty EC-HSM`,
      refused: /The Managed HSM is not activated\. Download the security domain to activate it\./,
    },
    {
      line: `${DOMAIN} download ${OLD} --sd-wrapping-keys officer1.cer officer2.cer --sd-quorum 2 --security-domain-file no.json`,
      refused: /The number of wrapping keys \(N\) should be in range \[3, 10\]\./,
    },
    {
      line: `${DOMAIN} download ${OLD} --sd-wrapping-keys ${certificates} --sd-quorum 2 --security-domain-file sd.json`,
      gives: { status: 'Success' },
    },
    {
      line: `${DOMAIN} wait ${OLD} --target-operation download`,
    },
    {
      line: `az keyvault key create ${OLD} --name orders --kty EC-HSM`,
      gives: { key: { kty: 'EC-HSM' } },
      keep: { kid: 'key.kid', x: 'key.x' },
    },
    { line: `az keyvault key backup ${OLD} --name orders --file orders.backup` },
    {
      line: `az keyvault key restore ${NEW} --file orders.backup`,
      refused: /The Managed HSM is not activated\./,
    },
    { line: `${DOMAIN} init-recovery ${NEW} --sd-exchange-key exchange.cer` },
    {
      line: `${DOMAIN} restore-blob --sd-file sd.json --sd-exchange-key exchange.cer --sd-wrapping-keys officer1.key officer2.key --sd-file-restore-blob blob.json`,
    },
    {
      line: `${DOMAIN} upload ${NEW} --sd-file blob.json --restore-blob`,
      gives: { status: 'Success' },
    },
    { line: `${DOMAIN} wait ${NEW} --target-operation upload` },
    {
      check: 'each request was sent once, for all the capitals in the name of the HSM',
      run: async ({ kept: { port } }) => {
        for (const [name, operation] of [
          ['ContosoMHSM', 'downloadSecurityDomain'],
          ['ContosoDR', 'uploadSecurityDomain'],
        ]) {
          const { entries } = await readAudit(port, name, operation)
          assert.deepEqual(
            entries.map(({ outcome }) => outcome),
            ['success'],
          )
        }
      },
    },
    {
      line: `az keyvault key restore ${NEW} --file orders.backup`,
      gives: { key: { kty: 'EC-HSM', x: '{x}' } },
    },
    {
      line: `${DOMAIN} init-recovery ${NEW} --sd-exchange-key again.cer`,
      refused: /\(Conflict\) The Managed HSM is already activated\./,
    },
  ],
}

export const recoveryInOneStep = {
  // az takes the passwords in the order of the keys, and has no way to say that one has none: the locked key comes first.
  title: 'disaster recovery in one step, with a password',
  before: makeWrappingKeys,
  serve: () => ['--name', 'ContosoDR', '--not-activated'],
  lines: [
    {
      line: `${DOMAIN} download ${OLD} --sd-wrapping-keys ${certificates} --sd-quorum 3 --security-domain-file sd.json`,
      gives: { status: 'Success' },
    },
    { line: `az keyvault key create ${OLD} --name orders --kty oct-HSM --size 256` },
    { line: `az keyvault key backup ${OLD} --name orders --file orders.backup` },
    { line: `${DOMAIN} init-recovery ${NEW} --sd-exchange-key exchange.cer` },
    {
      line: `${DOMAIN} upload ${NEW} --sd-file sd.json --sd-exchange-key exchange.cer --sd-wrapping-keys officer3.key officer1.key officer2.key --passwords open`,
      gives: { status: 'Success' },
    },
    {
      line: `az keyvault key restore ${NEW} --file orders.backup`,
      gives: { key: { kty: 'oct-HSM' } },
    },
    {
      line: `${DOMAIN} download ${NEW} --sd-wrapping-keys ${certificates} --sd-quorum 2 --security-domain-file again.json --no-wait`,
    },
  ],
}
