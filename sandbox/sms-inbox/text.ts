export type Lang = 'fa' | 'en'

const fa = {
  title: 'صندوق پیامک آزمایشی',
  tagline: 'پیامک‌هایی که پنجره روی همین رایانه می‌فرستد، این‌جا می‌آید.',
  none: 'هنوز پیامکی نیامده است.',
  copy: 'رونوشت رمز',
  copied: 'رونوشت شد',
  to: 'به',
  by: 'از راه',
  at: 'ساعت',
  skip: 'رفتن به پیامک‌ها',
}

export type Text = typeof fa

export const TEXTS: Readonly<Record<Lang, Text>> = {
  fa,
  en: {
    title: 'Sample SMS inbox',
    tagline: 'The messages that the window on this machine sends arrive here.',
    none: 'No message yet.',
    copy: 'Copy the code',
    copied: 'Copied',
    to: 'To',
    by: 'by',
    at: 'at',
    skip: 'Skip to the messages',
  },
}

/** What the address says, else what the browser prefers, else Persian. */
export function langOf(asked: unknown, accepted: string): Lang {
  if (asked === 'fa' || asked === 'en') return asked
  return /^en\b/i.test(accepted.trim()) ? 'en' : 'fa'
}
