export type Lang = 'fa' | 'en'

const fa = {
  title: 'چاپخانهٔ کارت‌های نمونه',
  tagline:
    'برای آدم‌های ساختگی این نمایش، کارتی با عکس خودتان بسازید و جلوی دوربین پنجره بگیرید، یا ذخیره کنید و بفرستید. عکس شما نگه داشته نمی‌شود.',
  skip: 'رفتن به فرم',
  person: 'کارت برای',
  state: 'اعتبار',
  valid: 'معتبر',
  expired: 'تمام شده',
  digits: 'رقم‌ها',
  persian: 'فارسی',
  latin: 'لاتین',
  portrait: 'عکس روی کارت',
  upload: 'از پرونده',
  camera: 'روشن کردن دوربین',
  take: 'عکس بگیر',
  drawn: 'بی عکس، کارتی با چهرهٔ نقاشی‌شده ساخته می‌شود: خوانده می‌شود، ولی چهرهٔ کسی نیست.',
  ready: 'عکس آماده است',
  make: 'کارت را بساز',
  making: 'در حال ساختن …',
  save: 'ذخیرهٔ کارت',
  failed: 'نشد: عکس دیگری (JPEG، PNG یا WebP تا ۸ مگابایت) بدهید.',
  noCamera: 'دوربینی نیست یا اجازه داده نشد؛ عکس را از پرونده بدهید.',
  card: 'کارت نمونه',
  big: 'برای نشان دادن به دوربین، روشنایی صفحه را زیاد و این پنجره را بزرگ کنید.',
}

export type Text = typeof fa

export const TEXTS: Readonly<Record<Lang, Text>> = {
  fa,
  en: {
    title: 'Press of sample cards',
    tagline:
      'Make a card with your own picture for one of the made-up people, and hold it before the window’s camera, or save it and send it. Your picture is not kept.',
    skip: 'Skip to the form',
    person: 'Card for',
    state: 'Validity',
    valid: 'valid',
    expired: 'expired',
    digits: 'Digits',
    persian: 'Persian',
    latin: 'Latin',
    portrait: 'Picture on the card',
    upload: 'From a file',
    camera: 'Switch the camera on',
    take: 'Take the picture',
    drawn: 'Without a picture the card gets a drawn face: it can be read, but it is nobody’s face.',
    ready: 'The picture is ready',
    make: 'Make the card',
    making: 'Making it …',
    save: 'Save the card',
    failed: 'That failed: give another picture (JPEG, PNG or WebP, up to 8 MB).',
    noCamera: 'There is no camera, or it is not allowed: give the picture as a file.',
    card: 'Sample card',
    big: 'To show it to a camera, make the screen bright and this window large.',
  },
}

/** What the address says, else what the browser prefers, else Persian. */
export function langOf(asked: unknown, accepted: string): Lang {
  if (asked === 'fa' || asked === 'en') return asked
  return /^en\b/i.test(accepted.trim()) ? 'en' : 'fa'
}
