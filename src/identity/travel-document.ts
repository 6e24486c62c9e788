import type { Locale } from './locale.ts'
import { bareText } from './typed.ts'

/** ICAO 9303 part 4, section 4.2.2: up to nine letters and digits in the machine-readable zone. */
export function parsePassportNumber(typed: string): string | undefined {
  const bare = bareText(typed).toUpperCase()
  return /^(?=.*\d)[A-Z0-9]{5,9}$/.test(bare) ? bare : undefined
}

/** Amayesh and refugee cards: their form is not public. */
export function parseRefugeeCardNumber(typed: string): string | undefined {
  const bare = bareText(typed).toUpperCase()
  return /^(?=.*\d)[A-Z0-9]{4,20}$/.test(bare) ? bare : undefined
}

/** ISO 3166-1: alpha-2 and alpha-3 of every country. */
const ALPHA =
  `AD AND AE ARE AF AFG AG ATG AL ALB AM ARM AO AGO AR ARG AT AUT AU AUS AZ AZE BA BIH BB BRB
  BD BGD BE BEL BF BFA BG BGR BH BHR BI BDI BJ BEN BN BRN BO BOL BR BRA BS BHS BT BTN BW BWA BY BLR BZ BLZ
  CA CAN CD COD CF CAF CG COG CH CHE CI CIV CL CHL CM CMR CN CHN CO COL CR CRI CU CUB CV CPV CY CYP CZ CZE
  DE DEU DJ DJI DK DNK DM DMA DO DOM DZ DZA EC ECU EE EST EG EGY ER ERI ES ESP ET ETH FI FIN FJ FJI FM FSM
  FR FRA GA GAB GB GBR GD GRD GE GEO GH GHA GM GMB GN GIN GQ GNQ GR GRC GT GTM GW GNB GY GUY HK HKG HN HND
  HR HRV HT HTI HU HUN ID IDN IE IRL IN IND IQ IRQ IS ISL IT ITA JM JAM JO JOR JP JPN KE KEN KG KGZ KH KHM
  KI KIR KM COM KN KNA KP PRK KR KOR KW KWT KZ KAZ LA LAO LB LBN LC LCA LI LIE LK LKA LR LBR LS LSO LT LTU
  LU LUX LV LVA LY LBY MA MAR MC MCO MD MDA ME MNE MG MDG MH MHL MK MKD ML MLI MM MMR MN MNG MO MAC MR MRT
  MT MLT MU MUS MV MDV MW MWI MX MEX MY MYS MZ MOZ NA NAM NE NER NG NGA NI NIC NL NLD NO NOR NP NPL NR NRU
  NZ NZL OM OMN PA PAN PE PER PG PNG PH PHL PK PAK PL POL PS PSE PT PRT PW PLW PY PRY QA QAT RO ROU RS SRB
  RU RUS RW RWA SA SAU SB SLB SC SYC SD SDN SE SWE SG SGP SI SVN SK SVK SL SLE SM SMR SN SEN SO SOM SR SUR
  SS SSD ST STP SV SLV SY SYR SZ SWZ TD TCD TG TGO TH THA TJ TJK TL TLS TM TKM TN TUN TO TON TR TUR TT TTO
  TV TUV TW TWN TZ TZA UA UKR UG UGA US USA UY URY UZ UZB VA VAT VC VCT VE VEN VN VNM VU VUT WS WSM YE YEM
  ZA ZAF ZM ZMB ZW ZWE`
    .split(/\s+/)
    .filter((code) => code !== '')

const ALPHA_2 = new Map(
  ALPHA.flatMap((code, at) => (at % 2 === 0 ? [[ALPHA[at + 1] ?? '', code] as const] : [])),
)

/** ICAO 9303 part 3, section 5: people without a nationality, and refugees. */
const STATELESS: Readonly<Record<string, Readonly<Record<Locale, string>>>> = {
  XXA: { fa: 'بی‌تابعیت', en: 'Stateless person' },
  XXB: { fa: 'پناهنده', en: 'Refugee' },
  XXC: { fa: 'پناهنده (دیگر)', en: 'Refugee (other)' },
}

/** Every code that a passport may be issued under. */
export const COUNTRIES: readonly string[] = [...ALPHA_2.keys(), ...Object.keys(STATELESS)]

export function parseCountry(typed: string): string | undefined {
  const bare = bareText(typed).toUpperCase()
  return COUNTRIES.includes(bare) ? bare : undefined
}

export function countryName(alpha3: string, locale: Locale): string {
  const special = Object.hasOwn(STATELESS, alpha3) ? STATELESS[alpha3] : undefined
  if (special !== undefined) return special[locale]
  const alpha2 = ALPHA_2.get(alpha3)
  if (alpha2 === undefined) return alpha3
  return new Intl.DisplayNames([locale], { type: 'region' }).of(alpha2) ?? alpha3
}
