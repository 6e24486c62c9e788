import { describe, expect, it } from '@jest/globals'
import { OTP_ERRORS } from '../../interactions/otp/state.ts'
import { otpPages } from '../../interactions/otp/page.ts'
import { PASSKEY_ERRORS } from '../../interactions/passkey/state.ts'
import { loadAssets } from '../../src/pages/assets.ts'
import { frame } from '../../src/pages/interaction-frame.ts'
import type { Markup } from '../../src/pages/markup.ts'
import { en } from '../../src/pages/text/en.ts'
import { fa } from '../../src/pages/text/fa.ts'

function keysOf(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [`${path}: ${typeof value}`]
  return Object.entries(value).flatMap(([key, inner]) => keysOf(inner, `${path}.${key}`))
}

describe('texts', () => {
  it('has the same keys in Persian and in English', () => {
    expect(keysOf(en).sort()).toEqual(keysOf(fa).sort())
  })

  it.each([...OTP_ERRORS, ...PASSKEY_ERRORS])('says %s in both', (error) => {
    for (const text of [fa, en]) expect(text.error[error]).toMatch(/\S{2}/)
    expect(fa.error[error]).toMatch(/[آ-ی]/)
  })
})

describe('escaping', () => {
  const number = (given: string) =>
    otpPages.number({
      state: { kind: 'number', given },
      locale: 'en',
      now: 0,
      alternatives: [],
      mayFallBack: false,
    })
  function drawn(client: string, given = ''): string {
    const page: Markup = frame({
      locale: 'en',
      assets: loadAssets(),
      client: { name: client, host: 'a.example' },
      levelText: '',
      body: number(given),
      action: '/',
      csrf: 'c',
    })
    return page.toString()
  }

  it('prints a client name as text', () => {
    const page = drawn('<script>alert(1)</script>')
    expect(page).not.toContain('<script>alert')
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
  })

  it('keeps what was typed inside its attribute', () => {
    const page = drawn('A', `"' onfocus="alert(1)" x='`)
    expect(page).not.toContain('" onfocus="')
    expect(page).toContain('value="&quot;&#39; onfocus=&quot;alert(1)&quot; x=&#39;"')
  })
})
