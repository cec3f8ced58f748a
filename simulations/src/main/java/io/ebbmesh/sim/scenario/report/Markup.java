package io.ebbmesh.sim.scenario.report;

import java.util.List;
import java.util.Locale;

/** HTML that is also XML, in a builder; what comes from outside goes through {@link #text}. */
final class Markup {

  private static final String REPLACEMENT = "\uFFFD";

  private final StringBuilder out = new StringBuilder(1 << 20);

  Markup raw(String html) {
    out.append(html);
    return this;
  }

  /** Like {@link String#format}; every argument must be a number or trusted. */
  Markup format(String html, Object... arguments) {
    out.append(String.format(Locale.ROOT, html, arguments));
    return this;
  }

  Markup text(String untrusted) {
    out.append(escape(untrusted));
    return this;
  }

  /** An element with nothing but text; {@code attributes} is trusted. */
  Markup element(String name, String attributes, String untrusted) {
    out.append('<').append(name);
    if (!attributes.isEmpty()) {
      out.append(' ').append(attributes);
    }
    out.append('>').append(escape(untrusted));
    out.append("</").append(name).append(">\n");
    return this;
  }

  /** A table whose first column heads its rows. */
  Markup table(List<String> head, List<List<String>> rows) {
    raw("<div class=\"scroll\"><table><thead><tr>");
    head.forEach(cell -> raw("<th scope=\"col\">").text(cell).raw("</th>"));
    raw("</tr></thead><tbody>\n");
    for (List<String> row : rows) {
      raw("<tr><th scope=\"row\">").text(row.get(0)).raw("</th>");
      row.subList(1, row.size()).forEach(cell -> raw("<td>").text(cell).raw("</td>"));
      raw("</tr>\n");
    }
    return raw("</tbody></table></div>\n");
  }

  @Override
  public String toString() {
    return out.toString();
  }

  /** Also replaces what XML forbids, and marks that would turn the direction of later text. */
  static String escape(String text) {
    StringBuilder escaped = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(
            point -> {
              switch (point) {
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '&' -> escaped.append("&amp;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> {
                  if (allowed(point)) {
                    escaped.appendCodePoint(point);
                  } else {
                    escaped.append(REPLACEMENT);
                  }
                }
              }
            });
    return escaped.toString();
  }

  private static boolean allowed(int point) {
    boolean control = point < 0x20 && point != '\t' && point != '\n' || point == 0x7F;
    boolean surrogate = point >= 0xD800 && point <= 0xDFFF;
    boolean nothing = (point & 0xFFFE) == 0xFFFE;
    boolean turning = point >= 0x202A && point <= 0x202E || point >= 0x2066 && point <= 0x2069;
    boolean c1 = point >= 0x80 && point < 0xA0;
    return !(control || surrogate || nothing || turning || c1);
  }
}
