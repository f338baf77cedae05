namespace DurableTrainer.Cli;

/// <summary>What the process tells its caller.</summary>
internal static class ExitStatus
{
    public const int Done = 0;

    /// <summary>The experiment failed or was rejected, or the surroundings did.</summary>
    public const int Failed = 1;

    /// <summary>The command line or the spec is wrong.</summary>
    public const int Usage = 2;

    /// <summary>Stopped by the user; nothing is lost.</summary>
    public const int Interrupted = 130;
}
