// The session in a module worker. Import maps are for pages alone, so es-module-shims applies this one: it looks up
// names, and runs the same files.

import '/examples/browser/node_modules/es-module-shims/dist/es-module-shims.js'

globalThis.onmessage = async ({ data: importMap }) => {
  try {
    importShim.addImportMap(importMap)
    const { runSession } = await importShim('./session/run-session.mjs', import.meta.url)
    await runSession((outcome) => postMessage(outcome))
    postMessage({ ended: true })
  } catch (error) {
    postMessage({ ended: true, fault: String(error) })
  }
}
