import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createStorage } from '../../src/network/storage.ts'

let server: Server
let address: string
const seen: string[] = []

beforeAll(async () => {
  server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`)
    response.writeHead(201).end()
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  address = `127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => server.close())

const statusOf = async (host: string, storageHosts: readonly string[], url: string) => {
  const response = await createStorage({ host, storageHosts })(new Request(url, { method: 'PUT' }))
  return response.status
}

describe('the storage of a server', () => {
  it('is on this machine for a server that only this machine reaches', async () => {
    expect(await statusOf('127.0.0.1', [], `http://${address}/account/backup/a`)).toBe(201)
    expect(seen).toEqual(['PUT /account/backup/a'])
  })

  it('is not on this machine for others, unless the host is given, with its port or without', async () => {
    seen.length = 0
    expect(await statusOf('0.0.0.0', [], `http://${address}/a`)).toBe(403)
    expect(await statusOf('0.0.0.0', ['127.0.0.1:1'], `http://${address}/a`)).toBe(403)
    expect(seen).toEqual([])
    expect(await statusOf('0.0.0.0', [address], `http://${address}/a`)).toBe(201)
    expect(await statusOf('0.0.0.0', ['127.0.0.1'], `http://${address}/a`)).toBe(201)
  })

  it.each([
    'http://10.0.0.1/a',
    'http://169.254.169.254/a',
    'https://contoso.test/a',
    'https://blob.core.windows.net/a',
    'https://contoso.blob.core.windows.net.test/a',
  ])('is not at %s', async (url) => {
    expect(await statusOf('127.0.0.1', [], url)).toBe(403)
  })
})
