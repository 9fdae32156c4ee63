// Holds: every way to log in that az has without a browser works with a server that has `--identity`, and nothing else: one
// registration of the cloud, by its address.

const TENANT = '00000000-0000-4000-8000-00000000beef'
const CLIENT = '00000000-0000-4000-8000-00000000c0de'

const KEY = 'https://127.0.0.1:{port}/keys/orders'
const show = { line: `az keyvault key show --id ${KEY}`, gives: { key: { kty: 'EC-HSM' } } }
const isUser = (name) => [{ tenantId: TENANT, user: { name, type: 'user' } }]

export const logins = {
  title: 'logins',
  identity: true,
  lines: [
    { line: 'az logout' },
    { line: 'az cloud set -n AzureCloud' },
    { line: 'az cloud register -n local --endpoint-resource-manager {url}' },
    {
      line: 'az cloud show -n local',
      gives: {
        endpoints: { activeDirectory: '{url}/adfs', resourceManager: '{url}' },
        suffixes: { mhsmDns: '.localhost:{port}', keyvaultDns: '.localhost:{port}' },
      },
    },
    { line: 'az cloud set -n local' },
    { line: `az keyvault key show --id ${KEY}`, refused: /az login/ },
    {
      line: `az login --service-principal -u ${CLIENT} -p anything --tenant ${TENANT}`,
      gives: [{ tenantId: TENANT, user: { name: CLIENT, type: 'servicePrincipal' } }],
    },
    {
      line: `az keyvault key create --id ${KEY} --kty EC-HSM`,
      gives: { key: { kty: 'EC-HSM' } },
    },
    {
      line: 'az keyvault key show --hsm-name ContosoMHSM --name orders',
      gives: { key: { kty: 'EC-HSM' } },
    },
    {
      line: 'az account get-access-token --resource https://managedhsm.azure.net',
      gives: { tokenType: 'Bearer', tenant: TENANT },
    },
    { line: 'az logout' },
    { line: 'az login --use-device-code', gives: isUser('user@pocket-hsm.test') },
    show,
    { line: 'az logout' },
    {
      line: `az login --use-device-code --tenant ${TENANT}`,
      gives: isUser('user@pocket-hsm.test'),
    },
    show,
    { line: 'az logout' },
    {
      line: 'az login -u alice@contoso.com -p anything',
      gives: isUser('alice@contoso.com'),
    },
    show,
  ],
}
