import type { signatureErrorsFa, signatureFa } from './signature-fa.ts'

/** Level 4 in English. */
export const signatureEn: typeof signatureFa = {
  termsVersion: '1',
  termsLines: (name, isHardware) => [
    'Terms of digital signatures in Panjereh, version 1',
    `I, ${name}, want to make digital signatures with Panjereh and agree to this:`,
    `1. A signing key and a certificate in my name are made for me. ${
      isHardware
        ? 'The key stays in a secure hardware device and never leaves it.'
        : 'The key is kept encrypted in software by Panjereh.'
    }`,
    '2. A signature is made only after I have seen the text or document and approved it with my own passkey.',
    '3. My digital signature binds me to what I have signed, as one by hand does.',
    '4. I give my passkey and the lock of my device to nobody. If it is lost, I replace it in Panjereh soon, so that the earlier certificate is revoked.',
    '5. My name and national number are in the certificate, and whoever sees the signed document sees them.',
    '6. Of every signature the time, the hash of what was signed and the approval by the passkey are kept, so that a dispute can be settled.',
  ],
  declarationTitle: 'Sign-in declaration',
  declarationLines: ({ name, number, client, day, hour, reference }) => [
    'Sign-in declaration with a digital signature',
    `I, ${name},`,
    `identified by number ${number},`,
    `on ${day} at ${hour}, Tehran time,`,
    `sign in to “${client}”`,
    'and confirm this with my digital signature.',
    `Reference: ${reference}`,
  ],
  reason: {
    declaration: 'Sign-in with a digital signature',
  },

  termsTitle: 'Your digital signature is about to be made',
  termsText: 'You make it once; from then on you sign with your passkey alone. Three short steps:',
  termsSteps: [
    'You read and accept the terms.',
    'You make a passkey on this device.',
    'You sign these very terms: that is your first signature.',
  ],
  termsHeading: 'Terms',
  agree: 'I accept, continue',
  refuse: 'I do not accept',
  certificateName: 'Your name in the certificate',
  protection: {
    hardware: 'Your signing key is in a secure hardware device.',
    software:
      'Your signing key is kept encrypted in software, not in a hardware device. That gives less assurance.',
  },

  passkeyTitle: 'Make the passkey that you will sign with',
  passkeyText:
    'From now on you sign with it: by your fingerprint, your face or the lock of this device. None of these leaves the device.',
  replaceTitle: 'Make a new passkey',
  replaceText:
    'Once it is made, the earlier certificate is revoked, and nobody can sign with the lost passkey any more. What you signed before stays valid.',
  anotherTitle: 'Make another passkey',
  anotherText:
    'Make it on another device or a hardware key. From now on you can sign with either, and losing one does not keep you from signing.',
  makePasskey: 'Make a passkey',
  noScript: 'Signing needs JavaScript. Turn it on, or come with another browser.',
  noPasskeys: 'This browser has no passkeys. Come with a phone or a newer browser.',

  reviewTitle: {
    terms: 'Your first signature: the terms',
    documents: 'Read the document and sign it',
    transaction: 'Read the text and sign it',
    hashes: 'Sign the documents of this service',
    declaration: 'Sign in with a digital signature',
  },
  reviewText: {
    terms: 'Sign the terms that you have accepted, with your passkey.',
    documents: 'Read all pages before you sign. The signature binds you to this document.',
    transaction: 'Exactly this text is signed. If you do not agree with it, do not sign.',
    hashes:
      'Panjereh does not see these documents and has their hashes alone. Sign only if you have read them at the service.',
    declaration: 'By signing this declaration you sign in to the service.',
  },
  purpose: 'Purpose',
  sealText: {
    before: (by) =>
      `“\u2068${by}\u2069” put its seal on this document before you. You sign it with that seal.`,
    after: (by) =>
      `After the last signature “\u2068${by}\u2069” puts its seal on this document. The seal changes nothing of what you sign.`,
  },
  viewer: {
    loading: 'The document is being fetched:',
    count: 'page {page} of {of}',
    smaller: 'Smaller',
    larger: 'Larger',
    failed: 'The document cannot be shown here. Download it and read it before you sign.',
    search: 'Search in the document',
    goToPage: 'Go to page',
    unseen: 'You have not looked at this document yet. Read it, then sign.',
    foundNone: 'Not found.',
    foundSome: '{times} times on {pages} pages; now page {page}. Press Enter again for the next.',
    kilobytes: 'kilobytes',
    megabytes: 'megabytes',
  },
  itemHash: 'Hash (SHA-256)',
  download: 'Download the document',
  nextPage: 'Next page',
  previousPage: 'Previous page',
  certificateTitle: 'Your certificate',
  certificateSubject: 'Name',
  certificateIssuer: 'Issuer',
  certificateUntil: 'Valid until',
  keyTitle: 'Where the key is kept',
  sign: 'I have read it and sign',
  signAll: (count) => `Sign all ${count} documents`,
  refuseSigning: 'I do not sign',
  lostPasskey: 'I have lost my passkey',
  anotherPasskey: 'Add another passkey',
  back: 'Back to signing',
  lostHint: 'For a new one, your face is checked once more.',
  timeLeft: 'Time left to sign',
  showAgain: 'Show it again',

  unfitTitle: 'This document is not signed',
  unfitText: (name) => `The document “${name}” cannot be signed, and nothing was signed:`,
  unfitDo: 'Ask the service for a proper copy.',
  unfit: {
    javascript: 'It holds a program (JavaScript) that could change what you see.',
    launch_action: 'It can start a program on your device.',
    changing_action: 'It can hide or change parts of itself.',
    optional_content: 'It has layers that are sometimes shown and sometimes not.',
    dynamic_form: 'It is a dynamic (XFA) form, which looks different from program to program.',
    rich_media: 'It holds video or moving content.',
    not_pdf: 'It is no PDF document.',
    too_large: 'It is too large.',
    too_complex: 'It is built in too complex a way.',
    damaged: 'It is damaged.',
    damaged_signed: 'It is damaged and holds another signature, which a repair would break.',
    password_needed: 'It needs a password to be opened.',
    encryption_unsupported: 'It is encrypted for certain recipients.',
    permissions_forbid: 'Its owner forbids to sign it.',
    certified_final: 'An earlier signature in it forbids every other one.',
    place_invalid: 'The place that was asked for the signature is not on the page.',
    certificate_revoked: 'The certificate of the signature is revoked.',
    certificate_status_unknown: 'It is not clear now whether the certificate is valid.',
    other: 'It is not as the rules of signatures want it.',
  },

  stopReturn: 'Return to the service',
  stopAgain: 'Try again',
  comeBack: (when) => `From ${when} on you can try again.`,
  stops: {
    not_identified: {
      title: 'Your name for the certificate is not clear',
      text: 'The national registries have not confirmed who you are, or your registered name cannot stand in a certificate. Ask the Civil Registry or this service.',
    },
    unavailable: {
      title: 'Signing is not possible now',
      text: 'One of the signing systems does not answer. Nothing was signed. Try again in a few minutes.',
    },
    too_many: {
      title: 'For your safety, let us wait a little',
      text: 'You tried some times, and it did not work. Nothing was signed.',
    },
    too_much: {
      title: 'More than fifty signatures at once',
      text: 'This service asks for more than you can read at once. Ask it to send them in several parts.',
    },
    request_gone: {
      title: 'This request for a signature was not found',
      text: 'Go back to the service and ask it to send the request again.',
    },
    request_over: {
      title: 'This request for a signature is over',
      text: 'It was signed, refused or cancelled before, or its time has run out. See the result at the service.',
    },
    seal_missing: {
      title: 'This service has no valid seal just now',
      text: 'It wants to put its seal after your signature and cannot. Nothing was signed. Go back to the service and try again later.',
    },
    not_intended: {
      title: 'This document is for somebody else to sign',
      text: 'You are signed in as yourself, but the service asks for another person’s signature. Go back to the service.',
    },
    not_your_turn: {
      title: 'It is not your turn yet',
      text: 'Somebody has to sign before you. After that, the service brings you here again.',
    },
    already_signed: {
      title: 'You have signed already',
      text: 'Your signature is on this document, and nothing more is needed. Go back to the service.',
    },
    credential_gone: {
      title: 'The certificate that was asked for is not there',
      text: 'The service asks for a certificate that is not yours or is revoked. Go back to the service and begin again.',
    },
    text_unfit: {
      title: 'This text cannot be signed',
      text: 'It holds hidden marks that cannot be seen. Ask the service for a plain text.',
    },
  },
}

export const signatureErrorsEn: typeof signatureErrorsFa = {
  signature_failed:
    'The passkey was not accepted, and nothing was signed. Try again with the one that you made for signing.',
  signature_expired: 'The time has run out, and nothing was signed. Read it and sign again.',
  signature_replayed: 'This approval was used once already. Sign again.',
  signature_passkey_failed: 'No passkey was made. Try again.',
  signature_passkey_weak:
    'This passkey is not accepted for signing: it is copied between devices, or no maker that is known here vouches for it. Come with a hardware key or another phone.',
  signature_changed: 'What is to be signed has changed in the meantime. Read it again.',
  signature_prove_again:
    'To make a new passkey, show once more who you are. Then press the same button on the signing page again.',
}
