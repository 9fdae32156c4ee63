// Holds: release policies and rotation policies, in the shapes that az takes and gives.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ATTESTATION_SERVICE } from '../../lib/resource-manager.mjs'

const HSM = '--hsm-name ContosoMHSM'

const RELEASE_POLICY = {
  version: '1.0.0',
  anyOf: [
    {
      authority: 'https://attest.example',
      allOf: [{ claim: 'x-ms-attestation-type', equals: 'sevsnpvm' }],
    },
  ],
}

const hasAuthority = (authority) => (policy) =>
  JSON.parse(policy).anyOf[0].authority.replace(/\/$/, '') === authority

export const releasePolicies = {
  title: 'secure key release',
  before: (folder) => {
    writeFileSync(join(folder, 'policy.json'), JSON.stringify(RELEASE_POLICY))
    writeFileSync(
      join(folder, 'other.json'),
      JSON.stringify(RELEASE_POLICY).replace('attest.example', 'other.example'),
    )
    return {}
  },
  lines: [
    {
      line: 'az keyvault key get-policy-template',
      gives: { version: '1.0.0', anyOf: [{ authority: '<issuer>' }] },
    },
    {
      line: `az keyvault key create ${HSM} --name orders --kty RSA-HSM --exportable true --policy policy.json`,
      gives: {
        attributes: { exportable: true },
        releasePolicy: {
          encodedPolicy: hasAuthority('https://attest.example'),
          immutable: false,
          contentType: 'application/json; charset=utf-8',
        },
      },
    },
    {
      line: `az keyvault key show ${HSM} --name orders`,
      gives: { releasePolicy: { encodedPolicy: hasAuthority('https://attest.example') } },
    },
    {
      line: `az keyvault key set-attributes ${HSM} --name orders --policy other.json --immutable true`,
      gives: {
        releasePolicy: { encodedPolicy: hasAuthority('https://other.example'), immutable: true },
      },
    },
    {
      line: `az keyvault key set-attributes ${HSM} --name orders --policy policy.json`,
      refused: /\(BadParameter\) AKV\.SKR\.1020/,
    },
    {
      line: `az keyvault key create ${HSM} --name fixed --kty EC-HSM --exportable true --policy policy.json --immutable true`,
      gives: { releasePolicy: { immutable: true } },
    },
    {
      line: `az keyvault key create ${HSM} --name vm --kty RSA-HSM --exportable true --default-cvm-policy`,
      gives: { releasePolicy: { encodedPolicy: hasAuthority(ATTESTATION_SERVICE) } },
    },
    {
      line: `az keyvault key create ${HSM} --name no --kty RSA-HSM --exportable true`,
      refused: /\(BadParameter\) Exportable keys must have release policy/,
    },
    {
      line: `az keyvault key create ${HSM} --name no --kty RSA-HSM --policy policy.json`,
      refused: /\(BadParameter\)/,
    },
    {
      line: `az keyvault key create ${HSM} --name no --kty RSA-HSM --exportable true --policy policy.json --default-cvm-policy`,
      refused: /Can not specify both/,
    },
  ],
}

/** The two shapes that az reads: that of its documentation, and the flat one that it prints. */
const NESTED = {
  lifetimeActions: 'not read by az, which wants it in snake case',
  lifetime_actions: [{ trigger: { time_after_create: 'P90D' }, action: { type: 'Rotate' } }],
  attributes: { expiry_time: 'P2Y' },
}
const FLAT = {
  lifetime_actions: [{ action: 'rotate', time_before_expiry: 'P30D' }],
  expires_in: 'P6M',
}

export const rotationPolicies = {
  title: 'rotation',
  before: (folder) => {
    writeFileSync(join(folder, 'nested.json'), JSON.stringify(NESTED))
    return { flat: JSON.stringify(FLAT), short: JSON.stringify({ expires_in: 'P27D' }) }
  },
  lines: [
    {
      line: `az keyvault key create ${HSM} --name orders --kty EC-HSM --tags a=1`,
      keep: { first: 'key.kid' },
    },
    {
      line: `az keyvault key rotation-policy show ${HSM} --name orders`,
      gives: { expiresIn: null, lifetimeActions: [] },
    },
    {
      line: `az keyvault key rotation-policy update ${HSM} --name orders --value nested.json`,
      gives: {
        id: 'https://contosomhsm.managedhsm.azure.net/keys/orders/rotationpolicy',
        expiresIn: 'P2Y',
        lifetimeActions: [{ action: 'Rotate', timeAfterCreate: 'P90D', timeBeforeExpiry: null }],
        createdOn: /^\d{4}-/,
        updatedOn: /^\d{4}-/,
      },
    },
    {
      line: `az keyvault key rotation-policy show ${HSM} --name orders`,
      gives: { expiresIn: 'P2Y', lifetimeActions: [{ timeAfterCreate: 'P90D' }] },
    },
    {
      line: `az keyvault key rotation-policy update ${HSM} --name orders --value {flat}`,
      gives: {
        expiresIn: 'P6M',
        lifetimeActions: [{ action: 'Rotate', timeAfterCreate: null, timeBeforeExpiry: 'P30D' }],
      },
    },
    {
      line: 'az keyvault key rotation-policy show --id https://ContosoMHSM.managedhsm.azure.net/keys/orders',
      gives: { expiresIn: 'P6M' },
    },
    {
      line: `az keyvault key rotate ${HSM} --name orders`,
      gives: {
        key: { kty: 'EC-HSM', crv: 'P-256', kid: (kid, { first }) => kid !== first },
        tags: { a: '1' },
      },
      keep: { second: 'key.kid' },
    },
    {
      line: 'az keyvault key rotate --id https://ContosoMHSM.managedhsm.azure.net/keys/orders',
      gives: { key: { kid: (kid, { second }) => kid !== second } },
    },
    {
      line: `az keyvault key list-versions ${HSM} --name orders`,
      gives: (items) => items.length === 3,
    },
    {
      line: `az keyvault key rotation-policy update ${HSM} --name orders --value {short}`,
      refused: /\(BadParameter\)/,
    },
    {
      line: `az keyvault key rotation-policy show ${HSM} --name nobodys`,
      refused: /\(KeyNotFound\)/,
      exit: 3,
    },
    { line: `az keyvault key rotate ${HSM} --name nobodys`, refused: /\(KeyNotFound\)/ },
  ],
}

const bytes = (value) => (encoded) => Buffer.from(encoded, 'base64').length === value

export const randomAndAttestation = {
  title: 'random bytes and attestation',
  lines: [
    { line: `az keyvault key random ${HSM} --count 1`, gives: { value: bytes(1) } },
    { line: `az keyvault key random ${HSM} --count 128`, gives: { value: bytes(128) } },
    {
      line: 'az keyvault key random --id https://ContosoMHSM.managedhsm.azure.net/ --count 32',
      gives: { value: bytes(32) },
    },
    { line: `az keyvault key random ${HSM} --count 129`, refused: /\(BadParameter\)/ },
    {
      line: `az keyvault key random ${HSM} --count 0`,
      refused: /At least one random byte must be requested/,
      because: 'az asks nobody for none',
    },
    { line: `az keyvault key create ${HSM} --name orders --kty RSA-HSM` },
    {
      line: `az keyvault key get-attestation ${HSM} --name orders`,
      gives: { certificatePemFile: /./, privateKeyAttestation: /./, publicKeyAttestation: /./ },
    },
    { line: `az keyvault key get-attestation ${HSM} --name orders --file attestation.json` },
    { line: `az keyvault key get-attestation ${HSM} --name nobodys`, refused: /\(KeyNotFound\)/ },
  ],
}
