import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { openWindow, type TestWindow } from '../support/window.ts'

const DOCUMENTATION = 'https://window.example.ir/engineers'

describe('discovery', () => {
  let window: TestWindow
  let found: Record<string, unknown>

  beforeAll(async () => {
    window = await openWindow({
      env: {
        PANJEREH_POLICY_URL: 'https://window.example.ir/policy',
        PANJEREH_DOCUMENTATION_URL: DOCUMENTATION,
      },
    })
    const answer = await fetch(`${window.url}/.well-known/openid-configuration`)
    found = (await answer.json()) as Record<string, unknown>
  })
  afterAll(() => window?.close())

  it('leads agencies to what the operator has written for them, and to nothing else', () => {
    expect(found).toMatchObject({
      op_policy_uri: 'https://window.example.ir/policy',
      service_documentation: DOCUMENTATION,
    })
    expect(found).not.toHaveProperty('op_tos_uri')
  })

  it('is the same whatever host the request names', async () => {
    const headers = { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' }
    const asked = await fetch(`${window.url}/.well-known/openid-configuration`, { headers })
    expect(await asked.json()).toEqual(found)
  })
})
