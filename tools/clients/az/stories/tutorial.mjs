// Holds: every command of "Manage keys in an Azure Managed HSM using the Azure CLI" does here what it says there, in the
// order of the page and in both its forms. The page calls its HSM ContosoMHSM and ContosoHSM by turns; here it is
// ContosoMHSM throughout. Lines that the page takes for granted stand between its own, marked as such.
//
// https://learn.microsoft.com/azure/key-vault/managed-hsm/key-management

import { inAnyOrder } from '../faults.mjs'
import { publicMember, writeKeyFile } from '../key-files.mjs'

const keyFile = (folder) => {
  writeKeyFile(folder, 'mycert.key', { type: 'rsa', password: 'mypassword' })
  return { mycert: publicMember(folder, 'mycert.key', 'n') }
}

const RSA = {
  key: { kty: 'RSA-HSM', keyOps: inAnyOrder('wrapKey', 'unwrapKey'), d: null, p: null },
}
const EC = {
  key: { kty: 'EC-HSM', crv: 'P-256', keyOps: inAnyOrder('sign', 'verify') },
  tags: { usage: 'signing', appname: 'myapp' },
}
const AES = {
  key: { kty: 'oct-HSM', keyOps: inAnyOrder('encrypt', 'decrypt'), k: null },
  tags: { usage: 'encryption', appname: 'myapp' },
}
const DELETED = { recoveryId: 'https://contosomhsm.managedhsm.azure.net/deletedkeys/myrsakey' }
const hasKey = (name) => (items) =>
  items.some(({ kid }) => kid === `https://contosomhsm.managedhsm.azure.net/keys/${name}`)

/** Not of the page: what the next line needs. */
const again = (line) => ({ line, gives: { key: { kty: 'RSA-HSM' } } })

export const tutorialByName = {
  title: 'the tutorial, by --hsm-name',
  identity: true,
  before: keyFile,
  lines: [
    {
      line: 'az keyvault key create --hsm-name ContosoMHSM --name myrsakey --ops wrapKey unwrapKey --kty RSA-HSM --size 3072',
      gives: RSA,
    },
    {
      line: "az keyvault key create --hsm-name ContosoMHSM --name myec256key --ops sign verify  --tags 'usage=signing' 'appname=myapp' --kty EC-HSM --curve P-256",
      gives: EC,
    },
    {
      // The page as it was in earlier years, with its bracket and its curved quotes; az passes them on.
      line: 'az keyvault key create --hsm-name ContosoMHSM --name myec256key --ops sign verify --tags ‘usage=signing] appname=myapp’ --kty EC-HSM --curve P-256',
      gives: { key: { kty: 'EC-HSM' }, tags: { '‘usage': 'signing]', appname: 'myapp’' } },
    },
    {
      line: "az keyvault key create --hsm-name ContosoMHSM --name myaeskey --ops encrypt decrypt  --tags 'usage=encryption' 'appname=myapp' --kty oct-HSM --size 256",
      gives: AES,
    },
    { line: 'az keyvault key show --hsm-name ContosoMHSM --name myrsakey', gives: RSA },
    {
      line: 'az keyvault key list --hsm-name ContosoMHSM',
      gives: (items) => ['myrsakey', 'myec256key', 'myaeskey'].every((name) => hasKey(name)(items)),
    },
    { line: 'az keyvault key delete --hsm-name ContosoMHSM --name myrsakey', gives: DELETED },
    { line: 'az keyvault key list-deleted --hsm-name ContosoMHSM', gives: hasKey('myrsakey') },
    { line: 'az keyvault key recover --hsm-name ContosoMHSM --name myrsakey', gives: RSA },
    again('az keyvault key delete --hsm-name ContosoMHSM --name myrsakey'),
    { line: 'az keyvault key purge --hsm-name ContosoMHSM --name myrsakey' },
    again('az keyvault key create --hsm-name ContosoMHSM --name myrsakey --kty RSA-HSM'),
    {
      line: 'az keyvault key backup --hsm-name ContosoMHSM --name myrsakey --file myrsakey.backup',
    },
    again('az keyvault key delete --hsm-name ContosoMHSM --name myrsakey'),
    { line: 'az keyvault key purge --hsm-name ContosoMHSM --name myrsakey' },
    {
      line: 'az keyvault key restore --hsm-name ContosoMHSM --name myrsakey --file myrsakey.backup',
      refused: /Please do not specify --name\/-n when using --file\/-f/,
      because: 'az takes the name from the backup and refuses another; it asks nobody',
    },
    again('az keyvault key restore --hsm-name ContosoMHSM --file myrsakey.backup'),
    {
      line: "az keyvault key import --hsm-name ContosoMHSM --name myrsakey --pem-file mycert.key --pem-password 'mypassword'",
      gives: { key: { kty: 'RSA-HSM', n: '{mycert}', d: null } },
    },
  ],
}

const ID = 'https://ContosoMHSM.managedhsm.azure.net'

export const tutorialById = {
  title: 'the tutorial, by --id',
  before: keyFile,
  lines: [
    {
      line: `az keyvault key create --id ${ID}/keys/myrsakey --ops wrapKey unwrapKey --kty RSA-HSM --size 3072`,
      gives: RSA,
    },
    {
      line: `az keyvault key create --id ${ID}/keys/myec256key --ops sign verify  --tags 'usage=signing' 'appname=myapp' --kty EC-HSM --curve P-256`,
      gives: EC,
    },
    {
      line: `az keyvault key create --id ${ID}/keys/myaeskey --ops encrypt decrypt  --tags 'usage=encryption' 'appname=myapp' --kty oct-HSM --size 256`,
      gives: AES,
    },
    { line: `az keyvault key show --id ${ID}/keys/myrsakey`, gives: RSA },
    { line: `az keyvault key list --id ${ID}/`, gives: hasKey('myrsakey') },
    { line: `az keyvault key delete --id ${ID}/keys/myrsakey`, gives: DELETED },
    { line: `az keyvault key list-deleted --id ${ID}/`, gives: hasKey('myrsakey') },
    { line: `az keyvault key recover --id ${ID}/deletedKeys/myrsakey`, gives: RSA },
    again(`az keyvault key delete --id ${ID}/keys/myrsakey`),
    { line: `az keyvault key purge --id ${ID}/deletedKeys/myrsakey` },
    again(`az keyvault key create --id ${ID}/keys/myrsakey --kty RSA-HSM`),
    // The page says deletedKeys; az reads the name alone and backs up the key that is there.
    { line: `az keyvault key backup --id ${ID}/deletedKeys/myrsakey  --file myrsakey.backup` },
    again(`az keyvault key delete --id ${ID}/keys/myrsakey`),
    { line: `az keyvault key purge --id ${ID}/deletedKeys/myrsakey` },
    {
      line: `az keyvault key restore --id ${ID}/deletedKeys/myrsakey --file myrsakey.backup`,
      gives: { key: { kty: 'RSA-HSM' } },
    },
    {
      line: `az keyvault key recover --id ${ID}/deletedKeys/myrsakey --pem-file mycert.key --password 'mypassword'`,
      refused: /unrecognized arguments: --pem-file mycert\.key --password mypassword/,
      exit: 2,
      because: 'the page means import; recover has neither option, and import says --pem-password',
    },
    {
      line: `az keyvault key import --id ${ID}/keys/myrsakey --pem-file mycert.key --pem-password 'mypassword'`,
      gives: { key: { kty: 'RSA-HSM', n: '{mycert}', d: null } },
    },
  ],
}
