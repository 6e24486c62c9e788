"""pyHanko as a judge of what the window signs, revocation required.

Usage: judge_pyhanko.py anchor.crt FILE.pdf ...
    One line a signature: file, field, valid and trusted (True or False), what later revisions changed, coverage.

Usage: judge_pyhanko.py --in-years N anchor.crt FILE.pdf ...
    Each signature as EN 319 102-1 section 5.6.3 judges it in N years with what is in the file alone, when nobody
    answers any more and certificates have expired (0: today): file, field, passed (True or False), sub-indication, why.
"""
import asyncio
import logging
import sys
from datetime import datetime, timedelta, timezone

from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp
from pyhanko.sign.validation.ades import ades_lta_validation, simulate_future_ades_lta_validation
from pyhanko.sign.validation.policy_decl import PdfSignatureValidationSpec, SignatureValidationSpec
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.policy_decl import (
    CertRevTrustPolicy,
    RevocationCheckingPolicy,
    RevocationCheckingRule,
)
from pyhanko_certvalidator.registry import SimpleTrustManager

REQUIRED = RevocationCheckingRule.CRL_OR_OCSP_REQUIRED

arguments = sys.argv[1:]
years = None
if arguments[0] == "--in-years":
    years = float(arguments[1])
    arguments = arguments[2:]
anchor = load_cert_from_pemder(arguments[0])
# It tells of each path that it tried, with a stack.
logging.disable(logging.CRITICAL)


def context():
    return ValidationContext(trust_roots=[anchor], allow_fetching=True, revocation_mode="require")


def long_term():
    checking = RevocationCheckingPolicy(
        ee_certificate_rule=REQUIRED, intermediate_ca_cert_rule=REQUIRED
    )
    policy = CertValidationPolicySpec(
        trust_manager=SimpleTrustManager.build([anchor]),
        revinfo_policy=CertRevTrustPolicy(checking),
    )
    return PdfSignatureValidationSpec(
        signature_validation_spec=SignatureValidationSpec(cert_validation_policy=policy)
    )


def in_years(signature):
    if years == 0:
        return asyncio.run(ades_lta_validation(signature, long_term()))
    then = datetime.now(timezone.utc) + timedelta(days=365 * years)
    return asyncio.run(simulate_future_ades_lta_validation(signature, long_term(), then))


def verdict(name, signature):
    try:
        if signature.sig_object["/Type"] == "/DocTimeStamp":
            status = validate_pdf_timestamp(signature, context())
            return name, signature.field_name, status.valid and status.trusted, "time stamp", status.coverage
        if years is not None:
            result = in_years(signature)
            passed = result.ades_subindic == AdESPassed.OK
            return name, signature.field_name, passed, result.ades_subindic, "" if passed else result.failure_msg
        status = validate_pdf_signature(signature, context())
        return name, signature.field_name, status.bottom_line, status.modification_level, status.coverage
    except Exception as error:  # A judge says what stopped it, and goes on.
        return name, signature.field_name, False, type(error).__name__, str(error)[:100]


def judge(name):
    with open(name, "rb") as file:
        # Not strict: hybrid files may be judged, too.
        reader = PdfFileReader(file, strict=False)
        if reader.encrypted:
            reader.decrypt("")
        signatures = reader.embedded_signatures if years is None else reader.embedded_regular_signatures
        for signature in signatures:
            print(*verdict(name, signature), sep="\t", flush=True)


for name in arguments[1:]:
    try:
        judge(name)
    except (Exception, RecursionError) as error:
        print(name, "", False, type(error).__name__, str(error)[:100], sep="\t", flush=True)
