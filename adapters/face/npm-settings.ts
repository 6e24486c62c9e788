import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'

const NpmConfig = z.object({
  registry: z.url().optional().catch(undefined),
  cache: z.string().optional().catch(undefined),
  proxy: z.string().optional().catch(undefined),
  'https-proxy': z.string().optional().catch(undefined),
  'strict-ssl': z.boolean().optional().catch(undefined),
})

export interface NpmSettings {
  readonly registry?: string
  /** npm's own cache: what was fetched once is there after the next `npm ci`, too. */
  readonly cache?: string
  readonly proxy?: string
  readonly httpsProxy?: string
  readonly strictSSL?: boolean
}

/** Registry, proxy and cache as npm itself would use them here: mirrors are set there and nowhere else.
 *  Empty where there is no npm. */
export async function npmSettings(): Promise<NpmSettings> {
  try {
    const { stdout } = await promisify(execFile)(
      process.platform === 'win32' ? 'npm.cmd' : 'npm',
      ['config', 'list', '--json'],
      { timeout: 20_000, maxBuffer: 1 << 20, shell: process.platform === 'win32' },
    )
    return settingsOf(NpmConfig.parse(JSON.parse(stdout)))
  } catch {
    return {}
  }
}

function settingsOf(config: z.infer<typeof NpmConfig>): NpmSettings {
  const { registry, cache, proxy } = config
  return {
    registry,
    proxy,
    cache: cache === undefined ? undefined : join(cache, '_cacache'),
    httpsProxy: config['https-proxy'],
    strictSSL: config['strict-ssl'],
  }
}
