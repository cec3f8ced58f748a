package io.ebbmesh.node.books;

import java.util.List;
import java.util.Locale;

/** The books as text. */
final class AccountTable {

  private static final String ROW = "%-16s %-36s %-9s %14s %14s %12s %12s %14s %12s  %s";

  private AccountTable() {}

  static String of(List<Account> accounts) {
    StringBuilder text = new StringBuilder();
    row(
        text,
        "NODE",
        "INCARNATION",
        "LANE",
        "PRODUCED",
        "STORED",
        "QUARANTINED",
        "DECLARED",
        "PENDING",
        "UNACCOUNTED",
        "");
    long unbalanced = 0;
    for (Account account : accounts) {
      row(
          text,
          account.node(),
          account.incarnation(),
          account.lane(),
          Long.toString(account.produced()),
          Long.toString(account.stored()),
          account.quarantined() == null ? "-" : account.quarantined().toString(),
          Long.toString(account.declaredLost()),
          Long.toString(account.pending()),
          account.unaccounted() == null ? "-" : account.unaccounted().toString(),
          account.balanced() ? "balanced" : "DOES NOT BALANCE");
      for (String problem : account.problems()) {
        text.append("    ").append(problem).append('\n');
      }
      unbalanced += account.balanced() ? 0 : 1;
    }
    text.append(
        unbalanced == 0
            ? "balanced: " + accounts.size() + " lanes\n"
            : unbalanced + " of " + accounts.size() + " lanes DO NOT BALANCE\n");
    return text.toString();
  }

  private static void row(StringBuilder text, Object... cells) {
    text.append(String.format(Locale.ROOT, ROW, cells).stripTrailing()).append('\n');
  }
}
