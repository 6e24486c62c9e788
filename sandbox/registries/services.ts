import { ADDRESSES, COMPANIES, type Persona } from './personas.ts'
import type { ServiceName } from './faults.ts'
import type { PeopleBook } from './people.ts'

export type Parameters = Readonly<Record<string, string>>

/** What stands in `responseText`, beside the request's id. */
export interface Said {
  readonly response: number
  readonly [member: string]: unknown
}

const YES = { response: 200, result: 'OK.', comment: 'انطباق دارد' }
const NO: Said = { response: 600, result: 'NOK', comment: 'انطباق ندارد' }
const MULTIPLE: Said = { response: 601, result: 'NOK', comment: 'بیش از یک پرونده' }

type Service = (parameters: Parameters, people: PeopleBook) => Said

/** The services of the GSB by their names there. */
export const GSB_SERVICES: Readonly<Record<string, readonly [ServiceName, Service]>> = {
  'gsb-itoshahkar': ['shahkar', shahkar],
  'gsb-sabteahval': ['civil', civil],
  'gsb-sabteahval-image': ['civil', portrait],
  'gsb-foreigners': ['foreigners', foreigners],
  'gsb-ilenc-mandates': ['legal_entities', mandates],
  'gsb-postcode': ['post_codes', postCode],
}

const DOCUMENTS = {
  '1': 'passport',
  '2': 'amayesh',
  '3': 'refugee_card',
  '4': 'unique_code',
} as const

/** Shahkar knows foreigners by the number of a document alone. */
function identified(type = '', number = '', people: PeopleBook): Persona | undefined {
  if (type === '0') return people.byNationalId(number)
  const kind = DOCUMENTS[type as keyof typeof DOCUMENTS]
  return people
    .list()
    .find(({ documents }) =>
      documents.some((document) => document.kind === kind && document.number === number),
    )
}

function shahkar(parameters: Parameters, people: PeopleBook): Said {
  const { identificationType, identificationNo, serviceType, serviceNumber = '' } = parameters
  if (serviceType !== '2') return { response: 400, result: 'NOK', comment: 'نوع خدمت نادرست' }
  const person = identified(identificationType, identificationNo, people)
  return person?.mobiles.includes(serviceNumber) ? YES : NO
}

function civil({ nationalCode = '', birthDate }: Parameters, people: PeopleBook): Said {
  const person = people.byNationalId(nationalCode)
  if (person === undefined || person.birthDate !== birthDate) return NO
  if (person.isMultiple) return MULTIPLE
  const { former } = person
  return {
    ...YES,
    record: {
      firstName: person.givenName,
      lastName: person.familyName,
      fatherName: person.fatherName ?? null,
      gender: person.gender === 'male' ? '1' : '2',
      birthDate: person.birthDate,
      deathStatus: person.isAlive ? '0' : '1',
      previousFirstName: former?.givenName ?? null,
      previousLastName: former?.familyName ?? null,
      nameChangeReason: former ? (former.reason === 'change' ? '1' : '2') : null,
      postalCode: person.postCode ?? null,
    },
  }
}

/** Leave for portraits is given by person here: by setting one. */
function portrait(parameters: Parameters, people: PeopleBook): Said {
  const known = civil(parameters, people)
  if (known.response !== 200) return known
  const image = people.byNationalId(parameters['nationalCode'] ?? '')?.portrait
  return image ? { ...YES, image } : { response: 403, result: 'NOK', comment: 'مجوز ندارد' }
}

function foreigners(parameters: Parameters, people: PeopleBook): Said {
  const { documentType = '', documentNo = '', issuer = '', birthDate } = parameters
  const kind = DOCUMENTS[documentType as keyof typeof DOCUMENTS]
  const person = people.byDocument(kind, documentNo, issuer)
  if (person === undefined || person.birthDate !== birthDate) return NO
  const shown = person.documents.find((one) => one.kind === kind && one.number === documentNo)
  const code = person.documents.find((one) => one.kind === 'unique_code')
  return {
    ...YES,
    record: {
      firstName: person.givenName,
      lastName: person.familyName,
      fatherName: person.fatherName ?? null,
      gender: person.gender === 'male' ? '1' : '2',
      birthDate: person.birthDate,
      nationality: person.nationality ?? null,
      deathStatus: person.isAlive ? '0' : '1',
      documentExpiry: shown?.expiry ?? null,
      uniqueCode: code?.number ?? null,
      uniqueCodeIssuer: code ? 'moi' : null,
    },
  }
}

const ROLES = { managing_director: '1', board_member: '2', attorney: '3' } as const

function mandates(parameters: Parameters, people: PeopleBook): Said {
  const { identificationType, identificationNo } = parameters
  const person = identified(identificationType, identificationNo, people)
  const held = (person?.mandates ?? []).filter(({ isRevoked }) => !isRevoked)
  return {
    ...YES,
    mandates: held.flatMap(({ id, legalId, role, powers, isJoint, expiry }) => {
      const company = COMPANIES.find((one) => one.legalId === legalId)
      if (company === undefined) return []
      return {
        mandateId: id,
        legalId,
        name: company.name,
        entityType: company.isForeign ? '2' : '1',
        entityStatus: company.isActive ? '1' : '0',
        role: ROLES[role],
        powers,
        joint: isJoint,
        expiry: expiry ?? null,
      }
    }),
  }
}

function postCode({ postalCode = '' }: Parameters): Said {
  const address = Object.hasOwn(ADDRESSES, postalCode) ? ADDRESSES[postalCode] : undefined
  return address ? { ...YES, address: { postalCode, ...address } } : NO
}
