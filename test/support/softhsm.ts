import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Pkcs11Settings } from '../../adapters/hsm/pkcs11.ts'

const MODULES = [
  '/usr/lib/softhsm/libsofthsm2.so',
  '/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so',
]
const PIN = '739154'
const LABEL = 'panjereh-test'

export interface SoftHsm {
  readonly settings: Pkcs11Settings
  /** Takes the token away, as if somebody had pulled it out. */
  remove(): Promise<void>
  putBack(): Promise<void>
  close(): Promise<void>
}

/** A token of its own in a new directory. */
export async function softHsm(more: Partial<Pkcs11Settings> = {}): Promise<SoftHsm> {
  const home = await mkdtemp(join(tmpdir(), 'panjereh-softhsm-'))
  const tokens = join(home, 'tokens')
  await mkdir(tokens)
  const conf = join(home, 'softhsm2.conf')
  await writeFile(
    conf,
    `directories.tokendir = ${tokens}\nobjectstore.backend = file\nlog.level = ERROR\n`,
  )
  const env = { SOFTHSM2_CONF: conf }
  const module = MODULES.find((path) => existsSync(path)) ?? ''
  const init = ['--init-token', '--free', '--label', LABEL, '--pin', PIN, '--so-pin', '8642097531']
  execFileSync('softhsm2-util', init, {
    stdio: 'ignore',
    env: { ...process.env, ...env },
  })
  return {
    settings: Pkcs11Settings.parse({
      module,
      tokenLabel: LABEL,
      pin: PIN,
      protection: 'software',
      env,
      ...more,
    }),
    remove: () => rename(tokens, `${tokens}-away`),
    putBack: () => rename(`${tokens}-away`, tokens),
    close: () => rm(home, { recursive: true, force: true }),
  }
}
