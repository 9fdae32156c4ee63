/** Interception where there is none: in a browser, a worker of a browser or at an edge. */

import type { InterceptionHost } from './interception-host.ts'

export const host: InterceptionHost = {
  startInterception() {
    throw new Error(
      'interceptAzure runs in Node.js, Bun and Deno only. In jest, use testEnvironment "node"; elsewhere, pass createClientOptions(hsm) to the clients.',
    )
  },
  environmentVariable: () => undefined,
}
