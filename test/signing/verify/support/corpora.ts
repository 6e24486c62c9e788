/** What each shared document must come to, and why: from the upstream tests that it was made for (esig/dss,
 *  pyHanko, pdf.js), from pyHanko's measured verdict and from the attacks that it shows. Verdicts are those of a
 *  verifier that trusts every certificate in the document, as of after its last signature. */
export interface Expectation {
  readonly indication: 'TOTAL-PASSED' | 'TOTAL-FAILED' | 'INDETERMINATE' | 'NO-SIGNATURE'
  readonly subIndication?: string
  readonly refusal?: string
  readonly why: string
}

const genuine = (why: string): Expectation => ({ indication: 'TOTAL-PASSED', why })
const manipulated = (why: string): Expectation => ({
  indication: 'TOTAL-FAILED',
  subIndication: 'FORMAT_FAILURE',
  why,
})
const undecided = (subIndication: string, why: string): Expectation => ({
  indication: 'INDETERMINATE',
  subIndication,
  why,
})
const old = (why: string) => undecided('SIG_CONSTRAINTS_FAILURE', why)
const unreadable = (refusal: string, why: string): Expectation => ({ ...manipulated(why), refusal })

const LTA = 'B-LTA: signature, validation data, time stamp'
const PKCS7 = 'adbe.pkcs7.detached: intact, but no PAdES signature'
const BER = '/Contents is BER: readable, but ISO 32000-2 section 12.8.3.3.1 wants DER'
const PASSWORD = 'needs a password'
const PUBLIC_KEY = 'encrypted for certificates (Adobe.PubSec)'

