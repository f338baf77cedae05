namespace DurableTrainer.Bench.Data;

/// <summary>Two units, of which one works half of the time; then the other is slowed down.</summary>
/// <param name="StepsBefore">Steps until then.</param>
/// <param name="StepsAfter">Steps from then on.</param>
internal sealed record DataSetting(int StepsBefore, int StepsAfter)
{
    /// <summary>How many times as long unit 0 takes after it.</summary>
    public const double SlowDown = 3;

    /// <summary>Steps within which the new bound has to be reached.</summary>
    public const int MostRecovery = 40;

    public static DataSetting Full { get; } = new(100, 120);

    public static DataSetting Quick { get; } = new(40, 60);

    public double[] DutyCycles { get; } = [1, 0.5];
}
