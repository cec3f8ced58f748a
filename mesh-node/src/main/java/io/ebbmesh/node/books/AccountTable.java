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
    }
    return text.toString();
  }

  /**
   * Whether all is accounted for, in a line.
   *
   * @param hidden whether damage of the store may hide insights that no lane counts
   */
  static String verdict(List<Account> accounts, boolean hidden) {
    long unbalanced = accounts.stream().filter(account -> !account.balanced()).count();
    String lanes = accounts.size() + (accounts.size() == 1 ? " lane" : " lanes");
    if (unbalanced > 0) {
      return unbalanced + " of " + lanes + (unbalanced == 1 ? " DOES" : " DO") + " NOT BALANCE";
    }
    if (hidden) {
      return "NO BALANCE: the store is damaged, insights may be gone that no lane counts";
    }
    return accounts.isEmpty()
        ? "nothing to balance: no lane has produced an insight"
        : "balanced: " + lanes;
  }

  private static void row(StringBuilder text, Object... cells) {
    text.append(String.format(Locale.ROOT, ROW, cells).stripTrailing()).append('\n');
  }
}
