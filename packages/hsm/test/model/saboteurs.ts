/** Facades that do one thing wrong each: a model that foretells all answers must notice every one of them. */

import { forkHsm, HsmError, type HsmOptions } from '../../src/index.ts'
import { authority, enclave } from '../releases.ts'
import type { Facade } from './world.ts'

/** What every policy of a story wants. */
const TRUSTED = authority.mintToken({
  enclaveKey: enclave.publicJwk,
  notBefore: 0,
  expiresIn: 2 ** 33,
  claims: { debuggable: false },
})

const DAY = 86_400

export const SABOTEURS: Readonly<Record<string, (honest: Facade) => Partial<Facade>>> = {
  'recover loses a tag': ({ recoverDeletedKey, updateKey }) => ({
    recoverDeletedKey: (hsm, name) => {
      const bundle = recoverDeletedKey(hsm, name)
      if (bundle.tags) inSecret(() => updateKey(hsm, name, { tags: {} }))
      return bundle
    },
  }),
  'a disabled key still decrypts': ({ decrypt, updateKey }) => ({
    decrypt: (hsm, key, parameters) =>
      unless(
        'KeyDisabled',
        () => decrypt(hsm, key, parameters),
        () => {
          const fork = forkHsm(hsm)
          updateKey(fork, key, { attributes: { enabled: true } })
          return decrypt(fork, key, parameters)
        },
      ),
  }),
  'an expired key still signs': ({ sign, updateKey }) => ({
    sign: (hsm, key, parameters) =>
      unless(
        'KeyExpired',
        () => sign(hsm, key, parameters),
        () => {
          const fork = forkHsm(hsm)
          updateKey(fork, key, { attributes: { exp: 2 ** 37 } })
          return sign(fork, key, parameters)
        },
      ),
  }),
  'a key encrypts in the second in which it expires': (honest) => {
    let clock = () => 0
    return {
      createHsm: (options) => {
        clock = options?.clock ?? clock
        return honest.createHsm(options)
      },
      encrypt: (hsm, key, parameters) =>
        unless(
          'KeyExpired',
          () => honest.encrypt(hsm, key, parameters),
          (error) => {
            const { exp = 0 } = honest.getKey(hsm, key).attributes
            if (exp !== Math.floor(clock() / 1000)) throw error
            const fork = forkHsm(hsm)
            honest.updateKey(fork, key, { attributes: { exp: exp + 1 } })
            return honest.encrypt(fork, key, parameters)
          },
        ),
    }
  },
  'time purges a day late': (honest) => {
    // Ninety days are the most that an HSM takes.
    let late = 0
    return {
      ...patched(honest, {
        recoverableDays: (days) => Number(days) - late,
        scheduledPurgeDate: (date) => Number(date) - late * DAY,
      }),
      createHsm: (options) => {
        const { softDeleteRetentionDays: days = 90 } = options ?? {}
        late = days < 90 ? 1 : 0
        return honest.createHsm({ ...options, softDeleteRetentionDays: days + late })
      },
    }
  },
  'purge protection protects nothing': (honest) => {
    let isProtected = false
    return {
      ...patched(honest, {
        recoveryLevel: (level) => (isProtected ? String(level).replace('+Purgeable', '') : level),
      }),
      createHsm: (options) => {
        isProtected = options?.purgeProtection ?? false
        return honest.createHsm({ ...options, purgeProtection: false })
      },
    }
  },
  'a deletion takes no time': (honest) => ({
    createHsm: (options) => honest.createHsm({ ...options, settlingSeconds: 0 }),
  }),
  'there is room for one version more': ({ createHsm }) => ({
    createHsm: (options) => createHsm(withLimits(options, 0, 1)),
  }),
  'there is room for one key more': ({ createHsm }) => ({
    createHsm: (options) => createHsm(withLimits(options, 1, 0)),
  }),
  'every HSM has the same security domain': ({ createHsm, createSecurityDomain }) => {
    const securityDomain = createSecurityDomain()
    return { createHsm: (options) => createHsm({ ...options, securityDomain }) }
  },
  'a backup follows its key': ({ backupKey, restoreKey }) => {
    const sources = new Map<string, () => Uint8Array>()
    return {
      backupKey: (hsm, name) => {
        const blob = backupKey(hsm, name)
        sources.set(String(blob), () => backupKey(forkHsm(hsm), name))
        return blob
      },
      restoreKey: (hsm, blob) => {
        const newer = inSecret(() => sources.get(String(blob))?.())
        return restoreKey(hsm, newer ?? blob)
      },
    }
  },
  'what was purged comes back with its name': ({
    purgeDeletedKey,
    createKey,
    restoreKey,
    ...honest
  }) => {
    const purged = new Map<string, Uint8Array>()
    return {
      purgeDeletedKey: (hsm, name) => {
        const fork = forkHsm(hsm)
        const backup = inSecret(() => {
          honest.recoverDeletedKey(fork, name)
          return honest.backupKey(fork, name)
        })
        purgeDeletedKey(hsm, name)
        if (backup) purged.set(`${hsm.baseUrl} ${name.toUpperCase()}`, backup)
      },
      createKey: (hsm, name, parameters) => {
        const backup = purged.get(`${hsm.baseUrl} ${String(name).toUpperCase()}`)
        if (backup) inSecret(() => restoreKey(hsm, backup))
        return createKey(hsm, name, parameters)
      },
    }
  },
  'a refused update changes the tags all the same': ({ updateKey }) => ({
    updateKey: (hsm, key, parameters) => {
      try {
        return updateKey(hsm, key, parameters)
      } catch (error) {
        const { tags } = parameters
        if (tags) inSecret(() => updateKey(hsm, key, { tags }))
        throw error
      }
    },
  }),
  'a deleted key can be updated': ({ updateKey, recoverDeletedKey }) => ({
    updateKey: (hsm, key, parameters) => {
      try {
        return updateKey(hsm, key, parameters)
      } catch (error) {
        const fork = forkHsm(hsm)
        const [name = ''] = key.replace(/^.*\/keys\//, '').split('/')
        const recovered = inSecret(() => recoverDeletedKey(fork, name))
        if (recovered === undefined) throw error
        return updateKey(fork, key, parameters)
      }
    },
  }),
  'a refused rotation policy draws randomness': ({ updateRotationPolicy, backupKey }) => ({
    updateRotationPolicy: (hsm, name, policy) => {
      try {
        return updateRotationPolicy(hsm, name, policy)
      } catch (error) {
        inSecret(() => backupKey(hsm, name))
        throw error
      }
    },
  }),
  'a fork is the same HSM': () => ({ forkHsm: (hsm) => hsm }),
  'the second page forgets an item': ({ listKeyVersions }) => ({
    listKeyVersions: (hsm, name, page) => {
      const { value, ...rest } = listKeyVersions(hsm, name, page)
      return { ...rest, value: page?.marker === undefined ? value : value.slice(1) }
    },
  }),
  'get answers the current version, whichever is asked for': ({ getKey }) => ({
    getKey: (hsm, key) => getKey(hsm, getKey(hsm, key).key.kid.replace(/\/[^/]+$/, '')),
  }),
  'the current version alone decrypts': ({ decrypt, getKey }) => ({
    decrypt: (hsm, key, parameters) => {
      const answer = decrypt(hsm, key, parameters)
      const current = getKey(hsm, answer.kid.replace(/\/[^/]+$/, ''))
      return decrypt(hsm, current.key.kid, parameters)
    },
  }),
  'a context does not count': ({ sign, verify }) => ({
    sign: (hsm, key, { context: _, ...parameters }) => sign(hsm, key, parameters as never),
    verify: (hsm, key, { context: _, ...parameters }) => verify(hsm, key, parameters as never),
  }),
  'an ML-DSA key rotates to another parameter set': ({ rotateKey, createKey }) => ({
    rotateKey: (hsm, name) => {
      const bundle = rotateKey(hsm, name)
      const { alg, key_ops: keyOps } = bundle.key
      if (alg === undefined) return bundle
      const { attributes, releasePolicy, tags } = bundle
      const other = { kty: 'AKP', alg: 'ML-DSA-65', keyOps, tags } as const
      const made = createKey(forkHsm(hsm), name, {
        ...other,
        ...(attributes.exportable && { attributes: { exportable: true }, releasePolicy }),
      })
      return { ...bundle, key: { ...bundle.key, alg: 'ML-DSA-65', pub: made.key.pub ?? '' } }
    },
  }),
  'secure wrap wraps one key only': ({ secureWrapKey }) => {
    const made = new Map<string, ReturnType<Facade['secureWrapKey']>>()
    return {
      secureWrapKey: (hsm, key, parameters) => {
        const result = secureWrapKey(hsm, key, parameters)
        const place = `${result.kid} ${result.alg}`
        made.set(place, made.get(place) ?? result)
        return made.get(place) ?? result
      },
    }
  },
  'whoever asks is trusted': ({ secureUnwrapKey }) => ({
    secureUnwrapKey: (hsm, key, parameters) =>
      unless(
        'AccessDenied',
        () => secureUnwrapKey(hsm, key, parameters),
        () => secureUnwrapKey(hsm, key, { ...parameters, target: TRUSTED }),
      ),
  }),
  'a key for secure wrap alone unwraps openly': ({ unwrapKey, getKey, updateKey }) => ({
    unwrapKey: (hsm, key, parameters) =>
      unless(
        'KeyOperationForbidden',
        () => unwrapKey(hsm, key, parameters),
        (error) => {
          const fork = forkHsm(hsm)
          if (!getKey(fork, key).key.key_ops.includes('secureUnwrapKey')) throw error
          updateKey(fork, key, { keyOps: ['unwrapKey'] })
          return unwrapKey(fork, key, parameters)
        },
      ),
  }),
  'every signature is right': ({ verify }) => ({
    verify: (hsm, key, parameters) => {
      verify(hsm, key, parameters)
      return true
    },
  }),
}

const withLimits = (options: HsmOptions = {}, keys: number, versions: number): HsmOptions => ({
  ...options,
  limits: {
    keys: (options.limits?.keys ?? 0) + keys,
    versions: (options.limits?.versions ?? 0) + versions,
  },
})

/** A saboteur is not found out by an error of its own. */
function inSecret<Value>(call: () => Value): Value | undefined {
  try {
    return call()
  } catch (error) {
    if (error instanceof HsmError) return undefined
    throw error
  }
}

function unless<Value>(
  innerCode: string,
  honest: () => Value,
  otherwise: (error: HsmError) => Value,
): Value {
  try {
    return honest()
  } catch (error) {
    if (error instanceof HsmError && error.innerCode === innerCode) return otherwise(error)
    throw error
  }
}

/** A facade whose answers have other values in the members that are named. */
function patched(
  honest: Facade,
  patches: Readonly<Record<string, (value: unknown) => unknown>>,
): Partial<Facade> {
  const change = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(change)
    if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value
    const members = Object.entries(value)
    return Object.fromEntries(
      members.map(([name, member]) => [name, change(patches[name]?.(member) ?? member)]),
    )
  }
  const showing = Object.entries(honest).filter(([name]) => SHOWING_KEYS.test(name))
  return Object.fromEntries(
    showing.map(([name, operation]) => [
      name,
      (...told: unknown[]) => change((operation as (...told: unknown[]) => unknown)(...told)),
    ]),
  )
}

const SHOWING_KEYS =
  /^(?:create|import|update|get|list|delete|recover|restore|rotate)\w*Keys?(?:Versions)?$/
