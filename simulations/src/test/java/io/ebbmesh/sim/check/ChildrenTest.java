package io.ebbmesh.sim.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebbmesh.node.cli.ExitCode;
import io.ebbmesh.node.cli.UserErrorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildrenTest {

  @TempDir Path folder;

  private final List<Path> roots = new ArrayList<>();

  private int judge(Children.Work<Integer> work) throws Exception {
    return Children.judge(null, "test", null, work, result -> {}, result -> result == 1);
  }

  @Test
  void a_folder_that_cannot_be_made_is_named() throws Exception {
    Path file = Files.createFile(folder.resolve("file"));
    assertThatThrownBy(() -> Children.in(file, "test"))
        .isInstanceOf(UserErrorException.class)
        .hasMessageContaining("--dir " + file);
  }

  @Test
  void what_a_run_left_is_removed_if_it_held_and_kept_if_not_however_it_ended() throws Exception {
    assertThat(judge(children -> look(children, 1))).isEqualTo(ExitCode.OK);
    assertThat(roots.get(0)).doesNotExist();
    assertThat(judge(children -> look(children, 2))).isEqualTo(ExitCode.FAILED);
    assertThat(roots.get(1)).exists();
    assertThatThrownBy(
            () ->
                judge(
                    children -> {
                      look(children, 1);
                      throw new IllegalStateException("accepted twice");
                    }))
        .hasMessage("accepted twice");
    assertThat(roots.get(2)).exists();
    for (Path root : roots) {
      StoreBits.delete(root);
    }
  }

  @Test
  void a_run_that_came_to_nothing_does_not_leave_an_earlier_report() throws Exception {
    Path json = Files.writeString(folder.resolve("report.json"), "{\"holds\":true}");
    int exitCode =
        Children.judge(
            folder.resolve("run"),
            "test",
            json,
            children -> {
              throw new IOException("the hub holds 3 and got nothing more");
            },
            result -> {},
            result -> true);
    assertThat(exitCode).isEqualTo(ExitCode.FAILED);
    assertThat(json)
        .content()
        .contains("\"problem\"", "got nothing more")
        .doesNotContain("holds\"");
  }

  private int look(Children children, int result) {
    roots.add(children.deployment().root());
    return result;
  }
}
