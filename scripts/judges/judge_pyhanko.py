"""pyHanko as a judge of what the window signs, revocation required. Usage: judge_pyhanko.py anchor.crt FILE.pdf ...

One line a signature: file, field, valid and trusted (True or False), what later revisions changed, coverage.
"""
import sys

from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp
from pyhanko_certvalidator import ValidationContext

anchor = load_cert_from_pemder(sys.argv[1])


def context():
    return ValidationContext(trust_roots=[anchor], allow_fetching=True, revocation_mode="require")


def verdict(name, signature):
    try:
        if signature.sig_object["/Type"] == "/DocTimeStamp":
            status = validate_pdf_timestamp(signature, context())
            return name, signature.field_name, status.valid and status.trusted, "time stamp", status.coverage
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
        for signature in reader.embedded_signatures:
            print(*verdict(name, signature), sep="\t", flush=True)


for name in sys.argv[2:]:
    try:
        judge(name)
    except (Exception, RecursionError) as error:
        print(name, "", False, type(error).__name__, str(error)[:100], sep="\t", flush=True)
