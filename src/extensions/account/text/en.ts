import type { AccountText } from './fa.ts'

export const en: AccountText = {
  title: 'My signatures and certificates',
  intro: 'Here you see your signing certificate and everything that was signed with it.',
  certificates: 'Signing certificates',
  noCertificates: 'No signing certificate has been made in your name.',
  subject: 'In the name of',
  issuer: 'Issued by',
  state: 'State',
  states: { in_force: 'In force', expired: 'Expired', revoked: 'Revoked' },
  made: 'Made on',
  until: 'Valid until',
  passkeys: 'Passkeys',
  noPasskeys: 'No passkey is left for it.',
  passkey: (made, used) =>
    used === undefined ? `Made ${made}` : `Made ${made}; last used ${used}`,
  copied: '(your other devices have copies of it)',
  signInPasskeys: 'Passkeys for signing in',
  noSignInPasskeys: 'You have no passkey that is for signing in alone.',
  removeLink: 'Remove a passkey',
  revokeHint:
    'Have you lost your device, or do you see a signature that is not yours? Revoke your certificate right now.',
  revokeLink: 'Revoke my certificate',
  signatures: 'Signatures',
  noSignatures: 'Nothing has been signed yet.',
  newest: 'The newest, fifty at most:',
  what: {
    documents: 'Document',
    transaction: 'Text',
    declaration: 'Sign-in declaration',
    hashes: 'Leave to sign a document',
    terms: 'Terms of digital signatures',
  },
  hash: 'Fingerprint',
  hashBefore: 'Fingerprint before the signature',
  hashSigned: 'Fingerprint of the signed document',
  done: {
    told: 'Your certificate is revoked, and the certification authority knows.',
    later:
      'Your certificate is revoked, and nothing is signed with it any more. The certification authority does not answer now; the window tells it again every minute.',
    removed: 'The passkey is removed. Nobody can sign in with it any more.',
  },
  remove: {
    title: 'Remove a passkey',
    told: [
      'Nobody can sign in as you with a passkey that is removed.',
      'You still sign in by text message and with your other passkeys.',
      'Your device goes on naming it until you delete it there; it opens nothing.',
    ],
    which: 'Which one?',
    missing: 'Choose the passkey that is to go.',
    act: 'Remove',
    back: 'Back',
  },
  revoke: {
    title: 'Revoke the signing certificate',
    told: [
      'From this moment on nothing is signed with this certificate.',
      'What you have signed before stays signed.',
      'The passkeys with which you signed are deleted.',
      'There is no way back. To sign again you make a new certificate.',
    ],
    why: 'Why do you revoke it?',
    reasons: {
      lost_device: 'My device or passkey is lost or stolen',
      not_me: 'I see a signature or a certificate that is not mine',
    },
    missing: 'Say why you revoke the certificate.',
    act: 'Revoke',
    back: 'Back',
  },
  outside: {
    title: 'You are not signed in',
    text: {
      left: 'You went back. Sign in to see your signatures.',
      unmet:
        'To see this page your identity has to be proved up to level 2, and this time it was not. Come back a little later.',
    },
    again: 'Sign in',
  },
}
