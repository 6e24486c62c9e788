import { z } from 'zod'

const ROLES = ['managing_director', 'board_member', 'attorney'] as const
const POWERS = ['represent', 'sign', 'finance'] as const

const Mandate = z.object({
  id: z.string().max(40),
  legalId: z.string().regex(/^\d{11}$/),
  role: z.enum(ROLES),
  powers: z.array(z.enum(POWERS)),
  isJoint: z.boolean().default(false),
  /** As the registry writes it: solar Hijri, `14050101`. */
  expiry: z
    .string()
    .regex(/^\d{8}$/)
    .optional(),
  isRevoked: z.boolean().default(false),
})

const Document = z.object({
  kind: z.enum(['passport', 'amayesh', 'refugee_card', 'unique_code']),
  number: z.string().max(40),
  /** ISO 3166-1 alpha-3, of passports. */
  issuer: z.string().max(3).default(''),
  /** Gregorian, `20301231`. */
  expiry: z
    .string()
    .regex(/^\d{8}$/)
    .optional(),
})

/** Somebody whom the sample registries know. All of them are made up. */
export const Persona = z.object({
  id: z
    .string()
    .regex(/^[a-z][a-z0-9-]*$/)
    .max(40),
  about: z.object({ fa: z.string().max(200), en: z.string().max(200) }),
  givenName: z.string().max(60),
  familyName: z.string().max(60),
  fatherName: z.string().max(60).optional(),
  gender: z.enum(['male', 'female']),
  isAlive: z.boolean().default(true),
  /** In the name of this person, as Shahkar has it: 09… */
  mobiles: z.array(z.string().regex(/^09\d{9}$/)),
  /** Iranians: ten digits, and the birth date as `13700101`. */
  nationalId: z
    .string()
    .regex(/^\d{10}$/)
    .optional(),
  birthDate: z.string().regex(/^\d{8}$/),
  /** The civil registry has several records of this person. */
  isMultiple: z.boolean().default(false),
  former: z
    .object({
      givenName: z.string().optional(),
      familyName: z.string().optional(),
      reason: z.enum(['change', 'maiden']),
    })
    .optional(),
  postCode: z
    .string()
    .regex(/^\d{10}$/)
    .optional(),
  /** Base64 of a JPEG or PNG, which the window gets when it asks; without one it has no leave to. */
  portrait: z.base64().max(500_000).optional(),
  /** Foreign nationals. The birth date is Gregorian, `19900115`. */
  documents: z.array(Document).default([]),
  nationality: z.string().length(3).optional(),
  mandates: z.array(Mandate).default([]),
})
export type Persona = z.infer<typeof Persona>
export type PersonaInput = z.input<typeof Persona>

export interface Company {
  readonly legalId: string
  readonly name: string
  readonly isForeign: boolean
  readonly isActive: boolean
}

export const COMPANIES: readonly Company[] = [
  { legalId: '14000000120', name: 'شرکت نمونهٔ البرز', isForeign: false, isActive: true },
  { legalId: '14000000134', name: 'شرکت نمونهٔ دماوند', isForeign: false, isActive: true },
  { legalId: '14000000149', name: 'شرکت منحل نمونه', isForeign: false, isActive: false },
  {
    legalId: '14000000153',
    name: 'Sample Trading GmbH (Tehran Branch)',
    isForeign: true,
    isActive: true,
  },
]

export const ADDRESSES: Readonly<
  Record<string, { province: string; city: string; street: string }>
> = {
  '1136915913': { province: 'تهران', city: 'تهران', street: 'خیابان نمونه، کوچهٔ یکم، پلاک ۳' },
  '8134613954': { province: 'اصفهان', city: 'اصفهان', street: 'خیابان آزمایش، پلاک ۱۲' },
}

const iranian = (n: number, nationalId: string, birthDate: string) => ({
  mobiles: [`0912000000${n}`],
  nationalId,
  birthDate,
})

