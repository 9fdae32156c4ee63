/** The page with the engine inside. */

import { createPageSource } from './source/page-source.ts'
import { start } from './views/start.tsx'

// biome-ignore lint/style/noRestrictedGlobals: the page is what gives the engine its clock
start(createPageSource(() => Date.now()))
