import { readdirSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const PACKAGE = dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json'))
const { version } = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8')) as {
  readonly version: string
}

/** Where the viewer of documents (pdf.js) finds its parts: they name each other by name, so that the version stands in
 *  the path instead of a hash in each name. */
export const VIEWER_PATH = `/assets/pdfjs-${version}/`

const JS = 'text/javascript; charset=utf-8'
const TYPES: Readonly<Record<string, string>> = {
  mjs: JS,
  js: JS,
  wasm: 'application/wasm',
}
const SCRIPTS = ['legacy/build/pdf.min.mjs', 'legacy/build/pdf.worker.min.mjs']
const FOLDERS = ['cmaps', 'standard_fonts', 'wasm', 'iccs']

export interface ViewerFile {
  readonly type: string
  readonly body: Buffer
  /** Runs in the worker, and may compile WebAssembly there: pictures in JPEG 2000 and JBIG2. */
  readonly isWorker: boolean
}

/** What runs the scripts of documents: nobody is given it. */
const SCRIPTING = /quickjs/i

/** Only what the package has, by its very names; read when somebody asks for it. */
export function viewerFiles(): (path: string) => Promise<ViewerFile | undefined> {
  const names = new Set([
    ...SCRIPTS,
    ...FOLDERS.flatMap((folder) =>
      readdirSync(join(PACKAGE, folder))
        .filter((name) => !SCRIPTING.test(name))
        .map((name) => `${folder}/${name}`),
    ),
  ])
  return async (path) => {
    const name = path.startsWith(VIEWER_PATH) ? path.slice(VIEWER_PATH.length) : ''
    if (!names.has(name)) return undefined
    return {
      type: TYPES[name.slice(name.lastIndexOf('.') + 1)] ?? 'application/octet-stream',
      body: await readFile(join(PACKAGE, name)),
      isWorker: name === SCRIPTS[1],
    }
  }
}
