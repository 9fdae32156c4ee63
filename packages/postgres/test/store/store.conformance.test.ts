/** The conformance suite on an HSM in a database: every call loads what it needs and stores what it changed. */

import * as facade from 'pocket-hsm'
import { type Hsm, HsmError } from 'pocket-hsm'
import {
  engineOptions,
  type MakeSubject,
  PREVIEW_OPERATIONS,
  type PreviewService,
  type Subject,
} from '../../../hsm/test/conformance/subject.ts'
import { describeConformance } from '../../../hsm/test/conformance/suite.ts'
import type { HsmDatabase, HsmStore } from '../../src/index.ts'
import { describeDatabases, type TestEngine, withFrozenClock } from '../support/databases.ts'

type Operation = (hsm: Hsm, ...rest: readonly unknown[]) => unknown

const FACADE: Readonly<Record<string, unknown>> = { ...facade }

describeDatabases('a store', (engine) => {
  for (const profile of ['managed-hsm', 'vault-premium'] as const) {
    describeConformance(`a store on ${engine.name}`, profile, subjectOn(engine))
  }
})

/** Two servers take turns, as behind a load balancer. */
function subjectOn({ newSchema }: TestEngine): MakeSubject {
  const schema = newSchema()
  let servers: Promise<readonly HsmDatabase[]> | undefined
  let hsms = 0
  return async (options) => {
    servers ??= Promise.all([
      schema.openThrough(withFrozenClock),
      schema.openThrough(withFrozenClock),
    ])
    const databases = await servers
    hsms += 1
    const stores: HsmStore[] = []
    for (const database of databases) {
      const given = { seed: 'pocket-hsm tests', ...engineOptions(options) }
      stores.push(await database.openHsm(`hsm-${hsms}`, given))
    }
    let moved: Promise<unknown> = Promise.resolve()
    let calls = 0
    const call = async (name: (typeof PREVIEW_OPERATIONS)[number], rest: readonly unknown[]) => {
      await moved
      calls += 1
      const store = stores[calls % stores.length] as HsmStore
      return store.run((hsm) => (FACADE[name] as Operation)(hsm, ...rest))
    }
    const service = Object.fromEntries(
      PREVIEW_OPERATIONS.map((name) => [name, (...rest: readonly unknown[]) => call(name, rest)]),
    ) as unknown as PreviewService
    return {
      service,
      preview: service,
      baseUrl: (stores[0] as HsmStore).hsm.baseUrl,
      passTime: (seconds) => {
        const [database] = databases
        moved = moved.then(async () => {
          const { offset } = await (database as HsmDatabase).readClock()
          await (database as HsmDatabase).setClockOffset(offset + seconds * 1000)
        })
      },
      seenRefusal: (thrown): ReturnType<Subject['seenRefusal']> => {
        if (thrown instanceof HsmError) return thrown
        throw thrown
      },
    }
  }
}
