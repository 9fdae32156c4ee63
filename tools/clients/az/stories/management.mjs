// Holds: the prerequisites of the tutorial, on this machine: a cloud is registered, someone logs in, and a Managed HSM is
// created, used, deleted, recovered and purged, as for a real one.

import { openssl } from '../../lib/openssl.mjs'

const ADMINISTRATOR = '11111111-1111-4111-8111-111111111111'
const HSM = '--hsm-name ContosoFresh'
const GROUP = '--resource-group ContosoResourceGroup'
const PROVISIONED = {
  name: 'ContosoFresh',
  resourceGroup: 'ContosoResourceGroup',
  location: 'eastus2',
  properties: {
    provisioningState: 'Succeeded',
    initialAdminObjectIds: [ADMINISTRATOR],
    softDeleteRetentionInDays: 7,
    hsmUri: /^https:\/\/contosofresh\.localhost:\d+\/$/,
  },
}
const hasHsm = (list) => list.some(({ name }) => name === 'ContosoFresh')
const hasNone = (list) => !hasHsm(list)

/** Three certificates that the security domain is wrapped for. */
function wrappingKeys(folder) {
  for (const name of ['wrap-0', 'wrap-1', 'wrap-2']) {
    const files = ['-keyout', `${name}.key`, '-out', `${name}.cer`]
    openssl(
      [
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        ...files,
        '-days',
        '2',
        '-subj',
        `/CN=${name}`,
      ],
      folder,
    )
  }
}

export const management = {
  title: 'a Managed HSM from its creation to its purge',
  before: wrappingKeys,
  identity: true,
  serve: () => ['--management'],
  lines: [
    {
      line: 'az cloud register --name local --endpoint-resource-manager https://localhost:{port}',
    },
    { line: 'az cloud set --name local' },
    {
      line: 'az login --service-principal --username 00000000-0000-4000-8000-00000000c0de --password anything --tenant 00000000-0000-4000-8000-00000000beef',
      gives: [{ state: 'Enabled' }],
    },
    { line: 'az group list', gives: [{ name: 'pocket' }] },
    {
      line: 'az group create --name ContosoResourceGroup --location eastus2',
      gives: { name: 'ContosoResourceGroup', location: 'eastus2' },
    },
    { line: 'az group show --name ContosoResourceGroup', gives: { location: 'eastus2' } },
    {
      line: 'az keyvault check-name --name ContosoFresh --resource-type hsm',
      gives: { nameAvailable: true },
    },
    {
      line: `az keyvault create ${HSM} ${GROUP} --location eastus2 --administrators ${ADMINISTRATOR} --retention-days 7`,
      gives: PROVISIONED,
    },
    {
      line: 'az keyvault check-name --name ContosoFresh --resource-type hsm',
      gives: { nameAvailable: false, reason: 'AlreadyExists' },
    },
    { line: `az keyvault show ${HSM}`, gives: PROVISIONED },
    { line: `az keyvault show ${HSM} ${GROUP}`, gives: PROVISIONED },
    { line: `az keyvault wait-hsm ${HSM} --created` },
    { line: 'az keyvault list --resource-type hsm', gives: hasHsm },
    { line: `az keyvault list --resource-type hsm ${GROUP}`, gives: hasHsm },
    { line: 'az keyvault list', gives: hasHsm },
    {
      line: `az keyvault update-hsm ${HSM} ${GROUP} --public-network-access Disabled`,
      gives: { properties: { publicNetworkAccess: 'Disabled' } },
    },
    { line: `az keyvault region add ${HSM} ${GROUP} --region-name westus2` },
    {
      line: `az keyvault region list ${HSM} ${GROUP}`,
      gives: (list) => list.map(({ name }) => name).join() === 'eastus2,westus2',
    },
    { line: `az keyvault region remove ${HSM} ${GROUP} --region-name westus2` },
    {
      line: `az keyvault key list ${HSM}`,
      refused: /The Managed HSM is not activated/,
    },
    {
      line: `az keyvault security-domain download ${HSM} --sd-wrapping-keys wrap-0.cer wrap-1.cer wrap-2.cer --sd-quorum 2 --security-domain-file domain.json`,
      gives: { status: 'Success' },
    },
    {
      line: `az keyvault show ${HSM}`,
      gives: { properties: { securityDomainProperties: { activationStatus: 'Active' } } },
    },
    {
      line: `az keyvault key create ${HSM} --name orders --kty EC-HSM`,
      gives: { key: { kty: 'EC-HSM' } },
    },
    {
      line: `az keyvault show --hsm-name nobody`,
      refused: /The HSM 'nobody' not found within subscription/,
    },
    { line: `az keyvault delete ${HSM}` },
    { line: 'az keyvault list --resource-type hsm', gives: hasNone },
    {
      line: `az keyvault key list ${HSM}`,
      refused: /There is no HSM at contosofresh\.localhost/,
    },
    { line: 'az keyvault list-deleted --resource-type hsm', gives: hasHsm },
    { line: 'az keyvault list-deleted', gives: hasHsm },
    {
      line: `az keyvault show-deleted ${HSM} --location eastus2`,
      gives: { name: 'ContosoFresh', properties: { purgeProtectionEnabled: false } },
    },
    {
      line: `az keyvault create ${HSM} ${GROUP} --location eastus2 --administrators ${ADMINISTRATOR} --retention-days 7`,
      refused: /is in a deleted state/,
    },
    { line: `az keyvault recover ${HSM}`, gives: PROVISIONED },
    { line: `az keyvault key show ${HSM} --name orders`, gives: { key: { kty: 'EC-HSM' } } },
    { line: `az keyvault delete ${HSM} ${GROUP}` },
    { line: `az keyvault purge ${HSM}` },
    { line: 'az keyvault list-deleted --resource-type hsm', gives: hasNone },
    {
      line: 'az keyvault check-name --name ContosoFresh --resource-type hsm',
      gives: { nameAvailable: true },
    },
    {
      line: `az keyvault create --hsm-name Protected ${GROUP} --location eastus2 --administrators ${ADMINISTRATOR} --retention-days 7 --enable-purge-protection true`,
      gives: { properties: { enablePurgeProtection: true } },
    },
    { line: 'az keyvault delete --hsm-name Protected' },
    {
      line: 'az keyvault purge --hsm-name Protected --location eastus2',
      refused: /purge protection is enabled/,
    },
    {
      line: `az keyvault recover --hsm-name Protected ${GROUP} --location eastus2`,
      gives: { name: 'Protected', properties: { provisioningState: 'Succeeded' } },
    },
    { line: 'az group delete --name ContosoResourceGroup --yes' },
    { line: 'az group exists --name ContosoResourceGroup', gives: false },
  ],
}
