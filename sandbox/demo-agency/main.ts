import { readDemoFile } from '../demo-file.ts'
import { demoAgency } from './agency.ts'

/** `node sandbox/demo-agency/main.ts <demo.json>`: the agency and the bank, until told to stop. */
const path = process.argv[2]
if (path === undefined) {
  process.stderr.write('usage: node sandbox/demo-agency/main.ts <data directory>/demo.json\n')
  process.exit(64)
}
const { issuer, agencyUrl, bankUrl, agency, bank, auditor } = await readDemoFile(path)

const running = await Promise.all([
  demoAgency({
    issuer,
    auditor,
    port: portOf(agencyUrl),
    publicUrl: agencyUrl,
    clientId: agency.client_id,
    clientSecret: agency.client_secret,
    canSign: true,
  }),
  demoAgency({
    issuer,
    auditor,
    port: portOf(bankUrl),
    publicUrl: bankUrl,
    clientId: bank.client_id,
    clientSecret: bank.client_secret,
    title: 'title_bank',
  }),
])
for (const { url } of running) process.stdout.write(`demo: ${url}\n`)

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void Promise.all(running.map((one) => one.close())).then(() => process.exit(0))
  })
}

function portOf(url: string): number {
  return Number(new URL(url).port)
}
