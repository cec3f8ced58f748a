package io.ebbmesh.node.detector;

/**
 * The windows over one stream; the same class in training and on the node. Holds {@value
 * ChannelTrack#BLOCK} readings per channel. Used by one thread.
 */
public final class FeatureWindow {

  private final ChannelTrack temperature;
  private final ChannelTrack humidity;

  /** A stream of which nothing was seen: what is usual is what was usual in training. */
  public FeatureWindow(DetectorParameters parameters) {
    this.temperature =
        new ChannelTrack(parameters.temperatureRate(), parameters.temperatureScale(), true);
    this.humidity = new ChannelTrack(parameters.humidityRate(), parameters.humidityScale(), true);
  }

  /** Goes on with another release; what was seen of the stream stays. */
  public void use(DetectorParameters parameters) {
    temperature.usual(parameters.temperatureRate(), parameters.temperatureScale());
    humidity.usual(parameters.humidityRate(), parameters.humidityScale());
  }

  /** Takes the next reading of the stream, finite numbers. */
  public Features next(double temperatureCelsius, double humidityPercent) {
    temperature.next(temperatureCelsius);
    humidity.next(humidityPercent);
    float[] input = {
      (float) temperature.deviation(), (float) humidity.drift(), (float) temperature.drift()
    };
    return new Features(input, (float) humidity.deviation(), humidity.settled());
  }
}
