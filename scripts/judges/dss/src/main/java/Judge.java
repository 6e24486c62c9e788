import eu.europa.esig.dss.jaxb.object.Message;
import eu.europa.esig.dss.model.DSSDocument;
import eu.europa.esig.dss.model.DSSException;
import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.model.x509.CertificateToken;
import eu.europa.esig.dss.pades.validation.PDFDocumentValidator;
import eu.europa.esig.dss.pdf.ServiceLoaderPdfObjFactory;
import eu.europa.esig.dss.pdf.modifications.DefaultPdfDifferencesFinder;
import eu.europa.esig.dss.diagnostic.DiagnosticData;
import eu.europa.esig.dss.service.crl.OnlineCRLSource;
import eu.europa.esig.dss.service.http.commons.OCSPDataLoader;
import eu.europa.esig.dss.service.ocsp.OnlineOCSPSource;
import eu.europa.esig.dss.simplereport.SimpleReport;
import eu.europa.esig.dss.spi.DSSUtils;
import eu.europa.esig.dss.spi.signature.AdvancedSignature;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.spi.x509.CommonTrustedCertificateSource;
import eu.europa.esig.dss.spi.x509.aia.DefaultAIASource;
import eu.europa.esig.dss.spi.x509.tsp.TimestampToken;
import eu.europa.esig.dss.validation.SignedDocumentValidator;
import eu.europa.esig.dss.validation.reports.Reports;
import java.io.File;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * EU DSS as a judge of what the window signs.
 *
 * <p>Usage: Judge anchor.crt|- [--detached FILE] FILE…, or --list FILE with a path in each line.
 * One line a signature, and one for each time stamp over a document without signatures: file, format, indication,
 * sub-indication, errors, warnings, field.
 *
 * <p>Environment: JUDGE_ONLINE=true asks for revocation, on this machine alone; JUDGE_TRUSTS_ALL=true trusts every certificate in the
 * document; JUDGE_PAGES: how many pages are compared as pictures between revisions (0: none); JUDGE_SECONDS: the
 * most that one file may take.
 */
public class Judge {
  private static final boolean ONLINE = "true".equals(System.getenv("JUDGE_ONLINE"));
  private static final boolean TRUSTS_ALL = "true".equals(System.getenv("JUDGE_TRUSTS_ALL"));
  private static final int PAGES = number("JUDGE_PAGES", 10);
  private static final int SECONDS = number("JUDGE_SECONDS", 300);

  public static void main(String[] args) throws Exception {
    CertificateToken anchor = args[0].equals("-") ? null : DSSUtils.loadCertificate(new File(args[0]));
    List<DSSDocument> detached = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (int at = 1; at < args.length; at++) {
      if (args[at].equals("--detached")) detached.add(new FileDocument(args[++at]));
      else if (args[at].equals("--list")) names.addAll(Files.readAllLines(Path.of(args[++at])));
      else names.add(args[at]);
    }
    for (String name : names) System.out.println(inTime(anchor, detached, name));
    // A file that took too long may still be at work.
    System.out.flush();
    Runtime.getRuntime().halt(0);
  }

  private static String inTime(CertificateToken anchor, List<DSSDocument> detached, String name) throws Exception {
    ExecutorService one = Executors.newSingleThreadExecutor();
    Future<List<String>> lines = one.submit(() -> judged(anchor, detached, name));
    try {
      return lines.get(SECONDS, TimeUnit.SECONDS).stream()
          .map(line -> name + "\t" + line)
          .collect(Collectors.joining("\n"));
    } catch (TimeoutException late) {
      return name + "\tTIMEOUT\t" + SECONDS + " s";
    } finally {
      one.shutdownNow();
    }
  }

