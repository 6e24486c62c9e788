import { persianDigits } from '../../identity/digits.ts'

interface Declared {
  readonly name: string
  readonly number: string
  readonly client: string
  /** As it is read: day and hour. */
  readonly day: string
  readonly hour: string
  /** Of the interaction, in Latin letters and digits. */
  readonly reference: string
}

interface Stop {
  readonly title: string
  readonly text: string
}

/** Level 4 in Persian: plain words, short sentences. What is signed (terms, declaration) is said here, too; change
 *  `termsVersion` with the terms. */
export const signatureFa = {
  /** Signed word for word. */
  termsVersion: '1',
  termsLines: (name: string, isHardware: boolean): readonly string[] => [
    `شرایط امضای دیجیتال در پنجره، نسخهٔ ۱`,
    `من، ${name}، می‌خواهم با پنجره امضای دیجیتال بسازم و این‌ها را می‌پذیرم:`,
    `۱. برای من یک کلید امضا و یک گواهی به نام خودم ساخته می‌شود. ${
      isHardware
        ? 'کلید در دستگاه امن سخت‌افزاری می‌ماند و از آن بیرون نمی‌آید.'
        : 'کلید رمزشده و به شکل نرم‌افزاری در پنجره نگهداری می‌شود.'
    }`,
    '۲. هر امضا تنها پس از آن ساخته می‌شود که متن یا سند را ببینم و با کلید عبور خودم تأیید کنم.',
    '۳. امضای دیجیتال من، مانند امضای دست‌نویس، مرا به آنچه امضا کرده‌ام پایبند می‌کند.',
    '۴. کلید عبور و قفل دستگاهم را به کسی نمی‌دهم. اگر گم شد، زود در پنجره آن را عوض می‌کنم تا گواهی پیشین باطل شود.',
    '۵. نام و شمارهٔ ملی من در گواهی است و هر کس که سند امضاشده را ببیند آن‌ها را می‌بیند.',
    '۶. برای هر امضا زمان، اثر آنچه امضا شد و تأیید کلید عبور نگهداری می‌شود، تا اگر اختلافی پیش آمد بتوان آن را سنجید.',
  ],
  /** What is signed when a service asks for level 4 and for nothing else. */
  declarationTitle: 'اظهارنامهٔ ورود',
  declarationLines: ({
    name,
    number,
    client,
    day,
    hour,
    reference,
  }: Declared): readonly string[] => [
    'اظهارنامهٔ ورود با امضای دیجیتال',
    `من، ${name}،`,
    `با شمارهٔ شناسایی ${persianDigits(number)}،`,
    `در ${day}، ساعت ${persianDigits(hour)} به وقت تهران،`,
    `به خدمت «${client}» وارد می‌شوم`,
    'و این ورود را با امضای دیجیتال خود تأیید می‌کنم.',
    `شمارهٔ پیگیری: ${reference}`,
  ],
  reason: {
    declaration: 'ورود با امضای دیجیتال',
  },

  termsTitle: 'امضای دیجیتال برای شما ساخته می‌شود',
  termsText: 'یک بار می‌سازید و از آن پس هر بار تنها با کلید عبور امضا می‌کنید. سه گام کوتاه است:',
  termsSteps: [
    'شرایط را می‌خوانید و می‌پذیرید.',
    'روی همین دستگاه کلید عبور می‌سازید.',
    'همین شرایط را امضا می‌کنید؛ این نخستین امضای شماست.',
  ],
  termsHeading: 'شرایط',
  agree: 'می‌پذیرم و ادامه می‌دهم',
  refuse: 'نمی‌پذیرم',
  certificateName: 'نام شما در گواهی',
  protection: {
    hardware: 'کلید امضای شما در دستگاه امن سخت‌افزاری است.',
    software:
      'کلید امضای شما رمزشده و نرم‌افزاری نگهداری می‌شود، نه در دستگاه سخت‌افزاری. اطمینان آن کمتر است.',
  },

  passkeyTitle: 'کلید عبور امضا را بسازید',
  passkeyText:
    'از این پس با همین کلید امضا می‌کنید: با اثر انگشت، چهره یا رمز صفحهٔ این دستگاه. این‌ها از دستگاه بیرون نمی‌رود.',
  replaceTitle: 'کلید عبور تازه بسازید',
  replaceText:
    'پس از ساختن آن، گواهی پیشین باطل می‌شود و با کلید گم‌شده دیگر نمی‌توان امضا کرد. امضاهای گذشتهٔ شما درست می‌مانند.',
  anotherTitle: 'کلید عبور دیگری بسازید',
  anotherText:
    'روی دستگاه دیگر یا کلید سخت‌افزاری بسازید. از این پس با هر کدام می‌توانید امضا کنید، و گم شدن یکی شما را بازنمی‌دارد.',
  makePasskey: 'ساختن کلید عبور',
  noScript: 'امضا به جاوااسکریپت نیاز دارد. آن را روشن کنید یا از مرورگر دیگری بیایید.',
  noPasskeys: 'این مرورگر کلید عبور ندارد. با گوشی یا مرورگر تازه‌تری بیایید.',

  reviewTitle: {
    terms: 'نخستین امضا: شرایط',
    documents: 'سند را بخوانید و امضا کنید',
    transaction: 'متن را بخوانید و امضا کنید',
    hashes: 'امضای سندهای این خدمت',
    declaration: 'ورود با امضای دیجیتال',
  },
  reviewText: {
    terms: 'شرایطی را که پذیرفتید با کلید عبور خود امضا کنید.',
    documents: 'پیش از امضا همهٔ صفحه‌ها را بخوانید. امضا شما را به این سند پایبند می‌کند.',
    transaction: 'درست همین متن امضا می‌شود. اگر با آن موافق نیستید، امضا نکنید.',
    hashes:
      'پنجره خودِ این سندها را نمی‌بیند و تنها اثر آن‌ها را دارد. تنها اگر سند را نزد خدمت خوانده‌اید امضا کنید.',
    declaration: 'با امضای این اظهارنامه وارد خدمت می‌شوید.',
  },
  signedFor: (client: string) => `خواستهٔ «${client}»`,
  /** What a service says of its documents. */
  purpose: 'بابت',
  documentCount: (count: number) => `${persianDigits(String(count))} سند`,
  viewer: {
    loading: 'سند در حال دریافت است:',
    count: 'صفحهٔ {page} از {of}',
    smaller: 'کوچک‌تر',
    larger: 'بزرگ‌تر',
    failed: 'سند را اینجا نمی‌شود نشان داد. پیش از امضا آن را دریافت کنید و بخوانید.',
    kilobytes: 'کیلوبایت',
  },
  itemHash: 'اثر (SHA-256)',
  itemSize: 'اندازه',
  show: 'دیدن سند',
  download: 'دریافت سند',
  page: (page: number, pages: number) =>
    `صفحهٔ ${persianDigits(String(page))} از ${persianDigits(String(pages))}`,
  nextPage: 'صفحهٔ بعد',
  previousPage: 'صفحهٔ پیش',
  viewFailed: 'سند در این‌جا نشان داده نشد. آن را دریافت کنید و پیش از امضا بخوانید.',
  certificateTitle: 'گواهی شما',
  certificateSubject: 'به نام',
  certificateIssuer: 'صادرکننده',
  certificateUntil: 'معتبر تا',
  sign: 'می‌خوانم و امضا می‌کنم',
  signAll: (count: number) => `امضای هر ${persianDigits(String(count))} سند`,
  refuseSigning: 'امضا نمی‌کنم',
  lostPasskey: 'کلید عبورم را گم کرده‌ام',
  anotherPasskey: 'افزودن کلید عبور دیگر',
  back: 'بازگشت به امضا',
  lostHint: 'برای کلید تازه، چهرهٔ شما دوباره تأیید می‌شود.',
  timeLeft: 'زمان مانده برای امضا',

  unfitTitle: 'این سند امضا نمی‌شود',
  unfitText: (name: string) => `سند «${name}» را نمی‌توان امضا کرد، و چیزی امضا نشد:`,
  unfitDo: 'به خدمت بگویید نسخهٔ درستی بفرستد.',
  unfit: {
    javascript: 'در آن برنامه (جاوااسکریپت) هست که می‌تواند آنچه را می‌بینید عوض کند.',
    launch_action: 'می‌تواند برنامه‌ای را روی دستگاه باز کند.',
    changing_action: 'می‌تواند بخشی از خود را پنهان یا عوض کند.',
    optional_content: 'لایه‌هایی دارد که گاهی دیده می‌شوند و گاهی نه.',
    dynamic_form: 'فرم پویا (XFA) است و در هر برنامه جور دیگری دیده می‌شود.',
    rich_media: 'فیلم یا محتوای متحرک دارد.',
    not_pdf: 'پروندهٔ PDF نیست.',
    too_large: 'بیش از اندازه بزرگ است.',
    too_complex: 'ساختار آن بیش از اندازه پیچیده است.',
    damaged: 'آسیب دیده است.',
    damaged_signed: 'آسیب دیده و امضای دیگری دارد که با ترمیم آن از بین می‌رود.',
    password_needed: 'برای باز شدن رمز می‌خواهد.',
    encryption_unsupported: 'برای گیرندگان خاصی رمز شده است.',
    permissions_forbid: 'صاحب آن امضا کردنش را ممنوع کرده است.',
    certified_final: 'امضای پیشین آن، هر امضای دیگری را ممنوع کرده است.',
    place_invalid: 'جایی که برای امضا خواسته شده در صفحه نیست.',
    certificate_revoked: 'گواهی امضا باطل شده است.',
    certificate_status_unknown: 'اعتبار گواهی اکنون روشن نیست.',
    other: 'با قاعده‌های امضا جور نیست.',
  } as Record<string, string>,

  stopReturn: 'بازگشت به خدمت',
  stopAgain: 'دوباره امتحان می‌کنم',
  comeBack: (when: string) => `از ساعت ${persianDigits(when)} می‌توانید دوباره امتحان کنید.`,
  stops: {
    not_identified: {
      title: 'نام شما برای گواهی روشن نیست',
      text: 'مشخصات شما در سامانه‌های ملی تأیید نشده یا نام ثبت‌شده برای گواهی پذیرفتنی نیست. از ثبت احوال یا همین خدمت بپرسید.',
    },
    unavailable: {
      title: 'اکنون نمی‌توان امضا کرد',
      text: 'یکی از سامانه‌های امضا پاسخ نمی‌دهد. چیزی امضا نشد. چند دقیقهٔ دیگر دوباره امتحان کنید.',
    },
    too_many: {
      title: 'برای امنیت شما، کمی درنگ می‌کنیم',
      text: 'چند بار امتحان کردید و نشد. چیزی امضا نشد.',
    },
    too_much: {
      title: 'بیش از پنجاه امضا در یک بار',
      text: 'این خدمت بیش از آن خواسته که بتوانید یک‌جا بخوانید. از خدمت بخواهید در چند بار بفرستد.',
    },
    request_gone: {
      title: 'این درخواست امضا پیدا نشد',
      text: 'به خدمت برگردید و بخواهید درخواست را دوباره بفرستد.',
    },
    request_over: {
      title: 'زمان این درخواست امضا گذشته است',
      text: 'پیش از این امضا، رد یا لغو شده، یا مهلت آن تمام شده است. نتیجه را در خدمت ببینید.',
    },
    not_intended: {
      title: 'این سند برای امضای کس دیگری است',
      text: 'با حساب خودتان وارد شده‌اید، ولی خدمت امضای شخص دیگری را خواسته است. به خدمت برگردید.',
    },
    not_your_turn: {
      title: 'هنوز نوبت شما نیست',
      text: 'کسی باید پیش از شما امضا کند. پس از آن، خدمت شما را دوباره به این‌جا می‌آورد.',
    },
    already_signed: {
      title: 'شما پیش از این امضا کرده‌اید',
      text: 'امضای شما روی این سند هست و نیازی به امضای دوباره نیست. به خدمت برگردید.',
    },
    credential_gone: {
      title: 'گواهی خواسته‌شده برقرار نیست',
      text: 'خدمت گواهی‌ای را خواسته که از آنِ شما نیست یا باطل شده است. به خدمت برگردید و دوباره آغاز کنید.',
    },
    text_unfit: {
      title: 'این متن را نمی‌توان امضا کرد',
      text: 'در آن نشانه‌های پنهانی هست که دیده نمی‌شوند. به خدمت بگویید متن ساده‌ای بفرستد.',
    },
  } satisfies Record<string, Stop>,
}

export const signatureErrorsFa = {
  signature_failed:
    'کلید عبور پذیرفته نشد و چیزی امضا نشد. با همان کلیدی که برای امضا ساختید دوباره امتحان کنید.',
  signature_expired: 'زمان تمام شد و چیزی امضا نشد. بخوانید و دوباره امضا کنید.',
  signature_replayed: 'این تأیید یک بار به کار رفته بود. دوباره امضا کنید.',
  signature_passkey_failed: 'کلید عبور ساخته نشد. دوباره امتحان کنید.',
  signature_passkey_weak:
    'این کلید عبور میان دستگاه‌ها رونوشت می‌شود و برای امضا پذیرفته نیست. با کلید سخت‌افزاری یا گوشی دیگری بیایید.',
  signature_changed: 'آنچه باید امضا شود در این میان عوض شد. دوباره بخوانید.',
  signature_prove_again:
    'برای ساختن کلید عبور تازه، از نو خود را نشان دهید. سپس در صفحهٔ امضا همان دکمه را دوباره بزنید.',
} satisfies Record<string, string>
