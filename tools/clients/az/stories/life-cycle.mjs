// Holds: deletion, recovery, purge and backup as az sees them, with the exit status that scripts branch on.

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const HSM = '--hsm-name ContosoMHSM'
const NOT_THERE = { refused: /\(KeyNotFound\) Key not found: https:\/\/contosomhsm\./ }
/** az ends with 3 where show finds nothing, and with 1 where another command does. */
const NOT_SHOWN = { ...NOT_THERE, exit: 3 }
const TAKEN = { refused: /\(Conflict\)/, exit: 1 }
const URL = 'https://contosomhsm.managedhsm.azure.net'

/** More than a page. */
const MANY = Array.from({ length: 27 }, (_, n) => `many-${n}`)

export const lifeCycle = {
  title: 'deletion, recovery and purge',
  lines: [
    { line: `az keyvault key show ${HSM} --name orders`, ...NOT_SHOWN },
    { line: `az keyvault key delete ${HSM} --name orders`, ...NOT_THERE },
    {
      line: `az keyvault key create ${HSM} --name orders --kty EC-HSM`,
      keep: { first: 'key.kid' },
    },
    {
      line: `az keyvault key create ${HSM} --name orders --kty EC-HSM`,
      keep: { second: 'key.kid' },
    },
    { line: `az keyvault key show-deleted ${HSM} --name orders`, ...NOT_THERE },
    { line: `az keyvault key recover ${HSM} --name orders`, ...NOT_THERE },
    { line: `az keyvault key purge ${HSM} --name orders`, ...NOT_THERE },
    {
      line: `az keyvault key delete ${HSM} --name orders`,
      gives: {
        recoveryId: `${URL}/deletedkeys/orders`,
        key: { kid: '{second}' },
        deletedDate: /^\d{4}-\d\d-\d\dT/,
        scheduledPurgeDate: /^\d{4}-\d\d-\d\dT/,
      },
    },
    {
      line: `az keyvault key show-deleted ${HSM} --name orders`,
      gives: ({ deletedDate, scheduledPurgeDate }) =>
        Date.parse(scheduledPurgeDate) - Date.parse(deletedDate) === 90 * 86_400_000,
    },
    {
      line: `az keyvault key show-deleted --id ${URL}/deletedkeys/orders`,
      gives: { key: { kid: '{second}' } },
    },
    { line: `az keyvault key show ${HSM} --name orders`, ...NOT_SHOWN },
    { line: `az keyvault key delete ${HSM} --name orders`, ...NOT_THERE },
    {
      line: `az keyvault key create ${HSM} --name orders --kty EC-HSM`,
      refused: /\(Conflict\) Key orders is currently in a deleted but recoverable state/,
    },
    { line: `az keyvault key recover ${HSM} --name orders`, gives: { key: { kid: '{second}' } } },
    { line: 'az keyvault key show --id {first}', gives: { key: { kid: '{first}' } } },
    { line: `az keyvault key delete --id ${URL}/keys/orders`, gives: { key: { kid: '{second}' } } },
    {
      line: `az keyvault key recover --id ${URL}/deletedkeys/orders`,
      gives: { key: { kty: 'EC-HSM' } },
    },
    { line: `az keyvault key delete ${HSM} --name orders` },
    { line: `az keyvault key purge --id ${URL}/deletedkeys/orders` },
    { line: `az keyvault key show-deleted ${HSM} --name orders`, ...NOT_THERE },
    { line: `az keyvault key recover ${HSM} --name orders`, ...NOT_THERE },
    {
      line: `az keyvault key create ${HSM} --name orders --kty EC-HSM`,
      gives: { key: { kid: (kid, { first, second }) => kid !== first && kid !== second } },
    },
    { line: `az keyvault key list-deleted ${HSM}`, gives: [] },
  ],
}

export const purgeProtection = {
  title: 'purge protection',
  serve: () => ['--purge-protection', '--retention-days', '7'],
  lines: [
    {
      line: `az keyvault key create ${HSM} --name orders --kty EC-HSM`,
      gives: { attributes: { recoveryLevel: 'CustomizedRecoverable', recoverableDays: 7 } },
    },
    { line: `az keyvault key delete ${HSM} --name orders` },
    {
      line: `az keyvault key purge ${HSM} --name orders`,
      refused: /\(Forbidden\) Operation "purge" is not allowed because purge protection is enabled/,
    },
    { line: `az keyvault key recover ${HSM} --name orders`, gives: { key: { kty: 'EC-HSM' } } },
  ],
}

export const pages = {
  title: 'lists of more than a page',
  lines: [
    ...MANY.map((name) => ({
      line: `az keyvault key create ${HSM} --name ${name} --kty EC-HSM`,
    })),
    {
      line: `az keyvault key list ${HSM}`,
      gives: (items) => new Set(items.map(({ name }) => name)).size === MANY.length,
    },
    { line: `az keyvault key list ${HSM} --maxresults 3`, gives: (items) => items.length === 3 },
    {
      line: `az keyvault key list --id ${URL} --maxresults 20`,
      gives: (items) => items.length === 20,
    },
  ],
}

export const backups = {
  title: 'backup and restore',
  before: (folder) => {
    writeFileSync(join(folder, 'garbage.backup'), 'no backup')
    return {}
  },
  lines: [
    {
      line: `az keyvault key create ${HSM} --name orders --kty RSA-HSM --tags a=1`,
      keep: { first: 'key.kid', n: 'key.n' },
    },
    {
      line: `az keyvault key create ${HSM} --name orders --kty EC-HSM`,
      keep: { second: 'key.kid' },
    },
    { line: `az keyvault key backup ${HSM} --name orders --file by-name.backup` },
    { line: `az keyvault key backup --id ${URL}/keys/orders --file by-id.backup` },
    {
      check: 'no backup holds the modulus in the clear',
      run: ({ folder, kept }) => {
        const bytes = readFileSync(join(folder, 'by-name.backup'))
        if (bytes.includes(Buffer.from(kept.n, 'base64'))) throw new Error('it does')
        if (bytes.length < 1000) throw new Error(`${bytes.length} bytes are no two keys`)
      },
    },
    { line: `az keyvault key restore ${HSM} --file by-name.backup`, ...TAKEN },
    { line: `az keyvault key delete ${HSM} --name orders` },
    { line: `az keyvault key restore ${HSM} --file by-name.backup`, ...TAKEN },
    { line: `az keyvault key purge ${HSM} --name orders` },
    {
      line: `az keyvault key restore ${HSM} --file by-id.backup`,
      gives: { key: { kid: '{second}', kty: 'EC-HSM' } },
    },
    {
      line: 'az keyvault key show --id {first}',
      gives: { key: { kid: '{first}', n: '{n}' }, tags: { a: '1' } },
    },
    {
      line: `az keyvault key restore ${HSM} --file garbage.backup`,
      refused: /\(MalformedBackupBlob\)/,
    },
    { line: `az keyvault key backup ${HSM} --name nobodys --file none.backup`, ...NOT_THERE },
    {
      line: `az keyvault key restore ${HSM} --file missing.backup`,
      refused: /No such file or directory: 'missing\.backup'/,
      because: 'az reads the file before it asks anybody',
    },
  ],
}
