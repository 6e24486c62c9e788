import type { FaultKind, ServiceName } from './faults.ts'

export type Lang = 'fa' | 'en'

const fa = {
  title: 'مرکز گواهی آزمایشی',
  tagline:
    'ریشه، مرکز میانی، وضعیت گواهی و مهر زمان، همه ساختگی. گواهی‌های این‌جا هیچ ارزش حقوقی ندارند.',
  skip: 'رفتن به محتوا',
  trust: 'گواهی ریشه (برای افزودن به اعتبارسنج‌ها)',
  issued: 'گواهی‌هایی که صادر شده‌اند',
  none: 'هنوز هیچ',
  revoke: 'باطل شود',
  revoked: 'باطل شده',
  faults: 'رفتار خدمت‌ها',
  set: 'همین شود',
  services: {
    tsa: 'مهر زمان یکم',
    tsa2: 'مهر زمان دوم',
    ocsp: 'وضعیت برخط گواهی',
    crl: 'فهرست گواهی‌های باطل‌شده',
    est: 'صدور گواهی',
  } satisfies Record<ServiceName, string>,
  kinds: {
    none: 'درست',
    slow: 'کند',
    hang: 'بی‌پاسخ',
    down: 'از کار افتاده',
    malformed: 'پاسخ بی‌معنی',
    huge: 'پاسخ بیش از اندازه بزرگ',
    rejected: 'رد می‌کند',
    wrong_nonce: 'عدد یک‌بارمصرفِ نادرست',
    wrong_imprint: 'مهر بر چیز دیگر',
    wrong_certificate: 'گواهی بی‌اجازه',
    past: 'ساعتِ یک سال پیش',
    expired: 'پاسخ کهنه',
    unauthorized: 'پاسخ‌گوی بی‌اجازه',
    try_later: 'بعداً بپرسید',
    unknown: 'ناشناخته',
    revoked: 'همه باطل‌اند',
    pending: 'باید صبر کرد',
  } satisfies Record<FaultKind, string>,
}

export type Text = typeof fa

const en: Text = {
  title: 'Sample certification authority',
  tagline:
    'Root, issuing authority, certificate status and time stamps, all of them made up. Certificates from here have no legal value.',
  skip: 'Skip to content',
  trust: 'Root certificate (to add to validators)',
  issued: 'Certificates that were issued',
  none: 'None yet',
  revoke: 'Revoke',
  revoked: 'revoked',
  faults: 'How the services behave',
  set: 'Set',
  services: {
    tsa: 'Time stamps, first',
    tsa2: 'Time stamps, second',
    ocsp: 'Certificate status (OCSP)',
    crl: 'Revocation lists (CRL)',
    est: 'Enrolment (EST)',
  },
  kinds: {
    none: 'well',
    slow: 'slow',
    hang: 'no answer',
    down: 'down',
    malformed: 'meaningless answer',
    huge: 'answer far too long',
    rejected: 'refuses',
    wrong_nonce: 'wrong nonce',
    wrong_imprint: 'stamps something else',
    wrong_certificate: 'certificate without the right',
    past: 'a year behind',
    expired: 'stale answer',
    unauthorized: 'responder without the right',
    try_later: 'try later',
    unknown: 'unknown',
    revoked: 'all are revoked',
    pending: 'must wait',
  },
}

export const TEXTS: Readonly<Record<Lang, Text>> = { fa, en }

export function langOf(asked: unknown, accepted: string): Lang {
  if (asked === 'fa' || asked === 'en') return asked
  return /^en\b/i.test(accepted) ? 'en' : 'fa'
}
