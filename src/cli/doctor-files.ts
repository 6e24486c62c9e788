import { createPrivateKey, X509Certificate } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { permissionFault } from '../../adapters/keys/master-key.ts'
import { clock } from '../../adapters/system/clock.ts'
import type { Config } from '../config.ts'
import { messageOf, type Finding } from './doctor-finding.ts'
import { masterKeyFile, openKeys } from './keys.ts'

const DAY_MS = 86_400_000
const SOON_DAYS = 21

export async function keyPermissions(config: Config): Promise<readonly Finding[]> {
  const paths = [masterKeyFile(config), keyFileOf(config), config.tls?.keyFile]
  const present = paths.filter((path) => path !== undefined && existsSync(path)) as string[]
  return Promise.all(
    present.map(async (path): Promise<Finding> => {
      const fault = await permissionFault(path)
      return fault === undefined ? ['ok', `${path} is its owner's alone`] : ['fail', fault]
    }),
  )
}

/** Not made here: a doctor leaves the patient as he is. */
export async function keyFile(config: Config): Promise<readonly Finding[]> {
  const file = keyFileOf(config)
  if (!existsSync(file)) return [['warn', `no key file ${file} yet: the first start makes it`]]
  if (config.masterKey === undefined && !existsSync(masterKeyFile(config))) {
    return [['fail', `there is a key file, and no master key ${masterKeyFile(config)} to open it`]]
  }
  try {
    const keys = await openKeys(config, { create: false })
    return [['ok', `the key file opens: ${keys.list().length} keys`]]
  } catch (error) {
    return [['fail', messageOf(error)]]
  }
}

/** Own TLS: the certificate is for the issuer's host, belongs to the key, and has time left. */
export async function certificate({ tls, issuer }: Config): Promise<readonly Finding[]> {
  if (tls === undefined) return []
  try {
    const found = new X509Certificate(readFileSync(tls.certFile))
    const faults = [
      found.checkPrivateKey(createPrivateKey(readFileSync(tls.keyFile)))
        ? undefined
        : `${tls.keyFile} is not the key of ${tls.certFile}`,
      found.checkHost(new URL(issuer).hostname) === undefined
        ? `${tls.certFile} is not for ${new URL(issuer).hostname}`
        : undefined,
    ].filter((fault) => fault !== undefined)
    return [...faults.map((fault): Finding => ['fail', fault]), timeLeft(tls.certFile, found)]
  } catch (error) {
    return [['fail', `the certificate or its key cannot be read: ${messageOf(error)}`]]
  }
}

function timeLeft(file: string, found: X509Certificate): Finding {
  const left = Math.floor((found.validToDate.getTime() - clock.now()) / DAY_MS)
  const verdict = left < 0 ? 'fail' : left < SOON_DAYS ? 'warn' : 'ok'
  return [verdict, `${file} is good until ${found.validToDate.toISOString().slice(0, 10)}`]
}

function keyFileOf({ dataDir }: Config): string {
  return join(dataDir, 'keys.json')
}
