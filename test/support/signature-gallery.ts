import { PDFDocument } from '@cantoo/pdf-lib'
import { signaturePages } from '../../interactions/signature/page.ts'
import { printed } from '../../src/signing/paper/print.ts'
import {
  SIGNATURE_STOPS,
  SignatureState,
  type ReviewSeal,
  type SignatureError,
} from '../../interactions/signature/state.ts'
import type { Locale } from '../../src/identity/locale.ts'
import type { PageProps } from '../../src/pages/layout.ts'
import { frame } from '../../src/pages/interaction-frame.ts'
import { texts } from '../../src/pages/text/index.ts'
import { minimalPdf } from '../signing/support/minimal-pdf.ts'

type Draw = (locale: Locale) => { toString(): string }
type Props = (locale: Locale) => PageProps

const NOW = 1_700_000_000_000
const HASH = '2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae'
const PASSKEY = { kind: 'passkey', options: '{}', expiresAt: NOW, challenge: 'c' } as const
const NAME = 'سارا نمونه‌زاده'
const FILES_AT = '/signature/files'
const TRANSFER =
  'انتقال ۱۲٬۵۰۰٬۰۰۰ ریال\nبه حساب IR06 0960 0000 0010 0324 2000 01\nبابت خرید زمین، قرارداد ۱۴۰۵/۷۷۲۳۱'
const SAD = {
  id: 'a',
  subjectId: 's',
  clientId: 'c',
  credentialId: 'k',
  hashes: [HASH],
  text: 'x',
  nonce: 'n',
  expiresAt: NOW,
} as const

interface Item {
  readonly name: string
  readonly file?: string
}

function review(
  what: string,
  text: string,
  items: readonly Item[],
  seals: readonly ReviewSeal[] = [],
): SignatureState {
  return SignatureState.parse({
    kind: 'review',
    what,
    seals,
    text,
    items: items.map((item) => ({ ...item, sha256: HASH, size: item.file ? 48_213 : undefined })),
    options: '{}',
    expiresAt: NOW + 245_000,
    certificate: { subject: NAME, issuer: 'مرکز گواهی نمونه', until: NOW + 63_072_000_000 },
    protection: 'software',
    plan: { sad: SAD, at: NOW, seed: 's', locale: 'fa', versions: {}, files: {} },
  })
}

