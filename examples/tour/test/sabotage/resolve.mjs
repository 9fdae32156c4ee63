// Leads `pocket-hsm` to the spoilt HSM, for all but the spoilt HSM itself.

const spoilt = new URL('./spoilt-hsm.mjs', import.meta.url).href

export const resolve = (specifier, context, next) =>
  specifier === 'pocket-hsm' && context.parentURL !== spoilt
    ? { url: spoilt, shortCircuit: true }
    : next(specifier, context)
