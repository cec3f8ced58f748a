package io.ebbmesh.sim.world;

import java.io.IOException;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Set;

/**
 * The program's classes without what Pekko reads again at each start of an actor system: the
 * manifests of all jars, to compare its versions, and its defaults, which {@link SimConfig} holds
 * already. Both together are most of what a start costs.
 */
final class QuietClassLoader extends ClassLoader {

  static final QuietClassLoader INSTANCE = new QuietClassLoader();

  private static final Set<String> UNSEEN = Set.of("META-INF/MANIFEST.MF", "reference.conf");

  private QuietClassLoader() {
    super(QuietClassLoader.class.getClassLoader());
  }

  @Override
  public Enumeration<URL> getResources(String name) throws IOException {
    return UNSEEN.contains(name) ? Collections.emptyEnumeration() : super.getResources(name);
  }
}
