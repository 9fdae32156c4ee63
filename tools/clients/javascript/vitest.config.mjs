// Not of `npm test`, which runs the suite over HTTPS with the newest version alone.

import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: { root: import.meta.dirname, include: ['*.test.mjs'], testTimeout: 120_000 },
})
