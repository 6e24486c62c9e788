import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { readMetadata } from '../../src/cli/client-metadata.ts'
import { openWindow, type TestWindow } from '../support/window.ts'

const TEXT = readFileSync(new URL('../../docs/relying-party.md', import.meta.url), 'utf8')
const CLIENTS = [...TEXT.matchAll(/```json\n([\s\S]*?)```/g)].map(
  ([, json = '']) => JSON.parse(json) as { client_id: string },
)

let window: TestWindow
let discovery: Record<string, unknown>
let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'panjereh-docs-'))
  window = await openWindow()
  const answer = await fetch(`${window.url}/.well-known/openid-configuration`)
  discovery = (await answer.json()) as Record<string, unknown>
})
afterAll(async () => {
  await window.close()
  await rm(directory, { recursive: true })
})

describe('the page for relying parties', () => {
  it('names no endpoint that is not there', () => {
    const named = new Set([...TEXT.matchAll(/\/oauth2\/\w+/g)].map(([path]) => path))
    expect(named.size).toBeGreaterThan(8)
    for (const path of named) expect(Object.values(discovery)).toContain(`${window.url}${path}`)
  })

  it.each(CLIENTS.map((client) => [client.client_id, client] as const))(
    'has metadata that the window takes: %s',
    async (clientId, client) => {
      const file = join(directory, `${clientId}.json`)
      await writeFile(file, JSON.stringify(client))
      const secret = { client_secret: 's'.repeat(43) }
      const read = await readMetadata(clientId, { file })
      const isSecret = client.client_id === 'my-service'
      await window.ports.clients.put({ ...read, ...(isSecret ? secret : {}) })
      const answer = await fetch(`${window.url}/oauth2/token`, {
        method: 'POST',
        body: new URLSearchParams({ client_id: clientId, grant_type: 'client_credentials' }),
      })
      // It is found, its metadata are right, and it has proved nothing.
      expect(await answer.json()).toMatchObject({ error: 'invalid_client' })
    },
  )

  it('names features as discovery has them', () => {
    expect(discovery['grant_types_supported']).toContain(
      'urn:ietf:params:oauth:grant-type:device_code',
    )
    expect(discovery['authorization_details_types_supported']).toEqual(['ir.service_request'])
    expect(discovery['request_object_encryption_alg_values_supported']).toEqual(['ECDH-ES'])
    expect(discovery['backchannel_logout_session_supported']).toBe(true)
    expect(discovery['frontchannel_logout_supported']).not.toBe(true)
  })
})
