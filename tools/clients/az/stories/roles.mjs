// Holds: the caller of az is an administrator of an HSM with local RBAC, gives roles, and uses what it has got.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { objectIdOf } from '../../../../packages/identity/dist/index.js'
import { CLIENT, CLIENT_OBJECT_ID } from '../log-in.mjs'

const HSM = '--hsm-name ContosoMHSM'
const DEFINITION = 'Microsoft.KeyVault/providers/Microsoft.Authorization/roleDefinitions/'
const CRYPTO_USER = '21dbd100-6940-42c2-9190-5d6cb909625b'
const AUDITOR = '2c18b078-7c48-4d3a-af88-5a3a1b3f82b3'
const ALICE = '2d9a5a39-0f3c-4d3f-8a44-5b0f4f6a7c11'
const VERIFY = 'Microsoft.KeyVault/managedHsm/keys/verify/action'
const SIGN = 'Microsoft.KeyVault/managedHsm/keys/sign/action'
const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

const role = (dataActions, more = {}) =>
  JSON.stringify({ roleName: 'Signer', description: 'signs', dataActions, ...more })

/** Names of assignees are resolved by the server's own Microsoft Graph. */
export const assignees = {
  title: 'assignees by name',
  identity: true,
  serve: () => ['--management', '--rbac', '--administrator', CLIENT_OBJECT_ID],
  lines: [
    {
      line: `az keyvault role assignment create ${HSM} --role 'Managed HSM Crypto User' --assignee alice@contoso.com --scope /`,
      gives: { principalId: objectIdOf('alice@contoso.com'), principalName: 'alice@contoso.com' },
    },
    {
      line: `az keyvault role assignment list ${HSM} --assignee alice@contoso.com`,
      gives: [{ principalName: 'alice@contoso.com', principalType: 'User', scope: '/' }],
    },
    {
      line: `az keyvault role assignment list ${HSM} --assignee ${CLIENT}`,
      gives: [{ principalId: CLIENT_OBJECT_ID, principalName: CLIENT, scope: '/' }],
    },
    {
      line: `az keyvault role assignment list ${HSM} --assignee ${CLIENT_OBJECT_ID}`,
      gives: [{ principalName: CLIENT, principalType: 'ServicePrincipal' }],
    },
    {
      line: `az keyvault role assignment delete ${HSM} --assignee alice@contoso.com --role 'Managed HSM Crypto User' --scope /`,
    },
    { line: `az keyvault role assignment list ${HSM} --assignee alice@contoso.com`, gives: [] },
    {
      line: `az keyvault role assignment list ${HSM} --assignee nobody`,
      refused: /Cannot find user or service principal in graph database for 'nobody'/,
    },
  ],
}

