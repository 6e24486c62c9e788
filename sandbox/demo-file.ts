import { readFile } from 'node:fs/promises'
import { z } from 'zod'

const Credentials = z.object({ client_id: z.string(), client_secret: z.string() })

/** What the window writes at its first start for the sandbox (`<data directory>/demo.json`, mode 0600). */
const DemoFile = z
  .object({
    issuer: z.url(),
    agencyUrl: z.url(),
    bankUrl: z.url(),
    agency: Credentials,
    auditor: Credentials,
    bank: Credentials,
  })
  .readonly()
export type DemoFile = z.infer<typeof DemoFile>

export async function readDemoFile(path: string): Promise<DemoFile> {
  return DemoFile.parse(JSON.parse(await readFile(path, 'utf8')))
}
