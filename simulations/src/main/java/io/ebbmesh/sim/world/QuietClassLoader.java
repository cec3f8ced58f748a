package io.ebbmesh.sim.world;

import java.io.IOException;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;

/**
 * The program's classes without the manifests of its jars: Pekko reads all of them at each start of
 * an actor system to compare its versions, which is most of what a start costs.
 */
final class QuietClassLoader extends ClassLoader {

  static final QuietClassLoader INSTANCE = new QuietClassLoader();

  private static final String MANIFEST = "META-INF/MANIFEST.MF";

  private QuietClassLoader() {
    super(QuietClassLoader.class.getClassLoader());
  }

  @Override
  public Enumeration<URL> getResources(String name) throws IOException {
    return name.equals(MANIFEST) ? Collections.emptyEnumeration() : super.getResources(name);
  }
}
