// Holds: full backups against a real blob storage, restores of everything and of one key, and settings. The names of the
// HSM are in mixed case: az then loses its token while it polls, and must not start a second job.

import assert from 'node:assert/strict'
import { readAudit, WITH_AUDIT } from '../audit.mjs'
import { inAnyOrder } from '../faults.mjs'

const HSM = '--hsm-name ContosoMHSM'
const SAS = '--storage-container-SAS-token {sas}'
const NAME = 'AllowKeyManagementOperationsThroughARM'

const end = (name) => [
  { line: `az keyvault key delete ${HSM} --name ${name}` },
  { line: `az keyvault key purge ${HSM} --name ${name}` },
]

const names =
  (...expected) =>
  (items) =>
    inAnyOrder(...expected)(items.map(({ name }) => name))

/** The folder without the container: what az wants to be told. */
const folderOf = (url, name) => ({
  check: `the folder of ${name}`,
  run: ({ kept }) => {
    kept[name] = kept[url].split('/').at(-1)
    if (!/^mhsm-contosomhsm-\d{16}$/.test(kept[name])) throw new Error(kept[name])
  },
})

const RESTORE = `--storage-resource-uri {container} ${SAS} --backup-folder {folder}`

/** One key of a backup. */
const SELECTIVE = [
  {
    line: `az keyvault restore start ${HSM} ${RESTORE} --key-name orders`,
    refused: /Conflict/,
  },
  { line: `az keyvault key delete ${HSM} --name orders` },
  {
    line: `az keyvault restore start ${HSM} ${RESTORE} --key-name orders`,
    refused: /Conflict/,
  },
  { line: `az keyvault key purge ${HSM} --name orders` },
  {
    line: `az keyvault key restore ${HSM} ${RESTORE} --name orders`,
    refused: /'KeyVaultBackupClient' object has no attribute 'begin_selective_restore'/,
    because: 'az calls a function that its own SDK has under another name; it asks nobody',
  },
  { line: `az keyvault restore start ${HSM} ${RESTORE} --key-name orders` },
  { line: `az keyvault key show ${HSM} --name orders`, gives: { key: { kid: '{second}' } } },
  { line: `az keyvault key list ${HSM}`, gives: names('orders', 'letters') },
]

const ROLES = `${HSM} --assignee-object-id 2d9a5a39-0f3c-4d3f-8a44-5b0f4f6a7c11 --role 'Managed HSM Crypto User' --scope /keys/orders`

const restored = {
  check: 'one restore and no more',
  run: async ({ kept: { port } }) => {
    const { entries } = await readAudit(port, 'ContosoMHSM', 'startRestore')
    assert.deepEqual(
      entries.map(({ outcome }) => outcome),
      ['success'],
    )
  },
}

/** A story with a blob storage; `isTls` for one with a certificate. */
const backupStory = (isTls) => ({
  title: `full backups to a storage over ${isTls ? 'https' : 'http'}`,
  storage: isTls ? 'https' : 'http',
  serve: () => WITH_AUDIT,
  lines: [
    {
      line: `az keyvault key create ${HSM} --name orders --kty EC-HSM --tags team=shop`,
      keep: { first: 'key.kid' },
    },
    {
      line: `az keyvault key create ${HSM} --name orders --kty EC-HSM --tags team=shop`,
      keep: { second: 'key.kid' },
    },
    { line: `az keyvault key create ${HSM} --name letters --kty oct-HSM --size 256` },
    { line: `az keyvault setting update ${HSM} --name ${NAME} --value true` },
    { line: `az keyvault role assignment create ${ROLES} --assignee-principal-type User` },
    {
      line: `az keyvault backup start ${HSM} --storage-resource-uri {container} ${SAS}`,
      gives: { status: 'Succeeded', folderUrl: /\/backup\/mhsm-contosomhsm-\d{16}$/ },
      keep: { url: 'folderUrl' },
    },
    folderOf('url', 'folder'),
    {
      check: 'one job and no more',
      run: async ({ kept }) => {
        const blobs = await kept.listBlobs()
        const manifests = blobs.filter((blob) => blob.endsWith('/manifest.json'))
        if (manifests.length !== 1) throw new Error(`the storage has ${blobs.join(', ')}`)
      },
    },
    ...end('orders'),
    ...end('letters'),
    { line: `az keyvault role assignment delete ${ROLES}` },
    { line: `az keyvault key create ${HSM} --name later --kty EC-HSM` },
    { line: `az keyvault setting update ${HSM} --name ${NAME} --value false` },
    {
      line: `az keyvault restore start ${HSM} --storage-resource-uri {container} ${SAS} --backup-folder {folder}`,
    },
    restored,
    {
      line: `az keyvault role assignment list ${HSM}`,
      gives: [{ roleName: 'Managed HSM Crypto User', scope: '/keys/orders' }],
    },
    { line: `az keyvault key list ${HSM}`, gives: names('orders', 'letters') },
    {
      line: `az keyvault key show ${HSM} --name orders`,
      gives: { key: { kid: '{second}' }, tags: { team: 'shop' } },
    },
    { line: 'az keyvault key show --id {first}', gives: { key: { kid: '{first}' } } },
    { line: `az keyvault setting show ${HSM} --name ${NAME}`, gives: { value: 'true' } },
    ...(isTls ? [] : SELECTIVE),
  ],
})

export const backupsOverHttp = backupStory(false)
export const backupsOverHttps = backupStory(true)

const denied = (line, reason = /StorageAccessDenied/) => ({ line, refused: reason })

export const refusedBackups = {
  title: 'backups that the storage refuses',
  storage: 'http',
  lines: [
    denied(
      `az keyvault backup start ${HSM} --storage-resource-uri {container} --storage-container-SAS-token {wrong}`,
    ),
    denied(
      `az keyvault backup start ${HSM} --storage-resource-uri {container} --storage-container-SAS-token {expired}`,
    ),
    denied(
      `az keyvault backup start ${HSM} --storage-resource-uri {container} --storage-container-SAS-token {readOnly}`,
      /AuthorizationPermissionMismatch/,
    ),
    denied(`az keyvault backup start ${HSM} --storage-resource-uri {account}/nobody ${SAS}`),
    denied(
      `az keyvault backup start ${HSM} --storage-account-name contoso --blob-container-name backup ${SAS}`,
      /Storage(Error|AccessDenied)/,
    ),
    denied(
      `az keyvault restore start ${HSM} --storage-resource-uri {container} ${SAS} --backup-folder mhsm-nobody`,
      /StorageNotFound/,
    ),
  ],
}

export const settings = {
  title: 'settings',
  lines: [
    {
      line: `az keyvault setting list ${HSM}`,
      gives: (list) => JSON.stringify(list).includes(NAME),
    },
    {
      line: `az keyvault setting show ${HSM} --name ${NAME}`,
      gives: { name: NAME, value: 'false' },
    },
    {
      line: `az keyvault setting update ${HSM} --name ${NAME} --value true --type boolean`,
      gives: { name: NAME, value: 'true' },
    },
    { line: `az keyvault setting show ${HSM} --name ${NAME}`, gives: { value: 'true' } },
    {
      line: `az keyvault setting show ${HSM} --name nobody`,
      refused: /SettingNotFound/,
      exit: 3,
    },
    {
      line: `az keyvault setting update ${HSM} --name ${NAME} --value maybe`,
      refused: /must be true or false/,
    },
  ],
}
