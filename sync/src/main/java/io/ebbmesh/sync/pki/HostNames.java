package io.ebbmesh.sync.pki;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Compares a dialled host with the DNS names and IP addresses in a certificate; no wildcards. */
final class HostNames {

  private static final int DNS = 2;
  private static final int IP = 7;
  private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

  private HostNames() {}

  /** Whether a host is a literal address, which is never looked up. */
  static boolean isAddress(String host) {
    return IPV4.matcher(host).matches() || host.indexOf(':') >= 0;
  }

  /** The DNS names and IP addresses of a certificate. */
  static List<String> of(X509Certificate certificate) {
    List<String> hosts = new ArrayList<>();
    Collection<List<?>> names;
    try {
      names = certificate.getSubjectAlternativeNames();
    } catch (CertificateParsingException e) {
      return hosts;
    }
    if (names == null) {
      return hosts;
    }
    for (List<?> general : names) {
      if (general.get(0) instanceof Integer type
          && (type == DNS || type == IP)
          && general.get(1) instanceof String host) {
        hosts.add(host);
      }
    }
    return hosts;
  }

  static boolean matches(X509Certificate certificate, String dialled) {
    String wanted = canonical(dialled);
    for (String host : of(certificate)) {
      if (canonical(host).equals(wanted)) {
        return true;
      }
    }
    return false;
  }

  private static String canonical(String host) {
    if (!isAddress(host)) {
      return host.toLowerCase(Locale.ROOT);
    }
    try {
      return InetAddress.getByName(host).getHostAddress();
    } catch (UnknownHostException e) {
      return host;
    }
  }
}
