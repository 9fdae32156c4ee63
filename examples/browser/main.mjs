// Serves the session for a browser of yours.
//
//   node examples/browser/main.mjs [port]

import { serve } from './serve.mjs'

const { url } = await serve(Number(process.argv[2] ?? 0))
console.log(`Open ${url}, and end with Ctrl+C.`)
