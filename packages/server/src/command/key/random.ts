/** `pocket-hsm key random`. */

import { wholeNumber } from '../shared/parse-option.ts'
import { wireToBase64 } from './bytes.ts'
import { type KeyCommand, keyCommand } from './key-command.ts'
import { required } from './options.ts'

export const random: KeyCommand = keyCommand<{ readonly count: number }>({
  name: 'random',
  summary: 'get random bytes from an HSM',
  about: 'hsm',
  options: [
    required('--count <number>', 'number of bytes: 1 to 128').argParser(
      wholeNumber(0, 2 ** 31 - 1),
    ),
  ],
  examples: [
    'pocket-hsm key random --hsm-name contoso --count 32',
    'pocket-hsm key random --hsm-name contoso --count 32 --output tsv',
  ],
  columns: [['Value', ({ value }: { readonly value: string }) => value]],
  run: async ({ request }, { count }) => {
    const { value } = await request<{ readonly value: string }>('POST', '/rng', { count })
    return { value: wireToBase64(value) }
  },
})
