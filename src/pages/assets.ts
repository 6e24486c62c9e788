import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'

/** The one file of the pages that touches the disk: everything is read once, at the start. */
export interface Asset {
  readonly type: string
  readonly body: Buffer
  readonly br?: Buffer
  readonly gzip?: Buffer
}

export interface Assets {
  /** The address of a file, with a hash of its content in its name. Throws for an unknown name. */
  url(name: string): string
  get(path: string): Asset | undefined
}

interface Source {
  readonly name: string
  readonly type: string
  readonly read: (urlOf: (name: string) => string) => Buffer
  /** Fonts are compressed already. */
  readonly isPacked?: boolean
}

const HERE = import.meta.dirname
const FONT = join(
  dirname(createRequire(import.meta.url).resolve('vazirmatn/package.json')),
  'fonts/webfonts/Vazirmatn[wght].woff2',
)

const CSS = 'text/css; charset=utf-8'
const SCRIPT = 'text/javascript; charset=utf-8'
/** Whom a script imports stands before it. */
const SCRIPTS = [
  'page',
  'camera-words',
  'camera-source',
  'camera-stream',
  'camera-voice',
  'camera-guide',
  'camera-signals',
  'camera-upload',
  'camera',
  'hand-over',
  'verify',
  'document-words',
  'document-text',
  'document-source',
  'document-pages',
  'document-search',
  'document-tools',
  'document-view',
] as const

/** In this order: a later one may name the earlier ones. */
const SOURCES: readonly Source[] = [
  { name: 'vazirmatn.woff2', type: 'font/woff2', read: () => readFileSync(FONT), isPacked: true },
  {
    name: 'icon.svg',
    type: 'image/svg+xml',
    read: () => readFileSync(join(HERE, 'assets/icon.svg')),
  },
  { name: 'panjereh.css', type: CSS, read: stylesheet },
  { name: 'camera.css', type: CSS, read: () => readFileSync(join(HERE, 'assets/camera.css')) },
  { name: 'document.css', type: CSS, read: () => readFileSync(join(HERE, 'assets/document.css')) },
  { name: 'verify.css', type: CSS, read: () => readFileSync(join(HERE, 'assets/verify.css')) },
  ...SCRIPTS.map((name) => ({ name: `${name}.js`, type: SCRIPT, read: scriptOf(name) })),
]

export function loadAssets(): Assets {
  const urls = new Map<string, string>()
  const files = new Map<string, Asset>()
  const url = (name: string) => {
    const found = urls.get(name)
    if (found === undefined) throw new TypeError(`no asset ${name}`)
    return found
  }
  for (const source of SOURCES) {
    const body = source.read(url)
    const path = hashed(source.name, body)
    urls.set(source.name, path)
    files.set(path, asset(source, body))
  }
  return { url, get: (path) => files.get(path) }
}

function asset({ type, isPacked }: Source, body: Buffer): Asset {
  if (isPacked) return { type, body }
  return { type, body, br: brotliCompressSync(body), gzip: gzipSync(body, { level: 9 }) }
}

function hashed(name: string, body: Buffer): string {
  const hash = createHash('sha256').update(body).digest('base64url').slice(0, 12)
  const dot = name.lastIndexOf('.')
  return `/assets/${name.slice(0, dot)}.${hash}${name.slice(dot)}`
}

function stylesheet(urlOf: (name: string) => string): Buffer {
  const css = readFileSync(join(HERE, 'assets/panjereh.css'), 'utf8')
  return Buffer.from(css.replaceAll('FONT_URL', urlOf('vazirmatn.woff2')))
}

/** Imports name the files as they are served. */
function scriptOf(name: string) {
  return (urlOf: (name: string) => string) => {
    const source = stripped().get(name) ?? ''
    const served = source.replace(
      /\bfrom '\.\/([\w-]+)\.ts'/g,
      (_, other: string) => `from '${urlOf(`${other}.js`)}'`,
    )
    return Buffer.from(served)
  }
}

const STRIP = `
  const { stripTypeScriptTypes } = require('node:module')
  const sources = JSON.parse(require('node:fs').readFileSync(0, 'utf8'))
  process.stdout.write(JSON.stringify(sources.map((source) => stripTypeScriptTypes(source))))`

/** All of them, once, by a process of its own: the stripper is WebAssembly and would stay in the window's
 *  memory, 25 MB for some small files. */
const stripped = once(() => {
  const sources = SCRIPTS.map((name) => readFileSync(join(HERE, 'browser', `${name}.ts`), 'utf8'))
  const input = JSON.stringify(sources)
  const stdio = ['pipe', 'pipe', 'ignore'] as const
  const output = execFileSync(process.execPath, ['-e', STRIP], {
    input,
    stdio: [...stdio],
    env: {},
    encoding: 'utf8',
  })
  const texts = JSON.parse(output) as string[]
  return new Map(SCRIPTS.map((name, at) => [name as string, texts[at] ?? '']))
})

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined
  return () => (made ??= { value: make() }).value
}
