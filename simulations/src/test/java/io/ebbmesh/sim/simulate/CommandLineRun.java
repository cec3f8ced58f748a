package io.ebbmesh.sim.simulate;

import io.ebbmesh.node.cli.Main;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the command line came to, in this JVM.
 *
 * @param exit for the shell
 * @param out standard output
 * @param err standard error
 */
public record CommandLineRun(int exit, String out, String err) {

  private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");
  private static final String PROGRAM = "./ebbmesh";

  public static CommandLineRun of(String... arguments) {
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream toOut = new ByteArrayOutputStream();
    ByteArrayOutputStream toErr = new ByteArrayOutputStream();
    try {
      System.setOut(new PrintStream(toOut, true, StandardCharsets.UTF_8));
      System.setErr(new PrintStream(toErr, true, StandardCharsets.UTF_8));
      int exit = Main.run(arguments);
      return new CommandLineRun(
          exit, toOut.toString(StandardCharsets.UTF_8), toErr.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }

  /**
   * Runs a command as a run prints it, split as a shell would.
   *
   * @throws IllegalArgumentException if it is a command of another program
   */
  public static CommandLineRun ofPrinted(String command, String... more) {
    List<String> words = new ArrayList<>();
    Matcher matcher = WORD.matcher(command);
    while (matcher.find()) {
      words.add(matcher.group(1) != null ? matcher.group(1) : matcher.group(2));
    }
    if (words.isEmpty() || !words.remove(0).equals(PROGRAM)) {
      throw new IllegalArgumentException("not a command of " + PROGRAM + ": " + command);
    }
    words.addAll(List.of(more));
    return of(words.toArray(new String[0]));
  }

  /** The last command that was printed behind a title. */
  public static String printed(String title, String text) {
    int at = text.lastIndexOf(title);
    if (at < 0) {
      throw new IllegalArgumentException("nothing says '" + title + "' in: " + text);
    }
    return text.substring(at + title.length()).lines().findFirst().orElseThrow().strip();
  }
}
