// A process that imports an entry point.
//
//   node one-import.mjs time ENTRY [MODULE ...]   prints the milliseconds; the modules are loaded before
//   node one-import.mjs list ENTRY                prints the modules of libraries that it loads, those of noble excepted

import { register } from 'node:module'
import { performance } from 'node:perf_hooks'
import { MessageChannel } from 'node:worker_threads'

const [verb, entry, ...modules] = process.argv.slice(2)
process.stdout.write(JSON.stringify(await { time, list }[verb]()))

async function time() {
  for (const module of modules) await import(module)
  const begun = performance.now()
  await import(entry)
  return Math.round((performance.now() - begun) * 1000) / 1000
}

async function list() {
  const { port1, port2 } = new MessageChannel()
  const urls = []
  port1.on('message', (url) => urls.push(url)).unref()
  register('./note-modules.mjs', import.meta.url, {
    data: { port: port2 },
    transferList: [port2],
  })
  await import(entry)
  await new Promise((resolve) => setTimeout(resolve, 100))
  return [...new Set(urls)]
}