/** Signed, damaged or dangerous ones; all others of the two directories have no signature. */
export const DSS: Readonly<Record<string, Expectation>> = {
  'EmptyPage-corrupted.pdf': unreadable('no_pages', 'cut off'),
  'pdfa2u-gray.pdf': genuine('B-B'),
  'protected/edition_protected_signing_allowed_with_field_signed.pdf': old(PKCS7),
  'protected/protected_two_empty_fields.pdf': unreadable('password_needed', PASSWORD),
  'validation/DSS-1683.pdf': old(
    'DSS1683Test: SIG_CONSTRAINTS_FAILURE; there are no signed attributes',
  ),
  'validation/DSS-2155.pdf': manipulated(
    'bytes that are not zero follow the structure in /Contents',
  ),
  'validation/DSS-2199.pdf': old(BER),
  'validation/DSS-3226.pdf': genuine('two signatures, the second in a new field'),
  'validation/DSS-3577.pdf': manipulated('DSS3577Test: modified; pyHanko: OTHER'),
  'validation/PAdESWithCrossCertificateOCSP.pdf': old(BER),
  'validation/Signature-P-DE_SCI-4.pdf': manipulated(
    'the page’s resources were replaced; pyHanko: OTHER',
  ),
  'validation/Signature-P-HU_MIC-1.pdf': genuine('B-T'),
  'validation/Signature-P-HU_MIC-3.pdf': genuine(LTA),
  'validation/Signature-P-SK-6.pdf': genuine('B-LTA, then signed once more'),
  'validation/TEST2_signed_with_zero_policy_hash.pdf': genuine('B-LT; its policy is not looked at'),
  'validation/TestToSignPDFSHA256_TST_SIG_NOT_FOUND.pdf': genuine(
    'B-T whose stamp proves nothing here',
  ),
  'validation/belgian_pki_multiple_ocsps.pdf': genuine(LTA),
  'validation/doc-firmado.pdf': old(BER),
  'validation/dss-1376/DSS1376-rev_n-1.pdf': genuine('certified, form filled in as permitted'),
  'validation/dss-1376/DSS1376-rev_n-2.pdf': genuine('certified, form filled in as permitted'),
  'validation/dss-1696/Test.signed_Certipost-2048-SHA512.extended.extended-LTA-2019-07-02(DSS).pdf':
    genuine('B-LTA, stamped three times'),
  'validation/dss-1696/Test.signed_Certipost-2048-SHA512.extended.extended-LTA-dss-5.4.pdf':
    genuine('B-LTA, stamped three times'),
  'validation/dss-1959/pades-revoc-removed-from-dss-dict.pdf': genuine(
    'B-LTA, data taken out later',
  ),
  'validation/dss-2058/dss-2058-LTA-test.pdf': genuine(LTA),
  'validation/dss-2236/hide.pdf': manipulated('DSS2236HideTest: shadow attack, hide'),
  'validation/dss-2554/certified-no-change-permitted.pdf': genuine('certified, nothing follows'),
  'validation/dss-818/Signature-P-IT_ADO-1 (HASH_FAILURE) (ECDSA).pdf': old(
    'attributes not in DER order',
  ),
  'validation/dss-818/Signature-P-SK-1 (HASH_FAILURE).pdf': manipulated(
    '/Type stands twice in its time stamp',
  ),
  'validation/dss-PLAIN-ECDSA/TeleSec_PKS_eIDAS_QES_CA_1-baseline-b.pdf':
    old('plain ECDSA, PKCS#7'),
  'validation/evidence-record/Signature-P-LT-ef971596-8f2e-407d-a413-aae9cb9b8e4a.pdf':
    genuine('B-LT'),
  'validation/lt-short.pdf': manipulated(
    'resources of the form were replaced 20 times; pyHanko: OTHER',
  ),
  'validation/malformed-pades.pdf': unreadable(
    'not_pdf',
    'DSS: malformed; pdfsig: digest mismatch',
  ),
  'validation/pades-5-signatures-and-1-document-timestamp.pdf': manipulated(
    'InfiniteLoopDSS621Test: not intact; the table leads nowhere',
  ),
  'validation/pades-enveloping-other-pdf.pdf': genuine('a PDF inside; DSS: not TOTAL_FAILED'),
  'validation/pades-level-b-sig-policy-invalid-digest-algo.pdf': genuine(
    'its policy is not looked at',
  ),
  'validation/pades-ltv-with-reason.pdf': genuine('LTV, with signing-time'),
  'validation/pades-not-epes.pdf': genuine('BES, with signing-time'),
  'validation/pades-ocsp-archiveCutOff-invalid.pdf': old(PKCS7),
  'validation/pades-same-border-annotations.pdf': undecided(
    'CRYPTO_CONSTRAINTS_FAILURE',
    'the certificate is named by SHA-1 alone',
  ),
  'validation/pades-signed-annot-added.pdf': manipulated('PAdESLevelBWithAnnotAddedTest: modified'),
  'validation/pades-spoofing-replaced-reason.pdf': manipulated(
    'PAdESSpoofingAttackReplacementTest',
  ),
  'validation/pades-tst-with-null-type.pdf': genuine(LTA),
  'validation/pades3_Baseline_B.pdf': genuine('B-LTA, then signed once more'),
  'validation/pades_infinite_loop.pdf': manipulated('PAdESInfiniteLoopTest; outside of the file'),
  'validation/pades_opposite_infinite_loop.pdf': manipulated(
    'PAdESInfiniteLoopTest; outside of the file',
  ),
  'validation/pdf-double-signer-info.pdf': manipulated('PDFWithMultipleSignerInfoValidationTest'),
  'validation/pdf-self-issued-ocsp.pdf': genuine(LTA),
  'validation/pdf-signed-added-page.pdf': manipulated('PAdESWithAddedPageTest: FORMAT_FAILURE'),
  'validation/pdf-signed-original.pdf': genuine('B-B'),
  'validation/pkcs7-no-message-digest.pdf': old('PKCS#7 without signed attributes'),
  'validation/pkcs7.pdf': old(PKCS7),
  'validation/pkcs7_sha1.pdf': manipulated('adbe.pkcs7.sha1, and the tree of pages was rewritten'),
  'validation/siwa.pdf': manipulated('SIWATest: the byte range leaves out more than /Contents'),
}

const EXPIRED = undecided('OUT_OF_BOUNDS_NO_POE', `${PKCS7}; its certificate had expired`)
const OLD_REFERENCE = undecided(
  'CRYPTO_CONSTRAINTS_FAILURE',
  'the certificate is named by SHA-1 alone',
)

