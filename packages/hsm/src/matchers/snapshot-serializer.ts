/** HSMs and errors in the snapshots of vitest and jest. */

// From the entry point alone: what two entry points share otherwise is a file more for every import of the package.
import { deriveRandom, describeHsm, type Hsm, HsmError, isHsm } from '../index.ts'

/** What a test runner passes to print a value inside another one. */
type Print<Config, Refs> = (
  value: unknown,
  config: Config,
  indentation: string,
  depth: number,
  refs: Refs,
) => string

/** A serializer as `expect.addSnapshotSerializer` of vitest and jest takes it. */
export interface HsmSnapshotSerializer {
  /** Whether this serializer prints a value. */
  test(value: unknown): boolean
  /** Prints a value for which `test` is true. */
  serialize<Config, Refs>(
    value: unknown,
    config: Config,
    indentation: string,
    depth: number,
    refs: Refs,
    print: Print<Config, Refs>,
  ): string
}

/**
 * Prints HSMs and errors in snapshots, so that they are the same in each run and hold no secret.
 *
 * An HSM prints as `describeHsm` describes it. Without a seed its version identifiers are drawn at random: they print as
 * `<version 1>`, and thumbprints as `<thumbprint>`. Instants print as they are: give the HSM a clock, or use fake timers.
 * An `HsmError` prints its status, codes and text; the GUID of the activity prints as `<activity ID>`.
 *
 * @example
 * ```ts
 * import { createHsm, createKey, getKey } from 'pocket-hsm'
 * import { hsmSnapshotSerializer } from 'pocket-hsm/matchers'
 * import { expect, it } from 'vitest'
 *
 * expect.addSnapshotSerializer(hsmSnapshotSerializer)
 *
 * it('keeps one key', () => {
 *   const hsm = createHsm({ clock: () => 0 })
 *   createKey(hsm, 'orders', { kty: 'EC-HSM' })
 *   expect(hsm).toMatchSnapshot()
 *   expect(() => getKey(hsm, 'nobody')).toThrowErrorMatchingSnapshot()
 * })
 * ```
 */
export const hsmSnapshotSerializer: HsmSnapshotSerializer = {
  test: (value) => isHsm(value) || value instanceof HsmError,
  serialize(value, config, indentation, depth, refs, print) {
    const [title, content] =
      value instanceof HsmError ? ['HsmError', errorContent(value)] : hsmContent(value as Hsm)
    return `${title} ${print(content, config, indentation, depth, refs)}`
  },
}

function errorContent({ status, code, innerCode, message, activityId }: HsmError): object {
  return {
    status,
    code,
    ...(innerCode === undefined ? {} : { innerCode }),
    message: activityId === undefined ? message : message.replaceAll(activityId, '<activity ID>'),
  }
}

function hsmContent(hsm: Hsm): readonly [string, object] {
  const description = describeHsm(hsm)
  const isSeeded = deriveRandom(hsm, 'snapshot') !== undefined
  if (isSeeded) return ['Hsm', description]
  const keys = description.keys.map((key) => ({
    ...key,
    versions: key.versions.map((version, index) => ({
      ...version,
      version: `<version ${index + 1}>`,
      ...(version.thumbprint === undefined ? {} : { thumbprint: '<thumbprint>' }),
    })),
  }))
  return ['Hsm', { ...description, keys }]
}
