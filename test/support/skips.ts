import { execFileSync } from 'node:child_process'
import { appendFileSync, existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe } from '@jest/globals'
import { modelFile } from '../../adapters/face/manifest.ts'
import { readConfig } from '../../src/config.ts'
import { SHARED_DATA } from './shared-data.ts'
import { SKIPS_FILE } from './skips-file.cjs'

interface Need {
  isHere(): boolean
  readonly get: string
  /** Not to be had by everybody: its absence is reported and never a failure. */
  readonly isOptional?: true
}

/** Packages of Debian are for its own Python, whatever else stands first on the path. */
export const DEBIAN_PYTHON = '/usr/bin/python3'

const PKCS11_BRIDGE = join(process.cwd(), 'node_modules/pkcs11js/build/Release/pkcs11.node')

/** Programs that are not ours and that some suites need. */
const NEEDS = {
  postgresql: {
    isHere: () => isRoot() && postgresBinaries() !== undefined,
    get: 'apt-get install postgresql (and run the tests as root, who may start it as postgres)',
  },
  redis: { isHere: () => isOnPath('redis-server'), get: 'apt-get install redis-server' },
  chromium: {
    isHere: () => ['chromium', 'chromium-browser', 'google-chrome'].some(isOnPath),
    get: 'apt-get install chromium',
  },
  apache: {
    isHere: () => isOnPath('apache2') && existsSync('/usr/lib/apache2/modules/mod_auth_openidc.so'),
    get: 'apt-get install apache2 libapache2-mod-auth-openidc',
  },
  authlib: {
    isHere: () => runs(DEBIAN_PYTHON, '-c', 'import authlib, requests'),
    get: 'apt-get install python3-authlib python3-requests',
  },
  openssl: { isHere: () => isOnPath('openssl'), get: 'apt-get install openssl' },
  softhsm: {
    isHere: () => isOnPath('softhsm2-util') && existsSync(PKCS11_BRIDGE),
    get: 'apt-get install softhsm2 python3 make g++, then npm rebuild pkcs11js --ignore-scripts=false',
  },
  'face-models': {
    isHere: () => existsSync(modelFile(readConfig(modelsVariable()).modelsDirectory, 'detector')),
    get: 'panjereh face fetch',
  },
  poppler: {
    isHere: () => ['pdfsig', 'pdftotext', 'pdftoppm'].every(isOnPath),
    get: 'apt-get install poppler-utils',
  },
  qpdf: { isHere: () => isOnPath('qpdf'), get: 'apt-get install qpdf' },
  'shared-pdfs': {
    isHere: () => existsSync(join(SHARED_DATA, 'pdfs')),
    get: 'documents of many makers, by PANJEREH_SHARED_DATA; they are not part of the project',
    isOptional: true,
  },
  'shared-documents': {
    isHere: () => existsSync(join(SHARED_DATA, 'pades/MANIFEST.tsv')),
    get: 'signed documents for testing only, by PANJEREH_SHARED_DATA; they are not part of the project',
    isOptional: true,
  },
  'shared-data': {
    isHere: () => existsSync(join(SHARED_DATA, 'faces/video')),
    get: 'faces for measuring only, by PANJEREH_SHARED_DATA; they are not part of the project',
    isOptional: true,
  },
} as const satisfies Readonly<Record<string, Need>>

export type NeedName = keyof typeof NEEDS

export function isHere(name: NeedName): boolean {
  return NEEDS[name].isHere()
}

/** `describe`, or `describe.skip` when one of the programs is not on this machine: the summary at
 *  the end says so. With PANJEREH_REQUIRE_ALL=1 a missing one fails. */
export function requires(...names: readonly NeedName[]): typeof describe | typeof describe.skip {
  const missing = names.filter((name) => !isHere(name))
  if (missing.length === 0) return describe
  const said = missing.map((name) => `${name} (${NEEDS[name].get})`).join(' and ')
  const isFault = missing.some((name) => !('isOptional' in NEEDS[name]))
  if (isFault && process.env['PANJEREH_REQUIRE_ALL'] === '1')
    throw new Error(`This suite needs ${said}`)
  appendFileSync(SKIPS_FILE, `${said}\n`)
  return describe.skip
}

function modelsVariable() {
  const { PANJEREH_MODELS_DIR } = process.env
  return { PANJEREH_MODELS_DIR }
}

function isRoot(): boolean {
  return process.getuid?.() === 0
}

/** Debian keeps them outside of PATH. */
function postgresBinaries(): string | undefined {
  const versions = ['18', '17', '16', '15', '14'].map((version) => `/usr/lib/postgresql/${version}`)
  return versions.find((directory) => existsSync(join(directory, 'bin', 'initdb')))
}

function isOnPath(program: string): boolean {
  const directories = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin']
  return directories.some((directory) => existsSync(join(directory, program)))
}

function runs(program: string, ...args: readonly string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore', cwd: dirname(process.execPath) })
    return true
  } catch {
    return false
  }
}
