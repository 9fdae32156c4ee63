/** Two files in one worker without isolation: the second needs a set-up of its own. */

import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['set-up*.vitest.mjs'],
    setupFiles: ['@pocket-hsm/azure/vitest'],
    isolate: false,
    maxWorkers: 1,
  },
})