  private static List<String> judged(CertificateToken anchor, List<DSSDocument> detached, String name) {
    try {
      CommonTrustedCertificateSource anchors = new CommonTrustedCertificateSource();
      if (anchor != null) anchors.addCertificate(anchor);
      SignedDocumentValidator validator = SignedDocumentValidator.fromDocument(new FileDocument(name));
      validator.setCertificateVerifier(verifier(anchors));
      if (validator instanceof PDFDocumentValidator) comparePages((PDFDocumentValidator) validator);
      if (!detached.isEmpty()) validator.setDetachedContents(detached);
      if (TRUSTS_ALL) trustAll(validator, anchors);
      return lines(validator.validateDocument());
    } catch (Throwable error) {
      return List.of("EXCEPTION\t" + String.valueOf(error).replaceAll("\\s+", " "));
    }
  }

  private static CommonCertificateVerifier verifier(CommonTrustedCertificateSource anchors) {
    CommonCertificateVerifier verifier = new CommonCertificateVerifier();
    verifier.setTrustedCertSources(anchors);
    // By itself it asks the authorities that a document names for certificates.
    verifier.setAIASource(ONLINE ? new DefaultAIASource(new Loopback()) : null);
    if (ONLINE) {
      verifier.setOcspSource(new OnlineOCSPSource(new Loopback()));
      verifier.setCrlSource(new OnlineCRLSource(new Loopback()));
    }
    return verifier;
  }

  /** The sample authority answers on this machine; those that other documents name are far away. */
  private static class Loopback extends OCSPDataLoader {
    @Override
    public byte[] get(String url) {
      return super.get(near(url));
    }

    @Override
    public byte[] post(String url, byte[] content) {
      return super.post(near(url), content);
    }

    private static String near(String url) {
      if (!"localhost".equals(URI.create(url.trim()).getHost())) throw new DSSException("not asked: " + url);
      return url;
    }
  }

  private static void comparePages(PDFDocumentValidator validator) {
    DefaultPdfDifferencesFinder differences = new DefaultPdfDifferencesFinder();
    differences.setMaximalPagesAmountForVisualComparison(PAGES);
    ServiceLoaderPdfObjFactory factory = new ServiceLoaderPdfObjFactory();
    factory.setPdfDifferencesFinder(differences);
    validator.setPdfObjFactory(factory);
  }

  private static void trustAll(SignedDocumentValidator validator, CommonTrustedCertificateSource anchors) {
    for (AdvancedSignature signature : validator.getSignatures()) {
      signature.getCertificates().forEach(anchors::addCertificate);
      signature.getAllTimestamps().forEach(stamp -> stamp.getCertificates().forEach(anchors::addCertificate));
    }
    for (TimestampToken stamp : validator.getDetachedTimestamps())
      stamp.getCertificates().forEach(anchors::addCertificate);
  }

  private static List<String> lines(Reports reports) {
    SimpleReport report = reports.getSimpleReport();
    DiagnosticData data = reports.getDiagnosticData();
    List<String> lines = new ArrayList<>();
    for (String id : report.getSignatureIdList())
      lines.add(line(report, id, String.valueOf(report.getSignatureFormat(id)), fieldOf(data, id)));
    if (lines.isEmpty())
      for (String id : report.getTimestampIdList()) lines.add(line(report, id, "TIMESTAMP", ""));
    return lines.isEmpty() ? List.of("NO_SIGNATURE") : lines;
  }

  private static String line(SimpleReport report, String id, String format, String field) {
    return String.join("\t", format, String.valueOf(report.getIndication(id)),
        String.valueOf(report.getSubIndication(id)), texts(report.getAdESValidationErrors(id)),
        texts(report.getAdESValidationWarnings(id)), field);
  }

  private static String fieldOf(DiagnosticData data, String id) {
    String field = data.getSignatureById(id).getFirstFieldName();
    return field == null ? "" : field;
  }

  private static String texts(List<Message> messages) {
    return messages.stream().map(Message::getValue).collect(Collectors.joining(" | "));
  }

  private static int number(String name, int otherwise) {
    String given = System.getenv(name);
    return given == null ? otherwise : Integer.parseInt(given);
  }
}