/** The pages of level 4, with something in all of their places. */
export function signatureGallery(props: Props): Readonly<Record<string, Draw>> {
  const page =
    (state: SignatureState, error?: SignatureError): Draw =>
    (locale) =>
      frame({
        ...props(locale),
        levelText: texts(locale).level(4),
        body: signaturePages[state.kind]({
          state,
          locale,
          error,
          now: NOW,
          alternatives: [],
          mayFallBack: false,
          filesAt: FILES_AT,
        }),
        error,
        action: '/signature',
        csrf: 'c',
        place: `signature/${state.kind}`,
      })
  const drawn: Record<string, Draw> = {
    'signature-terms': (locale) =>
      page({
        kind: 'terms',
        name: NAME,
        text: texts(locale).signature.termsLines(NAME, false).join('\n'),
        protection: 'software',
      })(locale),
    'signature-passkey': page({ ...PASSKEY, isReplacing: false, isAdditional: false }),
    'signature-passkey-replace': page(
      { ...PASSKEY, isReplacing: true, isAdditional: false },
      'signature_passkey_failed',
    ),
    'signature-passkey-another': page({ ...PASSKEY, isReplacing: false, isAdditional: true }),
    'signature-first': (locale) =>
      page(
        review('terms', texts(locale).signature.termsLines(NAME, false).join('\n'), [
          { name: texts(locale).signature.termsHeading },
        ]),
      )(locale),
    'signature-document': page(
      review(
        'documents',
        'قرارداد اجارهٔ آپارتمان، خیابان بهار',
        [{ name: 'قرارداد-اجاره.pdf', file: 'contract.pdf' }],
        [
          { order: 'before', by: 'سازمان ثبت نمونه' },
          { order: 'after', by: 'سازمان ثبت نمونه' },
        ],
      ),
    ),
    'signature-documents': page(
      review('documents', 'قرارداد اجاره', [
        { name: 'قرارداد.pdf', file: 'contract.pdf' },
        { name: 'annex-with-a-long-name-that-goes-on-and-on-2026-final.pdf', file: 'annex.pdf' },
      ]),
      'signature_failed',
    ),
    'signature-broken': page(
      review('documents', 'قرارداد اجاره', [{ name: 'قرارداد.pdf', file: 'broken.pdf' }]),
    ),
    'signature-transaction': page(review('transaction', TRANSFER, [{ name: '1405-77231' }])),
    'signature-hashes': page(
      review('hashes', 'سند مالکیت\nپیوست ۱\nDeed 3', [
        { name: 'سند مالکیت' },
        { name: 'پیوست ۱' },
        { name: 'Deed 3' },
      ]),
      'signature_expired',
    ),
    'signature-declaration': (locale) =>
      page(
        review('declaration', declarationIn(locale), [
          { name: texts(locale).signature.declarationTitle, file: 'declaration.pdf' },
        ]),
      )(locale),
    'signature-unfit': page({ kind: 'unfit', name: 'form.pdf', reason: 'javascript' }),
  }
  for (const why of SIGNATURE_STOPS) {
    const tryAt = why === 'too_many' ? NOW + 3_600_000 : undefined
    drawn[`signature-stop-${why}`] = page({ kind: 'stopped', why, tryAt })
  }
  return drawn
}

const declarationIn = (locale: Locale) =>
  texts(locale)
    .signature.declarationLines({
      name: NAME,
      number: '9990000018',
      client: 'سازمان ثبت اسناد',
      day: locale === 'fa' ? '۲ فروردین ۱۴۰۵' : '22 March 2026',
      hour: '11:30',
      reference: 'q7Jm2x0KfW8v',
    })
    .join('\n')

const random = { bytes: (length: number) => Buffer.alloc(length, 7) }
const textPage = (text: string) =>
  printed(
    {
      locale: 'fa',
      lines: text.split('\n').map((one, at) => ({ kind: at === 0 ? 'title' : 'body', text: one })),
    },
    random,
  )

/** What the viewers of these pages fetch. */
export async function signatureFiles(): Promise<ReadonlyMap<string, Buffer>> {
  const files = {
    'contract.pdf': await joined(CONTRACT.map((text) => textPage(text))),
    'annex.pdf': minimalPdf({ pages: 2 }),
    'declaration.pdf': textPage(declarationIn('fa')),
    'broken.pdf': Buffer.from('%PDF-1.7\nnot really'),
  }
  return new Map(Object.entries(files).map(([name, file]) => [`${FILES_AT}/${name}`, file]))
}

const CLAUSE = (at: string) =>
  `مادهٔ ${at}. موجر متعهد می‌شود مورد اجاره را سالم و با همهٔ وسایل آن در تاریخ آغاز قرارداد به مستأجر بسپارد و مستأجر اجاره‌بها را تا پنجم هر ماه بپردازد.`
const CONTRACT = ['۱', '۲', '۳'].map((page) =>
  [`قرارداد اجاره، برگ ${page}`, ...['۱', '۲', '۳', '۴'].map((at) => CLAUSE(`${page}-${at}`))].join(
    '\n',
  ),
)

async function joined(papers: readonly Uint8Array[]): Promise<Buffer> {
  const whole = await PDFDocument.create()
  for (const paper of papers) {
    const one = await PDFDocument.load(paper)
    for (const page of await whole.copyPages(one, one.getPageIndices())) whole.addPage(page)
  }
  return Buffer.from(await whole.save())
}