export const roles = {
  title: 'local role-based access control',
  serve: () => ['--rbac', '--administrator', CLIENT_OBJECT_ID],
  before: (folder) => {
    writeFileSync(join(folder, 'role.json'), role([SIGN]))
    return {}
  },
  lines: [
    {
      line: `az keyvault role definition list ${HSM}`,
      gives: [
        { roleName: 'Managed HSM Restore User', roleType: 'AKVBuiltInRole' },
        { roleName: 'Managed HSM Backup User' },
        { roleName: 'Managed HSM Crypto Service Encryption User' },
        { roleName: 'Managed HSM Crypto Service Release User' },
        { roleName: 'Managed HSM Crypto Auditor' },
        { roleName: 'Managed HSM Policy Administrator' },
        { roleName: 'Managed HSM Crypto User', id: `${DEFINITION}${CRYPTO_USER}` },
        { roleName: 'Managed HSM Crypto Officer' },
        { roleName: 'Managed HSM Administrator', assignableScopes: ['/'], description: '' },
      ],
    },
    { line: `az keyvault role definition list ${HSM} --custom-role-only`, gives: [] },
    {
      line: `az keyvault role definition show ${HSM} --name ${CRYPTO_USER}`,
      gives: { roleName: 'Managed HSM Crypto User', name: CRYPTO_USER },
    },
    {
      line: `az keyvault role definition show ${HSM} --role-id ${DEFINITION}${AUDITOR}`,
      gives: { roleName: 'Managed HSM Crypto Auditor' },
    },
    {
      line: `az keyvault role assignment list ${HSM}`,
      gives: [{ principalId: CLIENT_OBJECT_ID, roleName: 'Managed HSM Administrator', scope: '/' }],
    },
    {
      line: `az keyvault key create ${HSM} --name orders --kty EC-HSM`,
      refused:
        /\(AccessDenied\) Not authorized to access Microsoft\.KeyVault\/managedHsm\/keys\/create on \/keys\/orders \(Activity ID: /,
    },
    {
      line: `az keyvault role assignment create ${HSM} --role 'Managed HSM Crypto User' --assignee ${CLIENT_OBJECT_ID} --scope /`,
      gives: { principalId: CLIENT_OBJECT_ID, roleName: 'Managed HSM Crypto User', scope: '/' },
    },
    {
      line: `az keyvault key create ${HSM} --name orders --kty EC-HSM`,
      gives: { key: { kty: 'EC-HSM' } },
    },
    {
      line: `az keyvault role assignment create ${HSM} --role ${CRYPTO_USER} --assignee-object-id ${ALICE} --assignee-principal-type User --scope keys/orders`,
      gives: { principalId: ALICE, roleName: 'Managed HSM Crypto User', scope: '/keys/orders' },
    },
    {
      line: `az keyvault role assignment create ${HSM} --role ${DEFINITION}${AUDITOR} --assignee ${ALICE} --scope /keys`,
      gives: { roleName: 'Managed HSM Crypto Auditor', scope: '/keys' },
      keep: { assignment: 'id' },
    },
    {
      line: `az keyvault role assignment list ${HSM} --scope /keys --assignee-object-id ${ALICE} --role 'Managed HSM Crypto Auditor'`,
      gives: [{ principalId: ALICE, id: '{assignment}' }],
    },
    { line: `az keyvault role assignment delete ${HSM} --ids {assignment}` },
    { line: `az keyvault role assignment list ${HSM} --scope /keys`, gives: [] },
    {
      line: `az keyvault role assignment list ${HSM} --scope /keys/orders`,
      gives: [{ principalId: ALICE, scope: '/keys/orders' }],
    },
    {
      line: `az keyvault role assignment delete ${HSM} --assignee-object-id ${ALICE} --role ${CRYPTO_USER} --scope /keys/orders`,
    },
    { line: `az keyvault role assignment list ${HSM} --scope /keys/orders`, gives: [] },
    {
      line: `az keyvault role definition create ${HSM} --role-definition role.json`,
      gives: {
        roleName: 'Signer',
        roleType: 'CustomRole',
        assignableScopes: ['/'],
        permissions: [{ actions: [], dataActions: [SIGN], notActions: [], notDataActions: [] }],
        name: GUID,
      },
      keep: { role: 'name', roleId: 'id' },
    },
    {
      line: `az keyvault role definition list ${HSM} --custom-role-only`,
      gives: [{ roleName: 'Signer', name: '{role}' }],
    },
    {
      check: 'a file that names the role, for its update',
      run: ({ folder, kept }) =>
        writeFileSync(join(folder, 'update.json'), role([SIGN, VERIFY], { name: kept.role })),
    },
    {
      line: `az keyvault role definition update ${HSM} --role-definition update.json`,
      gives: { permissions: [{ dataActions: [SIGN, VERIFY] }], name: '{role}' },
    },
    {
      line: `az keyvault role assignment create ${HSM} --role Signer --assignee ${ALICE} --scope /keys/orders`,
      gives: { roleName: 'Signer', scope: '/keys/orders' },
    },
    { line: `az keyvault role definition delete ${HSM} --role-id {roleId}` },
    // az says nothing of a role that is gone already.
    { line: `az keyvault role definition delete ${HSM} --name {role}` },
    { line: `az keyvault role definition list ${HSM} --custom-role-only`, gives: [] },
    {
      line: `az keyvault role definition delete ${HSM} --name ${CRYPTO_USER}`,
      refused: /\(BadParameter\) Cannot re-use the name\/GUID matching that of a built-in role/,
    },
    {
      line: `az keyvault role assignment delete ${HSM} --assignee-object-id ${CLIENT_OBJECT_ID} --role 'Managed HSM Crypto User' --scope /`,
    },
    {
      line: `az keyvault key show ${HSM} --name orders`,
      refused: /\(AccessDenied\) Not authorized to access .*keys\/read\/action on \/keys\/orders/,
    },
  ],
}