export const PERSONAS: readonly PersonaInput[] = [
  {
    id: 'sara',
    about: { fa: 'زن ایرانی، همه چیز درست است', en: 'Iranian woman, all is well' },
    givenName: 'سارا',
    familyName: 'نمونه‌زاده',
    fatherName: 'رضا',
    gender: 'female',
    ...iranian(1, '9990000018', '13700101'),
    mobiles: ['09120000001', '09120000021'],
    postCode: '1136915913',
  },
  {
    id: 'reza',
    about: { fa: 'مدیرعامل دو شرکت، یکی خارجی', en: 'directs two companies, one of them foreign' },
    givenName: 'رضا',
    familyName: 'آزمایشی',
    fatherName: 'علی',
    gender: 'male',
    ...iranian(2, '9990000026', '13550620'),
    postCode: '8134613954',
    mandates: [
      {
        id: 'm-1',
        legalId: '14000000120',
        role: 'managing_director',
        powers: ['represent', 'sign', 'finance'],
      },
      {
        id: 'm-2',
        legalId: '14000000153',
        role: 'managing_director',
        powers: ['represent', 'sign'],
        isJoint: true,
      },
    ],
  },
  {
    id: 'mina',
    about: { fa: 'عضو هیئت‌مدیره، بی حق امضا', en: 'board member without the power to sign' },
    givenName: 'مینا',
    familyName: 'ساختگی',
    fatherName: 'حسن',
    gender: 'female',
    ...iranian(3, '9990000034', '13620730'),
    mandates: [{ id: 'm-3', legalId: '14000000134', role: 'board_member', powers: ['represent'] }],
  },
  {
    id: 'omid',
    about: { fa: 'وکیل شرکت، وکالت او تمام شده', en: 'attorney whose mandate has expired' },
    givenName: 'امید',
    familyName: 'فرضی',
    fatherName: 'ناصر',
    gender: 'male',
    ...iranian(4, '9990000042', '13651130'),
    mandates: [
      {
        id: 'm-4',
        legalId: '14000000120',
        role: 'attorney',
        powers: ['represent'],
        expiry: '13990101',
      },
      {
        id: 'm-5',
        legalId: '14000000149',
        role: 'managing_director',
        powers: ['represent', 'sign'],
      },
    ],
  },
  {
    id: 'nima',
    about: { fa: 'خردسال', en: 'a minor' },
    givenName: 'نیما',
    familyName: 'نوجوان',
    fatherName: 'امید',
    gender: 'male',
    ...iranian(5, '9990000050', '13980505'),
  },
  {
    id: 'kamal',
    about: {
      fa: 'درگذشته؛ سیم‌کارت هنوز به نام اوست',
      en: 'deceased; the SIM is still in his name',
    },
    givenName: 'کمال',
    familyName: 'یادی',
    fatherName: 'جلال',
    gender: 'male',
    isAlive: false,
    ...iranian(6, '9990000069', '13200310'),
  },
  {
    id: 'leila',
    about: { fa: 'نام خانوادگی او پس از ازدواج عوض شده', en: 'has another name by marriage' },
    givenName: 'لیلا',
    familyName: 'تازه‌نام',
    fatherName: 'کریم',
    gender: 'female',
    ...iranian(7, '9990000077', '13680215'),
    former: { familyName: 'پیشین', reason: 'maiden' },
  },
  {
    id: 'arash',
    about: { fa: 'نام کوچک او عوض شده', en: 'has changed his given name' },
    givenName: 'آرش',
    familyName: 'نمونه',
    fatherName: 'بهرام',
    gender: 'male',
    ...iranian(8, '9990000085', '13720912'),
    former: { givenName: 'بهمن', reason: 'change' },
  },
  {
    id: 'zahra',
    about: { fa: 'در ثبت احوال چند پرونده دارد', en: 'has several records in the Civil Registry' },
    givenName: 'زهرا',
    familyName: 'دوپرونده',
    fatherName: 'محمود',
    gender: 'female',
    isMultiple: true,
    ...iranian(9, '9990000093', '13500404'),
  },
  {
    id: 'pari',
    about: { fa: 'سیم‌کارتی به نام خود ندارد', en: 'has no SIM in her own name' },
    givenName: 'پری',
    familyName: 'بی‌خط',
    fatherName: 'یوسف',
    gender: 'female',
    ...iranian(0, '9990000107', '13600606'),
    mobiles: [],
  },
  {
    id: 'ahmad',
    about: { fa: 'تبعهٔ افغانستان با کد فراگیر', en: 'Afghan national with a unique code' },
    givenName: 'احمد',
    familyName: 'مثالی',
    fatherName: 'نور',
    gender: 'male',
    mobiles: ['09120000011'],
    birthDate: '19900115',
    nationality: 'AFG',
    documents: [{ kind: 'unique_code', number: '999000000011' }],
  },
  {
    id: 'anna',
    about: {
      fa: 'تبعهٔ آلمان با گذرنامه؛ مدیر شرکت خارجی',
      en: 'German by passport; directs a foreign company',
    },
    givenName: 'Anna',
    familyName: 'Beispiel',
    gender: 'female',
    mobiles: ['09120000012'],
    birthDate: '19850308',
    nationality: 'DEU',
    documents: [
      { kind: 'passport', number: 'C01X00T47', issuer: 'DEU', expiry: '20351231' },
      { kind: 'unique_code', number: '999000000012' },
    ],
    mandates: [
      {
        id: 'm-6',
        legalId: '14000000153',
        role: 'managing_director',
        powers: ['represent', 'sign', 'finance'],
      },
    ],
  },
  {
    id: 'karim',
    about: { fa: 'تبعهٔ عراق با کارت آمایش', en: 'Iraqi national with an Amayesh card' },
    givenName: 'کریم',
    familyName: 'نمونه‌ای',
    fatherName: 'سعید',
    gender: 'male',
    mobiles: ['09120000013'],
    birthDate: '19790722',
    nationality: 'IRQ',
    documents: [{ kind: 'amayesh', number: 'AM1234567' }],
  },
  {
    id: 'fatima',
    about: { fa: 'پناهنده با کارت پناهندگی', en: 'refugee with a refugee card' },
    givenName: 'فاطمه',
    familyName: 'پناهی',
    fatherName: 'داوود',
    gender: 'female',
    mobiles: ['09120000014'],
    birthDate: '19951101',
    nationality: 'AFG',
    documents: [{ kind: 'refugee_card', number: 'RC7654321' }],
  },
  {
    id: 'ivan',
    about: { fa: 'گذرنامهٔ او تمام شده', en: 'his passport has expired' },
    givenName: 'Ivan',
    familyName: 'Primerov',
    gender: 'male',
    mobiles: ['09120000015'],
    birthDate: '19700430',
    nationality: 'RUS',
    documents: [{ kind: 'passport', number: '700000015', issuer: 'RUS', expiry: '20200101' }],
  },
]
