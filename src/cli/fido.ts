import { X509Certificate } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { Command } from 'commander'
import {
  keptText,
  MOST_BYTES,
  readBlob,
  readKept,
  type Metadata,
} from '../../adapters/fido/index.ts'
import { writeWhole } from '../../adapters/keys/sealed-file.ts'
import { clock } from '../../adapters/system/clock.ts'
import { random } from '../../adapters/system/random.ts'
import { readConfig } from '../config.ts'
import { PanjerehError } from '../errors.ts'
import { trustedBy } from '../signing/certificate-path.ts'

interface Importing {
  readonly root: string
  readonly signer: string
}

const HELP = `
FILE is the BLOB of the FIDO Metadata Service, version 3, as it is downloaded from
mds3.fidoalliance.org on a machine that may. PEM is the root that the FIDO Alliance
names for it (GlobalSign Root CA - R3): from a source that you trust, not from beside
the BLOB. Import again before nextUpdate; open windows take the new file by themselves.`

export function fidoCommands(): Command {
  const fido = new Command('fido').description('which authenticators there are (docs/level-4.md)')
  fido
    .command('import <file>')
    .description('verify a metadata BLOB and keep it, for PANJEREH_SIGNING_PASSKEYS=attested')
    .requiredOption('--root <pem>', 'file with the root certificate of its signer')
    .option('--signer <host>', 'host that the signer’s certificate names', 'mds.fidoalliance.org')
    .addHelpText('after', HELP)
    .action(async (path: string, options: Importing) => {
      const { fidoMetadataFile: file } = readConfig(process.env)
      tell(await bringIn(path, options, file), file)
    })
  return fido
}

/** Into the file, when it is its publisher's and no older than what is there. Throws `config_invalid`. */
export async function bringIn(
  path: string,
  { root, signer }: Importing,
  file: string,
): Promise<Metadata> {
  const text = await textOf(path)
  const blob = { text, root: await rootIn(root), signer, at: clock.now() }
  const found = await readBlob(blob, trustedBy)
  const known = await readKept(file, trustedBy)
  if (known !== undefined && found.no < known.no) throw wrong(older(found, known))
  await writeWhole(file, keptText(blob), random)
  return found
}

function tell({ no, nextUpdate, entries, models }: Metadata, file: string): void {
  console.log(`no ${no}, next update ${nextUpdate}`)
  console.log(`${entries} entries, ${models.size} of them models of passkeys`)
  console.log(`kept in ${file}; open windows take it by themselves`)
  if (nextUpdate < new Date(clock.now()).toISOString().slice(0, 10)) {
    console.error('Its next update is past: a newer BLOB is there. Download and import that one.')
  }
}

async function rootIn(path: string): Promise<Uint8Array> {
  try {
    return new X509Certificate(await textOf(path)).raw
  } catch (cause) {
    if (cause instanceof PanjerehError) throw cause
    throw wrong(`${path} is no certificate in PEM. Give the root certificate by --root`)
  }
}

async function textOf(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined)
  if (found?.isFile() !== true) throw wrong(`There is no file ${path}. Give its path`)
  if (found.size > MOST_BYTES) throw wrong(`${path} is larger than 64 MB: that is no BLOB`)
  return readFile(path, 'utf8')
}

const older = ({ no }: Metadata, known: Metadata) =>
  `This BLOB (no ${no}) is older than the one that is kept (no ${known.no}). Download the newest`

const wrong = (message: string) => new PanjerehError('config_invalid', message)
