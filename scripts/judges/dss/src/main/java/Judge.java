import eu.europa.esig.dss.model.DSSDocument;
import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.model.x509.CertificateToken;
import eu.europa.esig.dss.simplereport.SimpleReport;
import eu.europa.esig.dss.service.crl.OnlineCRLSource;
import eu.europa.esig.dss.service.ocsp.OnlineOCSPSource;
import eu.europa.esig.dss.spi.DSSUtils;
import eu.europa.esig.dss.spi.signature.AdvancedSignature;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.spi.x509.CommonTrustedCertificateSource;
import eu.europa.esig.dss.validation.SignedDocumentValidator;
import eu.europa.esig.dss.validation.reports.Reports;
import java.io.File;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * EU DSS as a judge of what the window signs: offline, with the given trust anchor alone.
 * judge anchor.pem [--detached file] FILE…
 * One line a signature: file, format, indication, sub-indication, errors and warnings.
 */
public class Judge {
  /** Revocation is asked for where the anchor's own authority answers: on loopback. */
  private static final boolean ONLINE = "true".equals(System.getenv("JUDGE_ONLINE"));

  private static final boolean TRUST_ALL = "true".equals(System.getenv("JUDGE_TRUSTS_ALL"));

  public static void main(String[] args) {
    CommonTrustedCertificateSource anchors = new CommonTrustedCertificateSource();
    if (!args[0].equals("-")) anchors.addCertificate(DSSUtils.loadCertificate(new File(args[0])));
    List<DSSDocument> detached = List.of();
    int at = 1;
    if (args.length > 2 && args[1].equals("--detached")) {
      detached = List.of(new FileDocument(args[2]));
      at = 3;
    }
    for (String name : Arrays.copyOfRange(args, at, args.length)) judge(anchors, detached, name);
  }

  private static void judge(CommonTrustedCertificateSource anchors, List<DSSDocument> detached, String name) {
    try {
      CommonCertificateVerifier verifier = new CommonCertificateVerifier();
      verifier.setTrustedCertSources(anchors);
      if (ONLINE) {
        verifier.setOcspSource(new OnlineOCSPSource());
        verifier.setCrlSource(new OnlineCRLSource());
      }
      SignedDocumentValidator validator = SignedDocumentValidator.fromDocument(new FileDocument(name));
      validator.setCertificateVerifier(verifier);
      if (!detached.isEmpty()) validator.setDetachedContents(detached);
      if (TRUST_ALL)
        for (AdvancedSignature signature : validator.getSignatures()) {
          signature.getCertificates().forEach(anchors::addCertificate);
          signature.getAllTimestamps().forEach(stamp -> stamp.getCertificates().forEach(anchors::addCertificate));
        }
      Reports reports = validator.validateDocument();
      SimpleReport simple = reports.getSimpleReport();
      if (simple.getSignatureIdList().isEmpty()) System.out.println(name + "\tNO_SIGNATURE");
      for (String id : simple.getSignatureIdList()) {
        System.out.println(String.join("\t", name, String.valueOf(simple.getSignatureFormat(id)),
            String.valueOf(simple.getIndication(id)), String.valueOf(simple.getSubIndication(id)),
            texts(simple.getAdESValidationErrors(id)), texts(simple.getAdESValidationWarnings(id))));
      }
    } catch (Throwable error) {
      System.out.println(name + "\tEXCEPTION\t" + error);
    }
  }

  private static String texts(List<eu.europa.esig.dss.jaxb.object.Message> messages) {
    return messages.stream().map(m -> m.getValue()).collect(Collectors.joining(" | "));
  }
}
