// Preloaded into a run of the tour, which then finds the spoilt HSM where it imports `pocket-hsm`.

import { register } from 'node:module'

register('./resolve.mjs', import.meta.url)
