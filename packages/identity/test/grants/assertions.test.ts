/** Client assertions: certificates, and workload identity federation. */

import {
  createHmacDrbg,
  exportPublicPem,
  generateKey,
  toPublicJwk,
  utf8ToBytes,
} from '@pocket-hsm/crypto'
import { describe, expect, it } from 'vitest'
import { createIdentityHandler } from '../../src/index.ts'
import { createSigningKey } from '../../src/tokens/signing-key.ts'
import { makeCertificate } from '../support/make-certificate.ts'
import { APPLICATION, CLIENT, claimsOf, postForm, TENANT } from '../support/requests.ts'
import { unsignedJwt } from '../support/unsigned-jwt.ts'

const TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const AUDIENCE = 'api://AzureADTokenExchange'
const POD = { iss: 'https://issuer.example', sub: 'system:serviceaccount:default:orders' }
const exp = 4_000_000_000
const { client_secret: _, ...FORM } = APPLICATION
const assert = (client_assertion: string) => ({
  ...FORM,
  client_assertion,
  client_assertion_type: TYPE,
})

const random = () => createHmacDrbg(utf8ToBytes('an issuer'))
const issuer = createSigningKey(random())
const issuerKey = toPublicJwk(generateKey({ kty: 'RSA', bits: 2048 }, random()))
const own = { iss: CLIENT, sub: CLIENT, aud: `https://login.microsoftonline.com/${TENANT}`, exp }

describe('without a table', () => {
  const identity = createIdentityHandler({ seed: 'assertions' })
  const codeOf = async (assertion: string) =>
    (await postForm(identity, assert(assertion))).body['error_codes']

  it('any assertion is accepted that is a JWT and has not expired', async () => {
    const answer = await postForm(identity, assert(unsignedJwt({ exp })))
    expect(claimsOf(identity, answer)).toMatchObject({ appid: CLIENT, appidacr: '2' })
  })

  it('one that is no JWT, has expired, is not yet valid or never expires is refused', async () => {
    expect(await codeOf('secret')).toEqual([50027])
    expect(await codeOf(unsignedJwt({ exp: 1 }))).toEqual([700024])
    expect(await codeOf(unsignedJwt({ exp, nbf: exp - 60 }))).toEqual([700024])
    expect(await codeOf(unsignedJwt({}))).toEqual([700024])
  })

  it('its type is required', async () => {
    const { body } = await postForm(identity, { ...FORM, client_assertion: unsignedJwt({ exp }) })
    expect(body).toMatchObject({ error: 'invalid_request', error_codes: [900144] })
  })
})

describe('an application with a certificate', () => {
  const key = exportPublicPem(generateKey({ kty: 'RSA', bits: 2048 }, random()))
  const identity = createIdentityHandler({
    seed: 'certificates',
    applications: [{ clientId: CLIENT, certificates: [pemCertificate(), key] }],
  })
  const answerTo = (assertion: string) => postForm(identity, assert(assertion))

  it('gets a token for an assertion that its key has signed', async () => {
    expect(claimsOf(identity, await answerTo(issuer.sign(own)))).toMatchObject({ appid: CLIENT })
  })

  it('is refused for one of another key, about another application, or a secret', async () => {
    const other = createSigningKey(createHmacDrbg(utf8ToBytes('another')))
    expect((await answerTo(other.sign(own))).body['error_codes']).toEqual([700027])
    expect((await answerTo(unsignedJwt(own))).body['error_codes']).toEqual([700027])
    const about = issuer.sign({ ...own, iss: 'other', sub: 'other' })
    expect((await answerTo(about)).body['error_codes']).toEqual([700021])
    expect((await postForm(identity, APPLICATION)).body['error_codes']).toEqual([7000215])
  })
})

describe('an application with a federation', () => {
  const federation = { issuer: POD.iss, subject: POD.sub, keys: [issuerKey] }
  const identity = createIdentityHandler({
    seed: 'federations',
    applications: [{ clientId: CLIENT, federations: [federation] }],
  })
  const codeOf = async (assertion: string) =>
    (await postForm(identity, assert(assertion))).body['error_codes']

  it('gets a token for a token of the issuer', async () => {
    const answer = await postForm(identity, assert(issuer.sign({ ...POD, aud: AUDIENCE, exp })))
    expect(claimsOf(identity, answer)).toMatchObject({ appid: CLIENT })
  })

  it.each([
    ['another issuer', { iss: 'https://other.example' }],
    ['another subject', { sub: 'system:serviceaccount:default:other' }],
    ['another audience', { aud: 'https://vault.azure.net' }],
  ])('is refused for %s', async (_, claims) => {
    expect(await codeOf(issuer.sign({ ...POD, aud: AUDIENCE, exp, ...claims }))).toEqual([700213])
  })

  it('is refused for a signature that is not the issuer’s', async () => {
    expect(await codeOf(unsignedJwt({ ...POD, aud: AUDIENCE, exp }))).toEqual([700213])
  })

  it('without keys of the issuer needs no signature', async () => {
    const { keys: _, ...open } = federation
    const handler = createIdentityHandler({
      seed: 'open federation',
      applications: [{ clientId: CLIENT, federations: [open] }],
    })
    const answer = await postForm(handler, assert(unsignedJwt({ ...POD, aud: [AUDIENCE], exp })))
    expect(answer.status).toBe(200)
  })
})

/** The certificate alone: an application's table needs no private key. */
function pemCertificate(): string {
  const pem = makeCertificate()
  return pem.slice(pem.indexOf('-----BEGIN CERTIFICATE-----'))
}
