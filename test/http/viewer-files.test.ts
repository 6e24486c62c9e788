import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { Server } from 'node:http'
import { brotliDecompressSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import Koa from 'koa'
import { securityHeaders } from '../../src/http/security-headers.ts'
import { viewerFiles } from '../../src/http/viewer-files.ts'
import { VIEWER_PATH } from '../../src/pages/viewer-files.ts'

let server: Server
let url: string
beforeAll(async () => {
  const app = new Koa()
  app.use(securityHeaders({ isHttps: false }))
  app.use(viewerFiles())
  app.silent = true
  server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.close()
})

const get = (name: string, encoding = 'identity') =>
  fetch(`${url}${VIEWER_PATH}${name}`, { headers: { 'accept-encoding': encoding } })
const policyOf = (answer: Response) => answer.headers.get('content-security-policy')

describe('the parts of the viewer of documents', () => {
  it.each([
    ['legacy/build/pdf.min.mjs', 'text/javascript; charset=utf-8'],
    ['cmaps/UniGB-UCS2-H.bcmap', 'application/octet-stream'],
    ['standard_fonts/FoxitSerif.pfb', 'application/octet-stream'],
    ['wasm/openjpeg.wasm', 'application/wasm'],
  ])('%s is served, to be kept for ever', async (name, type) => {
    const answer = await get(name)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe(type)
    expect(answer.headers.get('cache-control')).toContain('immutable')
    expect((await answer.arrayBuffer()).byteLength).toBeGreaterThan(100)
  })

  it('is packed for who reads that, and the same', async () => {
    const plain = Buffer.from(await (await get('wasm/openjpeg.wasm')).arrayBuffer())
    const answer = await get('wasm/openjpeg.wasm', 'br')
    expect(answer.headers.get('content-encoding')).toBe('br')
    const body = Buffer.from(await answer.arrayBuffer())
    // Some versions of fetch unpack, and some leave it to us.
    const unpacked = body.equals(plain) ? body : brotliDecompressSync(body)
    expect(unpacked.equals(plain)).toBe(true)
  })

  it('lets the worker alone compile WebAssembly, and nobody evaluate text', async () => {
    const worker = policyOf(await get('legacy/build/pdf.worker.min.mjs'))
    const script = policyOf(await get('legacy/build/pdf.min.mjs'))
    expect(worker).toContain("'wasm-unsafe-eval'")
    expect(script).not.toContain('wasm')
    for (const policy of [worker, script]) {
      expect(policy).toContain("default-src 'none'")
      expect(policy).not.toContain("'unsafe-eval'")
    }
  })

  it.each([
    'legacy/build/pdf.sandbox.min.mjs',
    'wasm/quickjs-eval.wasm',
    'wasm/quickjs-eval.js',
    'package.json',
    'cmaps/../package.json',
    'cmaps/%2e%2e/package.json',
    '',
  ])('does not serve %s', async (name) => {
    expect((await get(name)).status).toBe(404)
  })
})
