import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

const PROGRAM = '/usr/sbin/apache2'
const MODULES = '/usr/lib/apache2/modules'
const LOADED = [
  'mpm_event',
  'authn_core',
  'authz_core',
  'authz_user',
  'mime',
  'include',
  'auth_openidc',
]

/** What mod_auth_openidc found out about who is here, as the page behind it sees it. */
const PAGE = `<pre>${['sub', 'acr', 'iss', 'aud', 'phone_number']
  .map((claim) => `${claim}=<!--#echo var="OIDC_CLAIM_${claim}" -->`)
  .join('\n')}\n</pre>\n`

export interface ApacheSettings {
  readonly port: number
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  readonly acrValues: string
}

export interface RunningApache {
  readonly url: string
  log(): string
  stop(): Promise<void>
}

/** Debian's Apache with mod_auth_openidc before its pages: a relying party that nobody here wrote. */
export async function startApache(settings: ApacheSettings): Promise<RunningApache> {
  const dir = mkdtempSync(join(tmpdir(), 'panjereh-apache-'))
  chmodSync(dir, 0o755)
  mkdirSync(join(dir, 'www/protected'), { recursive: true })
  writeFileSync(join(dir, 'www/protected/page.shtml'), PAGE)
  writeFileSync(join(dir, 'www', 'bye.html'), 'signed out of Apache')
  writeFileSync(join(dir, 'apache.conf'), configuration(dir, settings))

  const child = spawn(PROGRAM, ['-d', dir, '-f', join(dir, 'apache.conf'), '-DFOREGROUND'], {
    stdio: 'ignore',
  })
  let isGone = false
  const gone = once(child, 'exit').then(() => void (isGone = true))
  const url = `http://localhost:${settings.port}`
  const log = () => (existsSync(join(dir, 'log')) ? readFileSync(join(dir, 'log'), 'utf8') : '')
  const stop = async () => {
    child.kill('SIGTERM')
    await gone
    rmSync(dir, { recursive: true, force: true })
  }
  for (let tries = 0; tries < 200 && !isGone; tries += 1) {
    const answer = await fetch(`${url}/bye.html`).catch(() => undefined)
    if (answer?.ok) return { url, log, stop }
    await pause(50)
  }
  const said = log()
  await stop()
  throw new Error(`Apache did not start: ${said}`)
}

function configuration(dir: string, settings: ApacheSettings): string {
  const { port, issuer, acrValues } = settings
  const modules = LOADED.map((name) => `LoadModule ${name}_module ${MODULES}/mod_${name}.so`)
  const asRoot = process.getuid?.() === 0 ? ['User www-data', 'Group www-data'] : []
  return [
    ...modules,
    ...asRoot,
    `ServerName localhost:${port}`,
    `Listen 127.0.0.1:${port}`,
    `PidFile ${dir}/pid`,
    `DefaultRuntimeDir ${dir}`,
    `ErrorLog ${dir}/log`,
    `DocumentRoot ${dir}/www`,
    'StartServers 1',
    'TypesConfig /dev/null',
    'AddType text/html .shtml .html',
    'AddOutputFilter INCLUDES .shtml',
    `<Directory ${dir}/www>`,
    'Options +Includes',
    'Require all granted',
    '</Directory>',
    `OIDCProviderMetadataURL ${issuer}/.well-known/openid-configuration`,
    `OIDCClientID ${settings.clientId}`,
    `OIDCClientSecret ${settings.clientSecret}`,
    `OIDCRedirectURI http://localhost:${port}/protected/callback`,
    'OIDCCryptoPassphrase for-this-test-alone',
    'OIDCScope "openid phone"',
    'OIDCPKCEMethod S256',
    `OIDCAuthRequestParams acr_values=${encodeURIComponent(acrValues)}`,
    'OIDCInfoHook id_token access_token refresh_token userinfo session',
    '<Location /protected>',
    'AuthType openid-connect',
    // Node's fetch says Sec-Fetch-Mode: cors, which only browsers' scripts do otherwise.
    `OIDCUnAuthAction auth "true"`,
    'Require valid-user',
    '</Location>',
    '',
  ].join('\n')
}
