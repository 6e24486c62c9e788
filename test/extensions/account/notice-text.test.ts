import { describe, expect, it } from '@jest/globals'
import { noticeText, type Told } from '../../../src/extensions/account/notice-text.ts'
import { NOTICE_KINDS } from '../../../src/ports/citizen-notices.ts'

const told: Told = {
  kind: 'signed',
  client: 'سازمان نمونه',
  count: 2,
  at: Date.UTC(2026, 10, 26, 10, 50),
  host: 'panjereh.example',
}

describe('a message to a citizen', () => {
  it('says who, how many, when, and what to do, in Persian', () => {
    expect(noticeText('fa', told)).toBe(
      'پنجره: ۲ مورد برای «سازمان نمونه» به نام شما امضا شد (۱۴:۲۰ – ۵ آذر ۱۴۰۵).\nکار شما نبود؟ در panjereh.example گواهی امضا را باطل کنید.',
    )
  })

  it('and in English', () => {
    expect(noticeText('en', { ...told, client: 'Sample Agency', count: 1 })).toBe(
      'Panjereh: 1 item was signed in your name for "Sample Agency" (14:20 – 26 November 2026).\nNot you? Revoke your certificate at panjereh.example.',
    )
  })

  it.each(NOTICE_KINDS)('of a kind of its own for %s, with the host and no link', (kind) => {
    for (const locale of ['fa', 'en'] as const) {
      const text = noticeText(locale, { ...told, kind })
      expect(text).toContain('panjereh.example')
      expect(text).not.toMatch(/https?:|\//)
      // Four parts of UCS-2 at most.
      expect(text.length).toBeLessThanOrEqual(4 * 67)
    }
  })

  it.each([
    ['an address', 'Bank pay.evil.example/x?y=1', 'Bank pay evil example x y 1'],
    ['a scheme', 'https://evil', 'https evil'],
    ['a number to ring', 'Bank +98 912 000 0000', 'Bank'],
    ['a number in Persian digits', 'بانک ۰۹۱۲۰۰۰۰۰۰۰', 'بانک'],
  ])('makes no link of a service’s name: %s', (_what, client, shown) => {
    expect(noticeText('en', { ...told, client })).toContain(`for "${shown}" (`)
  })

  it('is no place for a long name', () => {
    const text = noticeText('en', { ...told, client: 'x'.repeat(500) })
    expect(text).toContain(`"${'x'.repeat(40)}"`)
  })
})
