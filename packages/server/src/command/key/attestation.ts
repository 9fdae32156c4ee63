/** `pocket-hsm key get-attestation`, and the template of a release policy. */

import type { WireAttestation, WireKey } from './bundles.ts'
import { wireToBase64 } from './bytes.ts'
import { checkFree, writeNew } from './files.ts'
import { type KeyCommand, keyCommand } from './key-command.ts'
import { option } from './options.ts'
import { pathOf } from './target.ts'

export const getAttestation: KeyCommand = keyCommand<{ readonly file?: string }>({
  name: 'get-attestation',
  summary: 'show what the HSM attests about a key',
  about: 'version',
  options: [
    option('-f, --file <file>', 'new file to write to, as JSON (default: standard output)'),
  ],
  examples: [
    'pocket-hsm key get-attestation --hsm-name contoso --name receipts',
    'pocket-hsm key get-attestation --hsm-name contoso --name receipts --file attestation.json',
  ],
  columns: [['Version', ({ version }: WireAttestation) => version]],
  run: async ({ request, target }, { file }) => {
    if (file !== undefined) checkFree(file)
    const { attributes } = await request<WireKey>('GET', pathOf('keys', target, 'attestation'))
    const attestation = attestationOutput(attributes.attestation ?? {})
    if (file === undefined) return attestation
    await writeNew(file, JSON.stringify(attestation))
    return undefined
  },
})

function attestationOutput({ version, ...bytes }: WireAttestation): object {
  const members = Object.entries(bytes).map(([name, value]) => [name, wireToBase64(value)])
  return { ...Object.fromEntries(members), version: version ?? null }
}

export const getPolicyTemplate: KeyCommand = keyCommand({
  name: 'get-policy-template',
  summary: 'print a release policy to fill in',
  about: 'nothing',
  options: [],
  examples: ['pocket-hsm key get-policy-template'],
  columns: [],
  run: async () => ({
    version: '1.0.0',
    anyOf: [
      { authority: '<issuer>', allOf: [{ claim: '<claim name>', equals: '<value to match>' }] },
    ],
  }),
})
