// Holds: the ways to point az at a server that need no entry in a table of hosts, and a vault beside the HSM.

const URL = 'https://contosovault.vault.azure.net'

export const byAddress = {
  title: 'an HSM by its address',
  lines: [
    {
      line: 'az keyvault key create --id https://127.0.0.1:{port}/keys/orders --kty EC-HSM',
      gives: { key: { kid: /^https:\/\/127\.0\.0\.1:\d+\/keys\/orders\/[0-9a-f]{32}$/ } },
      keep: { kid: 'key.kid' },
    },
    { line: 'az keyvault key show --id {kid}', gives: { key: { kid: '{kid}' } } },
    {
      line: 'az keyvault key show --id https://localhost:{port}/keys/orders',
      gives: { key: { kid: /^https:\/\/localhost:\d+\/keys\/orders\// } },
    },
    {
      line: 'az keyvault key list --id https://localhost:{port}/',
      gives: [{ kid: 'https://localhost:{port}/keys/orders', name: 'orders' }],
    },
    {
      line: 'az keyvault key delete --id https://localhost:{port}/keys/orders',
      gives: { recoveryId: 'https://localhost:{port}/deletedkeys/orders' },
    },
    {
      line: 'az keyvault key recover --id https://localhost:{port}/deletedkeys/orders',
      gives: { key: { kty: 'EC-HSM' } },
    },
  ],
}

export const byEnding = {
  title: 'a cloud whose HSMs are under localhost, with a port',
  identity: true,
  endings: (port) => ({ hsms: `.localhost:${port}`, vaults: `.localhost:${port}` }),
  lines: [
    {
      line: 'az keyvault key create --hsm-name ContosoMHSM --name orders --kty EC-HSM',
      gives: { key: { kid: /^https:\/\/contosomhsm\.localhost:\d+\/keys\/orders\// } },
    },
    {
      line: 'az keyvault key list --hsm-name contosomhsm',
      gives: [{ kid: 'https://contosomhsm.localhost:{port}/keys/orders' }],
    },
    {
      line: 'az keyvault key show --hsm-name contosomhsm --name orders',
      gives: { key: { kty: 'EC-HSM' } },
    },
    {
      line: 'az keyvault key show --vault-name contosomhsm --name orders',
      gives: { key: { kty: 'EC-HSM' } },
    },
  ],
}

export const vault = {
  title: 'a vault',
  profile: 'vault-premium',
  lines: [
    {
      line: 'az keyvault key create --vault-name ContosoVault --name orders --protection software',
      gives: { key: { kty: 'RSA' }, attributes: { hsmPlatform: '0' } },
    },
    {
      line: 'az keyvault key create --vault-name ContosoVault --name orders --protection hsm --curve P-256',
      gives: { key: { kty: 'EC-HSM' } },
    },
    {
      line: 'az keyvault key create --vault-name ContosoVault --name no --kty oct --size 256',
      refused: /\(BadParameter\)/,
    },
    {
      line: 'az keyvault key list --vault-name ContosoVault',
      gives: [{ kid: `${URL}/keys/orders`, name: 'orders' }],
    },
    {
      line: `az keyvault key show --id ${URL}/keys/orders`,
      gives: { key: { kid: /^https:\/\/contosovault\.vault\.azure\.net\/keys\/orders\// } },
    },
    {
      line: 'az keyvault key show --vault-name ContosoVault --name nobodys',
      refused: /\(KeyNotFound\) A key with \(name\/id\) nobodys was not found in this key vault\./,
      exit: 3,
    },
    {
      line: 'az keyvault key rotation-policy show --vault-name ContosoVault --name orders',
      gives: { lifetimeActions: [{ action: 'Notify', timeBeforeExpiry: 'P30D' }] },
    },
    {
      line: 'az keyvault key delete --vault-name ContosoVault --name orders',
      gives: { recoveryId: `${URL}/deletedkeys/orders` },
    },
    {
      line: 'az keyvault key create --vault-name ContosoVault --name orders',
      refused: /\(Conflict\) Key orders is currently in a deleted but recoverable state/,
    },
    { line: 'az keyvault key list-deleted --vault-name ContosoVault', gives: [{ name: 'orders' }] },
    { line: 'az keyvault key purge --vault-name ContosoVault --name orders' },
  ],
}
