/** The page that a server sends: it talks to that server. */

import { createServerSource } from './source/server-source.ts'
import { start } from './views/start.tsx'

start(createServerSource(location.origin))
