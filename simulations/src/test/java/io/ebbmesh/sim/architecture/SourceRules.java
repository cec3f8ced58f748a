package io.ebbmesh.sim.architecture;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** What can only be seen in the source: lengths, and that every package introduces itself. */
final class SourceRules {

  static final int MAX_FILE_LINES = 400;
  static final int MAX_METHOD_LINES = 60;

  private SourceRules() {}

  /** Production sources below a checkout. */
  static List<Path> productionSources(Path root) throws IOException {
    List<Path> sources = new ArrayList<>();
    try (Stream<Path> modules = Files.list(root)) {
      for (Path module : modules.sorted().toList()) {
        Path java = module.resolve("src/main/java");
        if (Files.isDirectory(java)) {
          try (Stream<Path> files = Files.walk(java)) {
            files.filter(file -> file.toString().endsWith(".java")).sorted().forEach(sources::add);
          }
        }
      }
    }
    return sources;
  }

  static List<String> longFiles(List<Path> sources) throws IOException {
    List<String> problems = new ArrayList<>();
    for (Path source : sources) {
      long lines = Files.readString(source).lines().count();
      if (lines > MAX_FILE_LINES) {
        problems.add(source + " has " + lines + " lines");
      }
    }
    return problems;
  }

  static List<String> packagesWithoutIntroduction(List<Path> sources) throws IOException {
    List<String> problems = new ArrayList<>();
    for (Path folder : sources.stream().map(Path::getParent).distinct().toList()) {
      Path introduction = folder.resolve("package-info.java");
      if (!Files.exists(introduction)) {
        problems.add(folder + " has no package-info.java");
        continue;
      }
      String text = Files.readString(introduction);
      if (!text.contains("@NullMarked") || !text.contains("/**")) {
        problems.add(introduction + " lacks @NullMarked or a description");
      }
    }
    return problems;
  }

  static List<String> longMethods(List<Path> sources) throws IOException {
    List<String> problems = new ArrayList<>();
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null,
                  files,
                  null,
                  List.of("-proc:none"),
                  null,
                  files.getJavaFileObjectsFromPaths(sources));
      SourcePositions positions = Trees.instance(task).getSourcePositions();
      for (CompilationUnitTree unit : task.parse()) {
        new MethodLengths(unit, positions, problems).scan(unit, null);
      }
    }
    return problems;
  }

  private static final class MethodLengths extends TreeScanner<Void, String> {

    private final CompilationUnitTree unit;
    private final SourcePositions positions;
    private final List<String> problems;

    MethodLengths(CompilationUnitTree unit, SourcePositions positions, List<String> problems) {
      this.unit = unit;
      this.positions = positions;
      this.problems = problems;
    }

    @Override
    public Void visitClass(ClassTree node, String outer) {
      return super.visitClass(node, node.getSimpleName().toString());
    }

    @Override
    public Void visitMethod(MethodTree node, String owner) {
      LineMap lines = unit.getLineMap();
      long start = positions.getStartPosition(unit, node);
      long end = positions.getEndPosition(unit, node);
      if (start >= 0 && end >= 0) {
        long length = lines.getLineNumber(end) - lines.getLineNumber(start) + 1;
        if (length > MAX_METHOD_LINES) {
          problems.add(
              unit.getSourceFile().getName()
                  + " "
                  + owner
                  + "."
                  + node.getName()
                  + " has "
                  + length
                  + " lines");
        }
      }
      return super.visitMethod(node, owner);
    }
  }
}
