import { styleSheet as agencyStyle } from '../../sandbox/demo-agency/layout.ts'
import {
  pressPage,
  script as pressScript,
  styleSheet as pressStyle,
} from '../../sandbox/card-press/page.ts'
import {
  inboxPage,
  script as inboxScript,
  styleSheet as inboxStyle,
} from '../../sandbox/sms-inbox/page.ts'
import type { Message } from '../../sandbox/sms-inbox/messages.ts'
import { controlPage, styleSheet as registriesStyle } from '../../sandbox/registries/page.ts'
import { faultBoard } from '../../sandbox/registries/faults.ts'
import { peopleBook } from '../../sandbox/registries/people.ts'
import { noticeText } from '../../src/extensions/account/notice-text.ts'
import type { Locale } from '../../src/identity/locale.ts'
import { AGENCY_PAGES } from './agency-gallery.ts'

const MESSAGES: readonly Message[] = [
  {
    id: 3,
    to: '+989123456789',
    text: noticeText('fa', {
      ...{ kind: 'signed', client: 'سازمان نمونه', count: 2 },
      ...{ at: Date.UTC(2023, 10, 14, 22, 14), host: 'localhost' },
    }),
    at: '2023-11-14T22:14:20.000Z',
    gateway: 'kavenegar',
    fate: 'delivered',
  },
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
  press: (lang: Locale) => pressPage(lang),
  registries: (lang: Locale) => controlPage(peopleBook().list(), faultBoard(), lang),
}

/** Programs of the simulated world that are not the agency, by a word in their pages' names. */
const PROGRAMS = {
  inbox: { style: inboxStyle, script: inboxScript },
  registries: { style: registriesStyle, script: '' },
  press: { style: pressStyle, script: pressScript },
} as const
const AGENCY = { style: agencyStyle, script: '' }

/** What these pages fetch. Each program serves its own under the same names. */
export function sandboxFile(path: string, page = ''): { type: string; body: string } | undefined {
  const [, own = AGENCY] =
    Object.entries(PROGRAMS).find(([name]) => page.includes(`/${name}`)) ?? []
  const files: Readonly<Record<string, { type: string; body: string }>> = {
    '/style.css': { type: 'text/css', body: own.style },
    '/script.js': { type: 'text/javascript', body: own.script },
    '/newest': {
      type: 'application/json',
      body: JSON.stringify({ id: page.includes('empty') ? 0 : MESSAGES[0]?.id }),
    },
  }
  return Object.hasOwn(files, path) ? files[path] : undefined
}
