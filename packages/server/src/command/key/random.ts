/** `pocket-hsm key random`. */

import { wholeNumber } from '../shared/parse-option.ts'
import { wireToBase64 } from './bytes.ts'
import { type KeyCommand, keyCommand } from './key-command.ts'
import { required } from './options.ts'

export const random: KeyCommand = keyCommand<{ readonly count: number }>({
  name: 'random',
  summary: 'random bytes of an HSM',
  about: 'hsm',
  options: [
    required('--count <number>', 'how many: 1 to 128').argParser(wholeNumber(0, 2 ** 31 - 1)),
  ],
  examples: [
    'pocket-hsm key random --hsm-name contoso --count 32',
    'pocket-hsm key random --hsm-name contoso --count 32 --output tsv',
  ],
  columns: [['Value', ({ value }: { readonly value: string }) => value]],
  run: async ({ ask }, { count }) => {
    const { value } = await ask<{ readonly value: string }>('POST', '/rng', { count })
    return { value: wireToBase64(value) }
  },
})
