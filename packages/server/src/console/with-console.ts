/** The console of a running server: a web page under the protection of the control API. */

import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { ConsoleHandler } from '@pocket-hsm/console'
import { type Controlled, whyElsewhere } from '../control/control-caller.ts'
import { noteFacts } from '../network/request-facts.ts'
import { errorResponse, type Respond } from '../network/respond.ts'
import { CONSOLE_PATH } from './console-path.ts'

/**
 * Adds the console to a server.
 *
 * The files of the page hold nothing of the server. Callers on other machines get them only if there is a control token,
 * with which the page can do something for them: it asks for it, since a browser sends none for a page.
 *
 * @param respond - Responds to every request that is not for the page.
 * @param hasControlToken - Whether callers on other machines can use the control API.
 */
export function withConsole(
  respond: Respond,
  controlled: Controlled,
  hasControlToken: boolean,
): Respond {
  let handler: Promise<ConsoleHandler> | undefined
  return async (request, peer) => {
    const url = new URL(request.url)
    if (`${url.pathname}/` === CONSOLE_PATH) {
      return new Response(null, { status: 308, headers: { location: CONSOLE_PATH } })
    }
    if (!url.pathname.startsWith(CONSOLE_PATH)) return respond(request, peer)
    noteFacts({ operation: 'console' })
    const elsewhere = whyElsewhere(request, url, peer, controlled)
    if (elsewhere !== undefined && !hasControlToken) {
      return errorResponse(403, 'Forbidden', elsewhere)
    }
    handler ??= consoleHandler()
    return (await handler)(request)
  }
}

/** The page as the package has it, loaded for its first request; files are remembered. */
async function consoleHandler(): Promise<ConsoleHandler> {
  const { createConsoleHandler } = await import('@pocket-hsm/console')
  const manifest = createRequire(import.meta.url).resolve('@pocket-hsm/console/package.json')
  const folder = join(dirname(manifest), 'dist', 'served')
  const files = new Map<string, Promise<Uint8Array | undefined>>()
  const read = (file: string) =>
    readFile(join(folder, file)).catch(() => undefined) as Promise<Uint8Array | undefined>
  return createConsoleHandler({
    path: CONSOLE_PATH,
    read: async (file) => {
      const known = files.get(file)
      if (known !== undefined) return known
      const bytes = await read(file)
      // Names that nobody has would fill the memory.
      if (bytes !== undefined) files.set(file, Promise.resolve(bytes))
      return bytes
    },
  })
}
