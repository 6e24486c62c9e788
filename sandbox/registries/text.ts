import type { Fault, ServiceName } from './faults.ts'

export type Lang = 'fa' | 'en'

const fa = {
  title: 'سامانه‌های ملی آزمایشی',
  tagline:
    'شاهکار، ثبت احوال، اتباع، اشخاص حقوقی و کد پستی، با آدم‌های ساختگی. هر چه این‌جا عوض کنید، پنجره در پرسش بعدی می‌بیند.',
  skip: 'رفتن به فهرست',
  people: 'آدم‌ها: این‌ها را در پنجره بنویسید',
  mobiles: 'شمارهٔ همراه',
  noMobile: 'ندارد',
  nationalId: 'کد ملی',
  birthDate: 'تاریخ تولد',
  jalali: 'شمسی',
  gregorian: 'میلادی',
  mandates: 'نمایندگی',
  dead: 'درگذشته',
  die: 'درگذشت',
  live: 'زنده است',
  lose: 'شماره‌ها به نام دیگری شد',
  rename: 'تغییر نام خانوادگی',
  revoke: 'لغو نمایندگی‌ها',
  restore: 'بازگرداندن نمایندگی‌ها',
  faults: 'رفتار سامانه‌ها',
  set: 'همین شود',
  reset: 'همه چیز مانند آغاز',
  now: 'اکنون',
  documents: {
    passport: 'گذرنامه',
    amayesh: 'کارت آمایش',
    refugee_card: 'کارت پناهندگی',
    unique_code: 'کد فراگیر',
  },
  services: {
    shahkar: 'شاهکار',
    civil: 'ثبت احوال',
    foreigners: 'اتباع خارجی',
    legal_entities: 'اشخاص حقوقی',
    post_codes: 'کد پستی',
    'u-id': 'شاهکار از راه فروشنده',
  } satisfies Record<ServiceName, string>,
  kinds: {
    none: 'درست',
    slow: 'کند (۱۰ ثانیه)',
    hang: 'بی‌پاسخ',
    down: 'از کار افتاده',
    flapping: 'یکی در میان',
    quota: 'سهمیه تمام شده',
    maintenance: 'در دست تعمیر',
    malformed: 'پاسخ درهم',
    wrong_type: 'کد به شکل متن',
    duplicate: 'شناسهٔ تکراری',
    other_request: 'پاسخ درخواست دیگر',
    unknown_code: 'کد ناشناخته',
    unauthorized: 'دسترسی ندارد',
  } satisfies Record<Fault['kind'], string>,
}

export type Text = typeof fa

export const TEXTS: Readonly<Record<Lang, Text>> = {
  fa,
  en: {
    title: 'Sample national registries',
    tagline:
      'Shahkar, Civil Registry, foreign nationals, legal entities and post codes, with made-up people. What you change here the window sees at its next question.',
    skip: 'Skip to the list',
    people: 'People: enter these in the window',
    mobiles: 'Mobile',
    noMobile: 'none',
    nationalId: 'National ID',
    birthDate: 'Date of birth',
    jalali: 'Iranian calendar',
    gregorian: 'Gregorian',
    mandates: 'Acts for',
    dead: 'deceased',
    die: 'Dies',
    live: 'Is alive',
    lose: 'Loses the numbers',
    rename: 'Changes the family name',
    revoke: 'Loses the mandates',
    restore: 'Gets the mandates back',
    faults: 'How the registries behave',
    set: 'Set',
    reset: 'Everything as at the start',
    now: 'now',
    documents: {
      passport: 'Passport',
      amayesh: 'Amayesh card',
      refugee_card: 'Refugee card',
      unique_code: 'Unique code',
    },
    services: {
      shahkar: 'Shahkar',
      civil: 'Civil Registry',
      foreigners: 'Foreign nationals',
      legal_entities: 'Legal entities',
      post_codes: 'Post codes',
      'u-id': 'Shahkar by a reseller',
    },
    kinds: {
      none: 'well',
      slow: 'slow (10 seconds)',
      hang: 'never answers',
      down: 'down',
      flapping: 'down every other time',
      quota: 'quota exhausted',
      maintenance: 'maintenance',
      malformed: 'malformed answer',
      wrong_type: 'code as text',
      duplicate: 'duplicate request id',
      other_request: 'answer to another request',
      unknown_code: 'unknown code',
      unauthorized: 'unauthorized',
    },
  },
}

/** What the address says, else what the browser prefers, else Persian. */
export function langOf(asked: unknown, accepted: string): Lang {
  if (asked === 'fa' || asked === 'en') return asked
  return /^en\b/i.test(accepted.trim()) ? 'en' : 'fa'
}
