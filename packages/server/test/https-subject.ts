/** Subjects for the conformance suite over HTTPS: a server of its own for each test, and ways to reach it. */

import { readFileSync } from 'node:fs'
import { createDefaultHttpClient } from '@azure/core-rest-pipeline'
import { Agent, fetch as fetchWith } from 'undici'
import { vi } from 'vitest'
import * as ofSdk from '../../azure/test/sdk-service.ts'
import type {
  MakeSubject,
  PreviewService,
  Service,
  Subject,
} from '../../hsm/test/conformance/subject.ts'
import * as ofRest from '../../rest/test/rest-service.ts'
import { type PocketServer, type ServerOptions, startServer } from '../src/index.ts'

/** How a service is reached at an address by somebody who trusts an authority. */
type Way = (
  url: string,
  ca: string,
) => Pick<Subject, 'service' | 'preview' | 'seenRefusal'> & { end?(): Promise<void> }

export const byFetch: Way = (url, ca) => {
  const dispatcher = new Agent({ connect: { ca } })
  const fetch = async (request: Request): Promise<Response> => {
    const { method, headers, body } = request
    const sent = body === null ? {} : { body: await request.text() }
    const answer = await fetchWith(request.url, {
      method,
      headers: [...headers],
      dispatcher,
      ...sent,
    })
    return answer as unknown as Response
  }
  return {
    service: ofRest.restService(fetch, url, 'any'),
    preview: ofRest.restService(fetch, url, 'any', ofRest.PREVIEW),
    seenRefusal: ofRest.seenRefusal,
    end: () => dispatcher.close(),
  }
}

/** By a version of the official client, with its own transport. */
export const bySdk =
  (sdk: Parameters<typeof ofSdk.sdkService>[0]): Way =>
  (url, ca) => {
    const transport = createDefaultHttpClient() as never
    const options = { tlsOptions: { ca } }
    const preview = { ...options, serviceVersion: ofRest.PREVIEW as never }
    const { preview: fetched, ...rest } = byFetch(url, ca)
    return {
      ...rest,
      service: ofSdk.sdkService(sdk, url, transport, options),
      preview: ofSdk.sdkPreviewService(ofSdk.sdkService(sdk, url, transport, preview), fetched),
      seenRefusal: ofSdk.seenRefusal,
    }
  }

/**
 * Makes subjects. Time passes by the server's own control API, and only by it: the machine's clock stands still for as
 * long as a subject is open, as the suite counts seconds.
 *
 * @param folder - Where the servers keep their certificates.
 * @param start - Starts a server, or several that a client takes for one.
 */
export const subjectBy =
  (
    way: Way,
    folder: string,
    start: (
      options: ServerOptions,
    ) => Promise<Pick<PocketServer, 'url' | 'caFile' | 'close'>> = startServer,
  ): MakeSubject =>
  async (options) => {
    const clock = { moved: Promise.resolve() }
    let closed: Promise<void> | undefined
    vi.useFakeTimers({ toFake: ['Date'] })
    const server = await start({
      port: 0,
      certificateFolder: folder,
      seed: 'pocket-hsm tests',
      control: true,
      ...options,
    })
    const ca = readFileSync(String(server.caFile), 'utf8')
    const { service, preview, seenRefusal, end } = way(server.url, ca)
    const dispatcher = new Agent({ connect: { ca } })
    const move = async (advanceSeconds: number) => {
      await fetchWith(`${server.url}/control/clock`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ advanceSeconds }),
        dispatcher,
      })
    }
    // A test does not wait for the clock: whatever it asks next does.
    const waiting = <Any extends Service | PreviewService>(operations: Any): Any =>
      Object.fromEntries(
        Object.entries(operations).map(([name, operation]) => [
          name,
          async (...rest: never[]) => {
            await clock.moved
            return (operation as (...all: never[]) => unknown)(...rest)
          },
        ]),
      ) as unknown as Any
    return {
      service: waiting(service),
      preview: waiting(preview),
      baseUrl: server.url,
      seenRefusal,
      passTime: (seconds) => {
        clock.moved = clock.moved.then(() => move(seconds))
      },
      close: () => {
        closed ??= Promise.all([end?.(), dispatcher.close()])
          .then(() => server.close())
          .finally(() => vi.useRealTimers())
        return closed
      },
    }
  }
