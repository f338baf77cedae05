namespace DurableTrainer.Training.Parallel.Pipeline.Simulation;

/// <summary>From a moment until just before another one, in seconds.</summary>
internal readonly record struct Interval(double Start, double End)
{
    public double Seconds => End - Start;
}
