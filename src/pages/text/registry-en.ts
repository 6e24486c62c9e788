import type { registryErrorsFa, registryFa } from './registry-fa.ts'

/** Level 2 in English. */
export const registryEn: typeof registryFa = {
  iranianTitle: 'What the national registries know you by',
  iranianText:
    'Enter your national ID and date of birth. Panjereh asks the Civil Registry and Shahkar whether these and this mobile number belong to one person.',
  nationalId: 'National ID',
  nationalIdHint: 'Ten digits, on your national card.',
  birthDate: 'Date of birth',
  birthDateHint:
    'By the Iranian calendar, as on your birth certificate; for example 1 Farvardin 1370.',
  year: 'Year',
  month: 'Month',
  day: 'Day',
  choose: 'Choose',
  jalaliMonths: [
    'Farvardin',
    'Ordibehesht',
    'Khordad',
    'Tir',
    'Mordad',
    'Shahrivar',
    'Mehr',
    'Aban',
    'Azar',
    'Dey',
    'Bahman',
    'Esfand',
  ],
  gregorianMonths: [
    'January',
    'February',
    'March',
    'April',
    'May',
    'June',
    'July',
    'August',
    'September',
    'October',
    'November',
    'December',
  ],
  check: 'Check and continue',
  busy: 'We are asking the national registries. Please wait a few seconds.',
  toForeign: 'I am not an Iranian national',
  toIranian: 'I am Iranian',
  foreignTitle: 'Foreign nationals',
  foreignText:
    'Choose one of your documents. Panjereh asks the registry of foreign nationals and Shahkar whether these details and this mobile number belong to one person.',
  document: 'Document',
  documents: {
    unique_code: 'Unique code of foreign nationals (12 digits)',
    passport: 'Passport',
    amayesh: 'Amayesh card',
    refugee_card: 'Refugee card',
  },
  documentNumber: 'Document number',
  country: 'Country that issued the passport',
  countryHint: 'For passports only.',
  foreignBirthDate: 'Date of birth (Gregorian)',
  foreignBirthDateHint: 'As in your document; for example 15 January 1990.',
  privacy:
    'These details are kept encrypted. Services get only what the law or you yourself allow.',
  awayTitle: 'The national registries have not answered',
  awayKept: 'What you entered is kept, and nothing is lost.',
  away: {
    timeout: 'One of the registries is slow and did not answer in time.',
    unavailable: 'One of the registries cannot be reached.',
    maintenance: 'One of the registries is under maintenance.',
    quota_exhausted: 'Panjereh has used up its share of questions to one of the registries.',
    overloaded: 'Too many questions are on their way at once.',
  },
  awayOther: 'The answer of one of the registries was not clear, and Panjereh never guesses.',
  comeBack: (when) => `Please come back from ${when} (Tehran time).`,
  tryIn: 'You can try again in',
  tryAgain: 'Try again',
  leaveLower: 'Return to the service at the present level',
  leave: 'Return to the service and come back later',
  joinTitle: 'You have an account already',
  joinText:
    'The national registries say that this number is yours, and you made an account with another number. We add this one to it: from now on both lead to one account.',
  join: 'Add this number to my account',
  moveTitle: 'This number was in somebody else’s account',
  moveText:
    'The national registries say that this number is yours now. We take it out of the former account and give it to yours. You get no access to what the former account holds.',
  move: 'This number is mine',
  joinNot: 'If this is not right, do not continue, and contact the service’s office.',
  renamedTitle: 'Your name in the Civil Registry',
  renamedMaiden: 'The Civil Registry has your name, after marriage, as:',
  renamedChange: 'Your name in the Civil Registry has changed and is now:',
  renamedText: 'Services see this name. If it is not right, please go to a Civil Registry office.',
  renamedAccept: 'This is my name, continue',
  stopReturn: 'Return to the service',
  stopNumber: 'Sign in with another number',
  stopPerson: 'This number has recently become mine',
  stopOtherDocument: 'Continue with another document',
  stops: {
    deceased: {
      title: 'These details cannot be accepted',
      text: 'The Civil Registry records the holder of this national ID as deceased. If that is you, take your birth certificate and national card to the nearest Civil Registry office to have it corrected. If you use a relative’s SIM card, have it transferred to you or sign in with your own number.',
    },
    minor: {
      title: 'This level is for adults',
      text: 'You have not reached the age for this level yet. A parent or guardian can use this service for you.',
    },
    multiple: {
      title: 'There are several records',
      text: 'The registry has more than one record for these details, and Panjereh does not choose among them. Take your documents to the nearest Civil Registry office (or office for foreign nationals) to have them joined.',
    },
    document_expired: {
      title: 'This document has expired',
      text: 'Renew your document and come back, or continue with another one that is valid.',
    },
    number_moved: {
      title: 'This number is no longer in the account holder’s name',
      text: 'Shahkar says that this number is in somebody else’s name. If the account is yours, sign in with a number in your own name, or have this one transferred to you by your operator. If you have just been given this number, press the second button.',
    },
  },
}

export const registryErrorsEn: typeof registryErrorsFa = {
  national_id_invalid: 'The national ID is not right. Please check the ten digits on your card.',
  birth_date_invalid:
    'The date of birth is not right. Enter day, month and year as in your document.',
  document_invalid: 'The document number is not right. Check the kind of document and its number.',
  country_missing: 'Choose the country that issued the passport.',
  registry_mismatch:
    'These details do not agree with the national registries. Please check them. The mobile number must be in your own name, too.',
  registry_too_many: 'These details were asked about several times. Try again in an hour.',
  registry_changed:
    'The details that you gave before no longer agree with the national registries. Enter them again.',
  registry_late: 'Too much time has passed since we asked. Please enter your details once more.',
  prove_number: 'To continue, please confirm your mobile number again first.',
  identity_conflict:
    'These details were entered in another place just now. Press “Check and continue” again.',
}
