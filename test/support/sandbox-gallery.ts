import { styleSheet as agencyStyle } from '../../sandbox/demo-agency/layout.ts'
import { inboxPage, script, styleSheet as inboxStyle } from '../../sandbox/sms-inbox/page.ts'
import type { Message } from '../../sandbox/sms-inbox/messages.ts'
import { controlPage, styleSheet as registriesStyle } from '../../sandbox/registries/page.ts'
import { faultBoard } from '../../sandbox/registries/faults.ts'
import { peopleBook } from '../../sandbox/registries/people.ts'
import type { Locale } from '../../src/identity/locale.ts'
import { AGENCY_PAGES } from './agency-gallery.ts'

const MESSAGES: readonly Message[] = [
  {
    id: 2,
    to: '+989123456789',
    text: 'رمز ورود شما به پنجره: ۱۲۳۴۵۶\n\n@localhost #123456',
    code: '123456',
    at: '2023-11-14T22:13:20.000Z',
    gateway: 'kavenegar',
    fate: 'delivered',
  },
  {
    id: 1,
    to: '+989123456789',
    text: 'Your code for Panjereh: 654321\n\n@localhost #654321',
    code: '654321',
    at: '2023-11-14T22:12:20.000Z',
    gateway: 'sms-ir',
    fate: 'delivered',
  },
]

/** The pages of the simulated world. */
export const SANDBOX_PAGES = {
  ...AGENCY_PAGES,
  inbox: (lang: Locale) => inboxPage(MESSAGES, lang),
  'inbox-empty': (lang: Locale) => inboxPage([], lang),
  registries: (lang: Locale) => controlPage(peopleBook().list(), faultBoard(), lang),
}

/** What these pages fetch. Each program serves its own style under one name. */
export function sandboxFile(path: string, page = ''): { type: string; body: string } | undefined {
  const isInbox = page.includes('/inbox')
  const isRegistries = page.includes('/registries')
  const files: Readonly<Record<string, { type: string; body: string }>> = {
    '/style.css': {
      type: 'text/css',
      body: isRegistries ? registriesStyle : isInbox ? inboxStyle : agencyStyle,
    },
    '/script.js': { type: 'text/javascript', body: script },
    '/newest': {
      type: 'application/json',
      body: JSON.stringify({ id: page.includes('empty') ? 0 : MESSAGES[0]?.id }),
    },
  }
  return Object.hasOwn(files, path) ? files[path] : undefined
}
