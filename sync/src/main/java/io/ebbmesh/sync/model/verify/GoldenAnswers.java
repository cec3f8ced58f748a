package io.ebbmesh.sync.model.verify;

import io.ebbmesh.protocol.model.ModelManifest;
import io.ebbmesh.protocol.model.ModelManifest.Golden;
import io.ebbmesh.sync.model.verify.Rejected.Why;
import java.util.List;

/** Compares what a release answered with what its manifest says that it must. */
public final class GoldenAnswers {

  private GoldenAnswers() {}

  public static List<float[]> inputs(ModelManifest manifest) {
    return manifest.golden().stream().map(Golden::input).toList();
  }

  /**
   * @param answers one per golden input, in order
   * @throws Rejected naming the first wrong value
   */
  public static void judge(ModelManifest manifest, List<float[]> answers) throws Rejected {
    List<Golden> golden = manifest.golden();
    if (answers.size() != golden.size()) {
      throw failed(manifest, answers.size() + " answers to " + golden.size() + " inputs");
    }
    for (int i = 0; i < golden.size(); i++) {
      judge(manifest, i, golden.get(i), answers.get(i));
    }
  }

  private static void judge(ModelManifest manifest, int number, Golden golden, float[] answer)
      throws Rejected {
    float[] right = golden.output();
    if (answer.length != right.length) {
      throw failed(
          manifest,
          "input " + number + " gives " + answer.length + " values instead of " + right.length);
    }
    for (int i = 0; i < right.length; i++) {
      // Written so that NaN is never near anything.
      boolean near = Math.abs(answer[i] - right[i]) <= golden.tolerance();
      if (!near) {
        throw failed(
            manifest,
            "input "
                + number
                + " gives "
                + answer[i]
                + " at "
                + i
                + " instead of "
                + right[i]
                + " (tolerance "
                + golden.tolerance()
                + ")");
      }
    }
  }

  private static Rejected failed(ModelManifest manifest, String detail) {
    return new Rejected(Why.GOLDEN_FAILED, manifest.release() + ": " + detail);
  }
}
