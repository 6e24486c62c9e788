import { createHash, type Hash, type X509Certificate } from 'node:crypto'
import { constants, createReadStream } from 'node:fs'
import { copyFile, open, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { Command, InvalidArgumentError, Option } from 'commander'
import { revocationChecker, RevocationSettings } from '../../adapters/revocation/index.ts'
import { clock } from '../../adapters/system/clock.ts'
import { random } from '../../adapters/system/random.ts'
import { timestampAuthority, TsaSettings } from '../../adapters/tsa/index.ts'
import { PanjerehError } from '../errors.ts'
import { SIGNING_ALGORITHMS, type Signer, type SigningAlgorithm } from '../ports/signer.ts'
import { certificatePath } from '../signing/certificate-path.ts'
import { PADES_PROFILES, type PadesProfile, type Place } from '../signing/pades/options.ts'
import { signPdf, type SignedPdf, type SigningPorts } from '../signing/pades/sign.ts'
import { PdfRefused } from '../signing/pdf/refused.ts'
import { fileSource } from '../signing/pdf/source.ts'
import { certificatesIn, fileSigner } from './pdf-key.ts'
import { REFUSALS } from './pdf-refusals.ts'
import { sandboxAuthority, sandboxSigner } from './pdf-sandbox.ts'
import { progress } from './progress.ts'

interface Options {
  readonly profile: PadesProfile
  readonly in: string
  readonly out: string
  readonly key?: string
  readonly chain?: string
  readonly passphraseFile?: string
  readonly pss?: true
  readonly tsa: readonly string[]
  readonly trust: readonly string[]
  readonly sandbox?: string
  readonly alg: SigningAlgorithm
  readonly saveTrust?: string
  readonly field?: string
  readonly page: number
  readonly visible?: string
  readonly picture?: string
  readonly place?: Place
  readonly locale: 'fa' | 'en'
  readonly reason?: string
  readonly location?: string
  readonly certify?: true
  readonly allowActiveContent?: true
}

export function pdfSignCommand(): Command {
  return new Command('sign')
    .description('sign a PDF document (PAdES baseline, ETSI EN 319 142-1)')
    .addOption(
      new Option(
        '--profile <profile>',
        'B-T adds a time stamp, B-LT validation data, B-LTA a time stamp over all',
      )
        .choices(PADES_PROFILES)
        .default('B-B'),
    )
    .requiredOption('--in <pdf>', 'the document')
    .requiredOption('--out <pdf>', 'where the signed one is written')
    .option('--key <pem>', 'private key: P-256, or RSA of 2048 bits and more')
    .option('--chain <pem>', 'its certificate, then those of its issuers')
    .option('--passphrase-file <file>', 'holds the passphrase of the key')
    .option('--pss', 'sign with RSA-PSS')
    .option('--tsa <url>', 'time stamp authority (RFC 3161); may be repeated, in order', gather, [])
    .option('--trust <pem>', 'trust anchors and issuers; may be repeated', gather, [])
    .option('--sandbox <url>', 'without a key: sign as a made-up person of this sample authority')
    .addOption(
      new Option('--alg <alg>', 'of the made-up person')
        .choices(SIGNING_ALGORITHMS)
        .default('ES256'),
    )
    .option('--save-trust <pem>', 'write the trust anchor there, for `panjereh pdf verify --trust`')
    .option('--field <name>', 'an empty signature field, or the name for a new one')
    .option('--page <n>', 'of a new field; -1 is the last page', page, 1)
    .option('--visible <name>', 'show the signature on the page, with this name')
    .option('--picture <file>', 'PNG or JPEG beside the name')
    .option('--place <left,top,width,height>', 'millimetres from the top left of the page', place)
    .addOption(new Option('--locale <tag>', 'of what is shown').choices(['fa', 'en']).default('fa'))
    .option('--reason <text>')
    .option('--location <text>')
    .option('--certify', 'as the author: afterwards only forms may be filled in and signed')
    .option('--allow-active-content', 'sign what could change before the reader’s eyes, too')
    .addHelpText('after', HELP)
    .action(sign)
}

const HELP = `
Without --key, a made-up person of the sample authority signs (http://localhost:3005, started for this
run if it is not there). Such signatures are for trying out and have no legal value.

Exit codes: 0 signed, 1 refused or failed, 2 wrong command line.`

interface Means extends SigningPorts {
  readonly signer: Signer
  readonly anchor?: X509Certificate
  close(): Promise<void>
}

async function sign(options: Options): Promise<void> {
  const means = await meansOf(options)
  try {
    const { size, fieldName } = await signFile(means, options)
    if (options.saveTrust !== undefined && means.anchor)
      await writeFile(options.saveTrust, means.anchor.toString())
    console.log(`${options.out}: signed (${options.profile}, field ${fieldName}, ${size} bytes)`)
  } catch (error) {
    if (!(error instanceof PdfRefused)) throw error
    const where = error.where === '' ? '' : ` [${error.where}]`
    console.error(`${options.in}: refused: ${REFUSALS[error.code]} (${error.code})${where}`)
    process.exitCode = 1
  } finally {
    await means.close()
  }
}

async function meansOf(options: Options): Promise<Means> {
  const trusted = (await Promise.all(options.trust.map(certificatesIn))).flat()
  if ((options.key === undefined) !== (options.chain === undefined))
    throw new PanjerehError('config_invalid', '--key and --chain belong together')
  if (options.key === undefined || options.chain === undefined)
    return sandboxMeans(options, trusted)
  if (options.profile !== 'B-B' && options.tsa.length === 0)
    throw new PanjerehError('config_invalid', `${options.profile} needs --tsa`)
  const [signer, inChain] = await Promise.all([
    fileSigner({
      ...options,
      key: options.key,
      chain: options.chain,
      passphrase: await passphrase(options),
    }),
    certificatesIn(options.chain),
  ])
  // A chain may end in its anchor.
  const anchors = [...trusted, ...inChain.filter((one) => one.subject === one.issuer)]
  const anchor = anchors[0]
  return { ...servicesOf(options.tsa, anchors), signer, anchor, close: async () => undefined }
}

async function sandboxMeans(options: Options, trusted: readonly X509Certificate[]): Promise<Means> {
  const authority = await sandboxAuthority(options.sandbox)
  console.error(`Signing as a made-up person of the sample authority at ${authority.url}.`)
  const tsa = options.tsa.length > 0 ? options.tsa : [`${authority.url}/tsa`]
  return {
    ...servicesOf(tsa, [authority.anchor, ...trusted]),
    signer: await sandboxSigner(authority, options.alg),
    anchor: authority.anchor,
    close: () => authority.close(),
  }
}

async function passphrase({ passphraseFile }: Options): Promise<string | undefined> {
  return passphraseFile === undefined
    ? undefined
    : (await readFile(passphraseFile, 'utf8')).replace(/\r?\n$/, '')
}

function servicesOf(urls: readonly string[], trusted: readonly X509Certificate[]): SigningPorts {
  const needs = { clock, random }
  const anchors = trusted.map(({ raw }) => raw)
  const trusts = (certificate: Uint8Array, pool: readonly Uint8Array[], at: number) =>
    certificatePath({ certificate, pool, anchors, at, purpose: 'timestamping' }).kind === 'path'
  const settings = TsaSettings.safeParse({ authorities: urls.map((url) => ({ url })) })
  if (urls.length > 0 && !settings.success)
    throw new PanjerehError('config_invalid', '--tsa is an http or https address')
  return {
    ...needs,
    anchors,
    timestamps:
      settings.data &&
      timestampAuthority(settings.data, { ...needs, ...(anchors.length > 0 ? { trusts } : {}) }),
    revocation: revocationChecker(RevocationSettings.parse({}), needs),
  }
}

/** Only what is added is in memory; the rest is hashed and copied piece by piece. */
async function signFile(means: Means, options: Options): Promise<SignedPdf> {
  const file = await open(options.in, 'r')
  try {
    const { size } = await file.stat()
    const source = fileSource(file.fd, size)
    const hash = await hashed(options.in, size)
    const signed = await signPdf(means, source, { ...(await signatureOptions(options)), hash })
    await written(options, signed.added)
    return signed
  } finally {
    await file.close()
  }
}

async function signatureOptions(options: Options) {
  const { visible, picture, place: at, locale, reason } = options
  const image = picture === undefined ? undefined : await readFile(picture)
  const appearance =
    visible === undefined
      ? undefined
      : { signer: visible, picture: image, place: at, locale, reason }
  const { profile, field, page: number, location, certify, allowActiveContent } = options
  return { profile, field, page: number, reason, location, certify, allowActiveContent, appearance }
}

async function hashed(path: string, size: number): Promise<Hash> {
  const hash = createHash('sha256')
  const bar = progress('Reading', 'bytes')
  let done = 0
  for await (const piece of createReadStream(path, {
    highWaterMark: 1 << 20,
  }) as AsyncIterable<Buffer>) {
    hash.update(piece)
    done += piece.length
    bar.show(done, size)
  }
  bar.stop()
  return hash
}

/** Under another name first: whoever looks sees the whole file or none. */
async function written({ in: from, out }: Options, added: Buffer): Promise<void> {
  const draft = `${out}.${process.pid}.part`
  try {
    await copyFile(from, draft, constants.COPYFILE_FICLONE)
    const file = await open(draft, 'a')
    try {
      await file.appendFile(added)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(draft, out)
  } finally {
    await rm(draft, { force: true })
  }
}

const gather = (value: string, before: readonly string[]): readonly string[] => [...before, value]

function page(text: string): number {
  if (/^(-1|[1-9]\d{0,5})$/.test(text)) return Number(text)
  throw new InvalidArgumentError('1 is the first page, -1 the last one')
}

function place(text: string): Place {
  const [left, top, width, height] = text.split(',').map(Number)
  const isPlace = [left, top, width, height].every(
    (one) => Number.isFinite(one) && Number(one) >= 0,
  )
  if (!isPlace || text.split(',').length !== 4)
    throw new InvalidArgumentError('four numbers of millimetres, such as 20,240,80,30')
  return { left: Number(left), top: Number(top), width: Number(width), height: Number(height) }
}
