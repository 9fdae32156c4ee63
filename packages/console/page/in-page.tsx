/** The page with the engine inside. */

import { machineTime } from './host.ts'
import { createPageSource } from './source/page-source.ts'
import { start } from './views/start.tsx'

start(createPageSource(machineTime))
