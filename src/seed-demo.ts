import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Config } from './config.ts'
import { demoClients, DEMO_CLIENT_NAMES } from './demo-clients.ts'
import type { Ports } from './ports/index.ts'
import { ownerOf, sealCertificates } from './signing/seals/seal-certificates.ts'
import { isAway } from './signing/seals/sealer.ts'

const Demo = z.object({
  issuer: z.string(),
  agencyUrl: z.string(),
  bankUrl: z.string(),
  ...Object.fromEntries(
    DEMO_CLIENT_NAMES.map((name) => [
      name,
      z.object({ client_id: z.string(), client_secret: z.string() }),
    ]),
  ),
})

/** The demo's clients, with secrets that are made at the first start and kept beside the database. */
export async function seedDemo(
  config: Config,
  ports: Pick<Ports, 'clients' | 'clock' | 'random' | 'seals' | 'signing'>,
): Promise<void> {
  const file = join(config.dataDir, 'demo.json')
  const known = await readKnown(file)
  const newSecret = () => Buffer.from(ports.random.bytes(32)).toString('base64url')
  const secrets = Object.fromEntries(
    DEMO_CLIENT_NAMES.map((name) => [name, known?.[name]?.client_secret ?? newSecret()]),
  ) as Record<(typeof DEMO_CLIENT_NAMES)[number], string>
  // As the ladder sees it: no level 4 without level 3.
  const canSign = config.signing !== undefined && config.face.engine !== undefined
  const clients = demoClients({ ...config.demoUrls, secrets, canSign })
  for (const client of clients) await ports.clients.put(client)
  const told = Object.fromEntries(
    DEMO_CLIENT_NAMES.map((name) => [
      name,
      { client_id: `demo-${name}`, client_secret: secrets[name] },
    ]),
  )
  const text = JSON.stringify({ issuer: config.issuer, ...config.demoUrls, ...told }, null, 2)
  await writeFile(file, text, { mode: 0o600 })
  if (config.seal !== undefined) await seedSeal(ports)
}

/** As the operator of a real window would do by `panjereh seal create`. Without it the agency's lease is not sealed. */
async function seedSeal({
  signing,
  ...ports
}: Pick<Ports, 'clock' | 'random' | 'seals' | 'signing'>) {
  const owner = ownerOf('demo-agency')
  if (signing === undefined || (await ports.seals.inForce(owner)) !== undefined) return
  const agency = { name: 'سازمان نمونه', identifier: 'NTRIR-14000000402' }
  try {
    await sealCertificates({ ...ports, ...signing }).create(owner, agency, { actor: 'window' })
  } catch (error) {
    if (!isAway(error)) throw error
  }
}

async function readKnown(file: string) {
  try {
    const text = await readFile(file, 'utf8')
    return Demo.parse(JSON.parse(text)) as Record<string, { client_secret?: string }>
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
