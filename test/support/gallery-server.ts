import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { brotliCompressSync } from 'node:zlib'
import { contentSecurityPolicy } from '../../src/http/security-headers.ts'
import { WORKER_POLICY } from '../../src/http/viewer-files.ts'
import { VIEWER_PATH, viewerFiles, type ViewerFile } from '../../src/pages/viewer-files.ts'
import { assets, GALLERY } from './page-gallery.ts'
import { sandboxFile } from './sandbox-gallery.ts'
import { signatureFiles } from './signature-gallery.ts'

/** Serves `/<locale>/<page>` as the window would: packed, and under its content security policy. */
export async function openGallery(): Promise<{ url: string; close(): void }> {
  const viewer = viewerFiles()
  const documents = await signatureFiles()
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname)
    response.setHeader('content-security-policy', contentSecurityPolicy())
    if (path.startsWith(VIEWER_PATH)) void viewer(path).then((file) => sendPart(response, file))
    else sendNamed(response, path, request.headers.referer)
  }).listen(0, '127.0.0.1')

  function sendNamed(response: ServerResponse, path: string, referer: string | undefined): void {
    const asset = assets.get(path)
    const file = sandboxFile(path, referer)
    const document = documents.get(path)
    if (asset !== undefined) {
      if (asset.br !== undefined) response.setHeader('content-encoding', 'br')
      send(response, asset.type, asset.br ?? asset.body)
    } else if (file !== undefined) send(response, file.type, file.body)
    else if (document !== undefined) send(response, 'application/pdf', document)
    else if (path === '/face/state') response.writeHead(204).end()
    else sendPage(response, path)
  }

  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://localhost:${port}`,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

function sendPage(response: ServerResponse, path: string): void {
  const [, locale, name = ''] = path.split('/')
  const draw = GALLERY[name]
  if (draw === undefined || (locale !== 'fa' && locale !== 'en')) {
    response.writeHead(404).end()
    return
  }
  response.setHeader('content-encoding', 'br')
  send(response, 'text/html; charset=utf-8', brotliCompressSync(String(draw(locale))))
}

function sendPart(response: ServerResponse, file: ViewerFile | undefined): void {
  if (file === undefined) return void response.writeHead(404).end()
  if (file.isWorker) response.setHeader('content-security-policy', WORKER_POLICY)
  send(response, file.type, file.body)
}

function send(response: ServerResponse, type: string, body: Buffer | string): void {
  response.setHeader('content-type', type)
  response.end(body)
}
