// `pocket-hsm serve` in a process of its own, and requests to it.

import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('command/main.js', import.meta.resolve('@pocket-hsm/server')))

/** A served HSM in a process of its own, and when it was started. */
export async function serve(...words) {
  const begun = performance.now()
  const child = spawn(process.execPath, [MAIN, 'serve', '--port', '0', '--json', ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const line = await new Promise((resolve) => {
    child.stdout.on('data', (chunk) => resolve(String(chunk)))
  })
  const { url, ca } = JSON.parse(line)
  const stop = () =>
    new Promise((resolve) => {
      child.on('close', resolve).kill()
    })
  return { url, ca: ca && readFileSync(ca), begun, stop }
}

/** Sends one request; resolves with its status. */
export function send({ url, ca, agent }, method, path, body) {
  const request = url.startsWith('https') ? httpsRequest : httpRequest
  const headers = { authorization: 'Bearer any' }
  return new Promise((resolve, reject) => {
    request(`${url}${path}?api-version=7.6`, { method, headers, ca, agent }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode))
    })
      .on('error', reject)
      .end(body && JSON.stringify(body))
  })
}
