import { Command } from 'commander'
import { clock } from '../../adapters/system/clock.ts'
import { readConfig, unknownVariables, type Config } from '../config.ts'
import { certificate, keyFile, keyPermissions } from './doctor-files.ts'
import { fidoMetadata } from './doctor-fido.ts'
import { messageOf, type Finding } from './doctor-finding.ts'
import { database, gateways, issuer, redis } from './doctor-world.ts'

export function doctorCommand(): Command {
  return new Command('doctor')
    .description(
      'look at everything that a window needs and change nothing; 1 when it could not open',
    )
    .action(async () => {
      const findings = await examine(process.env)
      for (const [verdict, text] of findings) console.log(`${verdict.padEnd(4)}  ${text}`)
      if (findings.some(([verdict]) => verdict === 'fail')) process.exitCode = 1
    })
}

/** One broken part hides no other: each is looked at by itself. */
const CHECKS: readonly ((config: Config) => Promise<readonly Finding[]>)[] = [
  keyPermissions,
  keyFile,
  certificate,
  database,
  redis,
  issuer,
  gateways,
  fidoMetadata,
]

async function examine(env: NodeJS.ProcessEnv): Promise<readonly Finding[]> {
  const first = [node(), time(), ...unknown(env)]
  const config = configOrFault(env)
  if (typeof config === 'string') return [...first, ['fail', config]]
  const where = config.isProduction ? 'before a people' : 'on this machine'
  const rest = await Promise.all(CHECKS.map((check) => check(config)))
  return [...first, ['ok', `configuration: ${where}`], ...rest.flat()]
}

function node(): Finding {
  const major = parseInt(process.versions.node, 10)
  return [major >= 24 ? 'ok' : 'fail', `Node ${process.versions.node} (24 or newer is needed)`]
}

/** Tokens carry times: a clock before this program was written is wrong for certain. */
function time(): Finding {
  const now = new Date(clock.now())
  const year = now.getUTCFullYear()
  return [
    year >= 2026 && year < 2100 ? 'ok' : 'fail',
    `clock: ${now.toISOString()} (keep it by NTP)`,
  ]
}

function unknown(env: NodeJS.ProcessEnv): readonly Finding[] {
  return unknownVariables(env).map((name) => ['warn', `${name} is no variable of this program`])
}

function configOrFault(env: NodeJS.ProcessEnv): Config | string {
  try {
    return readConfig(env)
  } catch (error) {
    return messageOf(error)
  }
}
