import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { freePort } from './free-port.ts'
import type { RunningServer } from './postgres.ts'

/** A Redis of one's own that keeps nothing; undefined where none is installed. */
export async function startRedis(more: readonly string[] = []): Promise<RunningServer | undefined> {
  if (spawnSync('redis-server', ['--version']).status !== 0) return undefined
  const port = await freePort()
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
  const child = spawn('redis-server', [...args, ...more], { stdio: 'ignore' })
  const password = /^--requirepass$/.test(more[0] ?? '') ? `:${more[1]}@` : ''
  const url = `redis://${password}127.0.0.1:${port}`
  const probe = new Redis(url, { maxRetriesPerRequest: null, retryStrategy: () => 50 })
  probe.on('error', () => undefined)
  await probe.ping()
  probe.disconnect()
  return {
    url,
    async stop() {
      const gone = once(child, 'exit')
      child.kill('SIGTERM')
      await gone
    },
  }
}

/** Three masters that share the slots. */
export async function startRedisCluster(): Promise<RunningServer | undefined> {
  if (spawnSync('redis-cli', ['--version']).status !== 0) return undefined
  const dir = await mkdtemp(join(tmpdir(), 'panjereh-cluster-'))
  const nodes: RunningServer[] = []
  for (const name of ['a', 'b', 'c']) {
    const more = ['--cluster-enabled', 'yes', '--dir', dir, '--cluster-config-file', `${name}.conf`]
    const node = await startRedis(more)
    if (node !== undefined) nodes.push(node)
  }
  const hosts = nodes.map(({ url }) => url.replace('redis://', ''))
  const made = spawnSync('redis-cli', ['--cluster', 'create', ...hosts, '--cluster-yes'])
  if (made.status !== 0) throw new Error(`no cluster: ${made.stdout}`)
  await until(() => hosts.every((host) => said(host, ['cluster', 'info']).includes('state:ok')))
  return {
    url: `redis+cluster://${hosts.join(',')}`,
    async stop() {
      for (const node of nodes) await node.stop()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

export interface SentinelServers extends RunningServer {
  /** Ends the master without a word; the Sentinel makes the replica the master. */
  failOver(): Promise<void>
}

/** A master with a replica, and one Sentinel that decides alone. */
export async function startSentinel(password: string): Promise<SentinelServers | undefined> {
  const dir = await mkdtemp(join(tmpdir(), 'panjereh-sentinel-'))
  const guarded = ['--requirepass', password, '--masterauth', password, '--dir', dir]
  const master = await startRedis(guarded)
  if (master === undefined) return undefined
  const masterPort = master.url.split(':').at(-1) ?? ''
  const replica = await startRedis([...guarded, '--replicaof', '127.0.0.1', masterPort])
  const port = await freePort()
  const file = join(dir, 'sentinel.conf')
  await writeFile(
    file,
    [
      `port ${port}`,
      'bind 127.0.0.1',
      `dir ${dir}`,
      `sentinel monitor main 127.0.0.1 ${masterPort} 1`,
      `sentinel auth-pass main ${password}`,
      'sentinel down-after-milliseconds main 500',
      'sentinel failover-timeout main 3000',
    ].join('\n'),
  )
  const child = spawn('redis-server', [file, '--sentinel'], { stdio: 'ignore' })
  const host = `127.0.0.1:${port}`
  const replicaHost = replica?.url.split('@').at(-1) ?? ''
  const link = ['-a', password, 'info', 'replication']
  await until(() => said(replicaHost, link).includes('master_link_status:up'))
  await until(() => said(host, ['sentinel', 'replicas', 'main']).includes('slave'))
  let isMasterUp = true
  return {
    url: `redis+sentinel://:${password}@${host}/main`,
    async failOver() {
      isMasterUp = false
      await master.stop()
      const asked = ['sentinel', 'get-master-addr-by-name', 'main']
      await until(() => !said(host, asked).includes(masterPort))
    },
    async stop() {
      const gone = once(child, 'exit')
      child.kill('SIGTERM')
      await gone
      if (isMasterUp) await master.stop()
      await replica?.stop()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

function said(host: string, command: readonly string[]): string {
  const [name = '', port = ''] = host.split(':')
  return String(spawnSync('redis-cli', ['-h', name, '-p', port, ...command]).stdout)
}

async function until(isSo: () => boolean): Promise<void> {
  for (let tries = 0; tries < 150; tries += 1) {
    if (isSo()) return
    await pause(100)
  }
  throw new Error('Redis did not come to be as it should')
}
