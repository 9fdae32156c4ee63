/** Metadata: what clients read before they ask for a token, and what verifies one afterwards. */

import { webcrypto } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createIdentityHandler } from '../../src/index.ts'
import { APPLICATION, get, postForm, TENANT } from '../support/requests.ts'

const identity = createIdentityHandler({ seed: 'metadata' })
const HOST = 'https://login.microsoftonline.com'

describe('OpenID metadata', () => {
  it.each([
    [`/${TENANT}/v2.0`, `${HOST}/${TENANT}/v2.0`, `${HOST}/${TENANT}/oauth2/v2.0/token`],
    [`/${TENANT}`, `https://sts.windows.net/${TENANT}/`, `${HOST}/${TENANT}/oauth2/token`],
    ['/common/v2.0', `${HOST}/${identity.tenantId}/v2.0`, `${HOST}/common/oauth2/v2.0/token`],
    ['/adfs', `${HOST}/adfs`, `${HOST}/adfs/oauth2/token`],
  ])('of %s names issuer and token endpoint', async (path, issuer, token_endpoint) => {
    const { body } = await get(identity, `${path}/.well-known/openid-configuration`)
    expect(body).toMatchObject({ issuer, token_endpoint })
  })

  it('begins with the address that was called', async () => {
    const url = 'https://localhost:8443/adfs/.well-known/openid-configuration'
    const { body } = await get(identity, url)
    expect(body).toMatchObject({
      issuer: 'https://localhost:8443/adfs',
      jwks_uri: 'https://localhost:8443/adfs/discovery/keys',
    })
  })

  it('leads to the key that verifies a token', async () => {
    const metadata = await get(identity, `/${TENANT}/v2.0/.well-known/openid-configuration`)
    const { body } = await get(identity, String(metadata.body['jwks_uri']))
    expect(body).toEqual(identity.publicJwks())
    const [jwk] = identity.publicJwks().keys
    const { access_token } = (await postForm(identity, APPLICATION)).body
    const [header = '', payload = '', signature = ''] = String(access_token).split('.')
    expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toMatchObject({ kid: jwk?.kid })
    const scheme = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
    const key = await webcrypto.subtle.importKey('jwk', { ...jwk } as object, scheme, false, [
      'verify',
    ])
    const signed = Buffer.from(`${header}.${payload}`)
    expect(
      await webcrypto.subtle.verify(scheme, key, Buffer.from(signature, 'base64url'), signed),
    ).toBe(true)
  })

  it('has nothing private', () => {
    expect(Object.keys(identity.publicJwks().keys[0] ?? {}).sort()).toEqual([
      'e',
      'kid',
      'kty',
      'n',
      'use',
    ])
  })
})

describe('instance discovery', () => {
  const discover = (authority: string) => {
    const query = new URLSearchParams({ 'api-version': '1.1', authorization_endpoint: authority })
    return get(identity, `/common/discovery/instance?${query}`)
  }

  it('knows the clouds', async () => {
    const { body } = await discover(`${HOST}/${TENANT}/oauth2/v2.0/authorize`)
    expect(body['tenant_discovery_endpoint']).toBe(
      `${HOST}/${TENANT}/v2.0/.well-known/openid-configuration`,
    )
    expect(body['metadata']).toHaveLength(3)
  })

  it('knows whatever authority was configured', async () => {
    const { body } = await discover('https://localhost:8443/contoso.com/oauth2/v2.0/authorize')
    expect(body['metadata']).toContainEqual({
      preferred_network: 'localhost:8443',
      preferred_cache: 'localhost:8443',
      aliases: ['localhost:8443'],
    })
  })

  it('takes an authority that is no URL for its own', async () => {
    const { body } = await discover('::')
    expect(body['tenant_discovery_endpoint']).toContain(`${HOST}/common/`)
  })
})

describe('a sign-in', () => {
  it('with a password is checked here, says the user’s realm', async () => {
    const { body } = await get(identity, '/common/userrealm/alice%40contoso.com?api-version=1.0')
    expect(body).toMatchObject({ account_type: 'Managed', domain_name: 'contoso.com' })
  })

  it('in a browser is refused with a way out', async () => {
    const { body } = await get(identity, '/common/oauth2/v2.0/authorize')
    expect(body['error_description']).toMatch(/no sign-in page\. Sign in with a service principal/)
  })
})
