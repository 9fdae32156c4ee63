// What the official SDK costs in the same process, next to the bare facade and the bare handler; and how long a fresh
// process takes to the first response of a KeyClient.

import { equal, ok } from 'node:assert/strict'
import { createPublicKey, verify as nodeVerify } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { inTurn, printedBy } from '../measuring/fresh-runs.mjs'
import { measure } from '../measuring/measure.mjs'
import { BEFORE, entryPointOf } from '../subjects/before.mjs'

const PROGRAM = fileURLToPath(new URL('../processes/first-response.mjs', import.meta.url))
const MESSAGE = Buffer.alloc(64, 7)
const effort = (quick) =>
  quick
    ? { warmUp: 20, batch: 2, budget: 20, most: 10 }
    : { warmUp: 1000, batch: 8, budget: 2500, most: 300 }

export const sdk = {
  name: 'sdk',
  title: 'Through the official SDK, in the same process',
  noise:
    'Each call passes the pipeline of the SDK, which makes up most of its time and much garbage. pocket-hsm is called through a KeyClient or CryptographyClient, one call after the other.',
  async samples({ quick, before }, onSample) {
    const results = []
    for (const { name, contenders, check } of await tasks(before)) {
      for (const [contender, operation] of Object.entries(contenders)) {
        await check(contender, await operation())
      }
      const samples = await measure(contenders, effort(quick), (contender, count) =>
        onSample(`${name}, ${contender}`, count),
      )
      results.push({ name, samples })
    }
    return [...results, ...(await firstResponses(quick, before, onSample))]
  },
}

/** The same keys in each version of the packages. */
async function tasks(before) {
  const { generateKeyPairSync, createHash } = await import('node:crypto')
  const jwks = {
    ec: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }),
    rsa: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }),
  }
  const digest = createHash('sha256').update(MESSAGE).digest()
  const ours = await clientsOf(import('pocket-hsm'), import('@pocket-hsm/azure'), jwks)
  const older =
    before &&
    (await clientsOf(
      import(entryPointOf(before, 'hsm')),
      import(entryPointOf(before, 'azure')),
      jwks,
    ))
  const { hsm, facade, send } = ours
  const publicKey = createPublicKey({ key: jwks.ec, format: 'jwk' })
  const keyData = digest
  const wrapped = facade.wrapKey(hsm, 'rsa', { alg: 'RSA-OAEP-256', value: keyData }).value
  const text = (bytes) => Buffer.from(bytes).toString('base64url')
  const call = (run) => ({
    'pocket-hsm': () => run(ours),
    ...(older && { [BEFORE]: () => run(older) }),
  })
  return [
    {
      name: 'get a key',
      contenders: {
        ...call(({ client }) => client.getKey('ec')),
        'the handler alone': () => send('/keys/ec'),
        'the facade alone': () => facade.getKey(hsm, 'ec'),
      },
      check: (_, { key, ...bundle }) => equal(text((key ?? bundle).x ?? []).length > 0, true),
    },
    {
      name: 'ES256 sign',
      contenders: {
        ...call(({ ec }) => ec.sign('ES256', digest)),
        'the handler alone': () => send('/keys/ec/sign', { alg: 'ES256', value: text(digest) }),
        'the facade alone': () => facade.sign(hsm, 'ec', { alg: 'ES256', value: digest }),
      },
      check(_, { result, value = result }) {
        const signature = typeof value === 'string' ? Buffer.from(value, 'base64url') : value
        ok(nodeVerify('sha256', MESSAGE, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature))
      },
    },
    {
      name: 'RSA-OAEP-256 unwrap',
      contenders: {
        ...call(({ rsa }) => rsa.unwrapKey('RSA-OAEP-256', wrapped)),
        'the handler alone': () =>
          send('/keys/rsa/unwrapkey', { alg: 'RSA-OAEP-256', value: text(wrapped) }),
        'the facade alone': () =>
          facade.unwrapKey(hsm, 'rsa', { alg: 'RSA-OAEP-256', value: wrapped }),
      },
      check: (_, { result, value = result }) =>
        equal(typeof value === 'string' ? value : text(value), text(keyData)),
    },
  ]
}

/** An HSM with the keys, and the clients of one version of the packages. */
async function clientsOf(loadingFacade, loadingAzure, jwks) {
  const { CryptographyClient, KeyClient } = await import('@azure/keyvault-keys')
  const [facade, azure] = [await loadingFacade, await loadingAzure]
  const hsm = facade.createHsm()
  for (const [name, jwk] of Object.entries(jwks)) facade.importKey(hsm, name, jwk)
  const options = azure.createClientOptions(hsm)
  const client = new KeyClient(hsm.baseUrl, azure.createCredential(), options)
  const cryptographyOf = async (name) =>
    new CryptographyClient(await client.getKey(name), azure.createCredential(), options)
  const fetch = azure.createFetch(hsm)
  const send = async (path, body) => {
    const response = await fetch(`${hsm.baseUrl}${path}?api-version=2025-07-01`, {
      headers: { authorization: 'Bearer any' },
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
    })
    if (response.status !== 200) throw new Error(`${path} returned ${response.status}`)
    return response.json()
  }
  return {
    hsm,
    facade,
    client,
    send,
    ec: await cryptographyOf('ec'),
    rsa: await cryptographyOf('rsa'),
  }
}

async function firstResponses(quick, before, onSample) {
  const entries = {
    'pocket-hsm': [import.meta.resolve('pocket-hsm'), import.meta.resolve('@pocket-hsm/azure')],
    ...(before && { [BEFORE]: [entryPointOf(before, 'hsm'), entryPointOf(before, 'azure')] }),
  }
  const name = 'a fresh process to the first response of a KeyClient, which creates an EC key'
  const runs = Object.values(entries).map((addresses) => ({
    label: name,
    run: () => printedBy([PROGRAM, ...addresses]),
  }))
  const found = await inTurn(runs, quick ? 1 : 9, onSample)
  const samplesOf = (time) =>
    Object.fromEntries(
      Object.keys(entries).map((contender, index) => [contender, found[index].map(time)]),
    )
  return [
    { name, samples: samplesOf(({ done }) => done) },
    { name: `${name}; importing`, samples: samplesOf(({ imported }) => imported) },
  ]
}
