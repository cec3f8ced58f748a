package io.ebbmesh.node.detector;

import io.ebbmesh.protocol.model.ModelManifest;
import java.util.List;

/**
 * A detector that may be published.
 *
 * @param onnx the model file: input {@link Features#INPUT} float32 [batch, {@value
 *     Features#WIDTH}], output {@link Features#OUTPUT} float32 [batch, 1]
 * @param parameters for the manifest
 * @param golden known answers for the manifest
 * @param checkedPredictions predictions that ONNX Runtime and Tribuo were both asked for
 * @param largestDifference between the two, absolute
 */
public record TrainedDetector(
    byte[] onnx,
    DetectorParameters parameters,
    List<ModelManifest.Golden> golden,
    int checkedPredictions,
    double largestDifference) {}