export const PYHANKO: Readonly<Record<string, Expectation>> = {
  'broken-objstream3.pdf': unreadable('no_pages', 'a broken object stream'),
  'coverage-anomalies/one-byterange.pdf': manipulated('coverage anomaly: not the whole document'),
  'extensions-indirect-not-all-paths.pdf': manipulated('shared with another place; pyHanko: OTHER'),
  'extensions-indirect.pdf': EXPIRED,
  'extensions-update-indirect.pdf': EXPIRED,
  'form-update-no-override-appearance-stream-ap-indirect.pdf': EXPIRED,
  'form-update-override-appearance-stream-ap-indirect-sneaky.pdf': manipulated(
    'the appearance is shared; pyHanko: OTHER',
  ),
  'form-update-override-appearance-stream-ap-indirect.pdf': EXPIRED,
  'form-update-override-appearance-stream-sneaky.pdf': manipulated(
    'the appearance is shared; pyHanko: OTHER',
  ),
  'malformed-encrypt-dict1.pdf': unreadable('password_needed', PASSWORD),
  'malformed-encrypt-dict2.pdf': unreadable('damaged', 'no encryption dictionary'),
  'minimal-aes256.pdf': unreadable('password_needed', PASSWORD),
  'minimal-pubkey-rc4-envelope.pdf': unreadable('encryption_unsupported', PUBLIC_KEY),
  'minimal-pubkey-rc4.pdf': unreadable('encryption_unsupported', PUBLIC_KEY),
  'minimal-pubkey-unknown-envelope-alg.pdf': unreadable('encryption_unsupported', PUBLIC_KEY),
  'minimal-rc4.pdf': unreadable('password_needed', PASSWORD),
  'minimal-signed-twice-no-sig-type.pdf': genuine('two signatures without /Type'),
  'minimal-signed-twice-second-created.pdf': old(PKCS7),
  'minimal-two-fields-aes256.pdf': unreadable('password_needed', PASSWORD),
  'minimal-two-fields-pubkey-rc4.pdf': unreadable('encryption_unsupported', PUBLIC_KEY),
  'minimal-with-field-rc4.pdf': unreadable('password_needed', PASSWORD),
  'pades-lta-dss-indirect-arrs-test.pdf': genuine(`${LTA}, and validation data once more`),
  'pubkey-ecc-test.pdf': unreadable('encryption_unsupported', PUBLIC_KEY),
  'pubkey-rc2-test.pdf': unreadable('encryption_unsupported', PUBLIC_KEY),
  'separate-annots-kids-indir.pdf': OLD_REFERENCE,
  'sig-no-signed-attrs.pdf': old('PKCS#7 without signed attributes'),
  'sig-with-ski-sid.pdf': OLD_REFERENCE,
}

/** Of the directory of documents to be signed. */
export const PDFS: Readonly<Record<string, Expectation>> = {
  'pdfjs-PDFBOX-4352-0.pdf': unreadable('damaged', 'fuzzed'),
  'pdfjs-bug1782186.pdf': unreadable('password_needed', PASSWORD),
  'pdfjs-issue15893_reduced.pdf': unreadable('password_needed', PASSWORD),
  'pdfjs-issue9418.pdf': unreadable('no_pages', 'damaged'),
  'pdfjs-poppler-395-0-fuzzed.pdf': unreadable('no_pages', 'fuzzed'),
  'pdfjs-print_protection.pdf': unreadable('password_needed', PASSWORD),
  'pdfjs-signed_verified.pdf': manipulated('the byte range does not fit; pdfsig: digest mismatch'),
  'pyhanko-minimal-aes256.pdf': unreadable('password_needed', PASSWORD),
  'pyhanko-minimal-rc4.pdf': unreadable('password_needed', PASSWORD),
  'pyhanko-separate-annots-kids-indir.pdf': OLD_REFERENCE,
  'pypdf-libreoffice-writer-password.pdf': unreadable('password_needed', PASSWORD),
  'pypdf-unreadablemetadata.pdf': unreadable('no_pages', 'damaged'),
}

export const UNSIGNED: Expectation = { indication: 'NO-SIGNATURE', why: 'no signature' }
