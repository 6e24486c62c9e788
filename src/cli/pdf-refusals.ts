import type { PdfRefusal } from '../signing/pdf/refused.ts'

/** What to do about a document that is not read or not signed. */
export const REFUSALS: Readonly<Record<PdfRefusal, string>> = {
  not_pdf: 'It is not a PDF document.',
  too_large: 'It is larger than 256 MB, or unpacks to more than is allowed.',
  too_complex: 'It is built in a way that no honest document is: too deep, or of too many parts.',
  damaged: 'It is damaged. Save it anew with the program that made it.',
  no_catalog: 'It is damaged: nothing in it says what belongs to the document. Save it anew.',
  no_pages: 'It is damaged: it has no pages. Save it anew.',
  password_needed: 'It needs a password to be opened. Save it without one.',
  encryption_unsupported: 'It is encrypted for certain recipients. Save it without encryption.',
  filter_unsupported: 'Its structure is packed in a way that is not supported. Save it anew.',
  damaged_signed:
    'It is damaged and holds a signature: repairing it would break that. Get an intact copy.',
  permissions_forbid: 'Its owner forbids to sign it. Ask for a copy that may be signed.',
  certified_final: 'An earlier signature forbids every change, and so another signature.',
  already_signed: 'Only the first signature can certify, and there is one already.',
  already_certified: 'It is certified already.',
  field_unknown: 'It has no such field.',
  field_not_signature: 'That field is not for a signature.',
  field_signed: 'That field is signed already. Choose another one, or none.',
  field_locked: 'An earlier signature has locked that field.',
  field_constrained: 'Its author asks of that field what our signatures are not.',
  field_name_invalid: 'A new field has 1 to 127 characters, no dot, and no name that is taken.',
  page_unknown: 'It has no such page, or that page cannot carry a signature.',
  place_invalid: 'That place is not on the page, or too small.',
  javascript: 'It holds JavaScript, which could change what is seen.',
  launch_action: 'It can start a program.',
  changing_action: 'It can hide or change parts of itself.',
  optional_content: 'It has layers that are hidden or shown depending on who looks.',
  dynamic_form: 'It is a dynamic (XFA) form, which looks different from program to program.',
  rich_media: 'It holds moving content.',
  picture_invalid: 'The picture is no PNG or JPEG of at most 4 MB.',
  signature_too_large: 'The signature does not fit into the room that was left for it.',
  certificate_revoked: 'A certificate of the signature is revoked.',
  certificate_status_unknown:
    'Nobody says whether a certificate is revoked, or its issuer is not known: give it with --trust.',
}
