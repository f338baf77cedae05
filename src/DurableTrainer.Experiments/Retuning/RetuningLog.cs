using Microsoft.Extensions.Logging;

namespace DurableTrainer.Experiments.Retuning;

/// <summary>Tells what became of due times.</summary>
public static partial class RetuningLog
{
    public static void Happened(this ILogger logger, Retuning retuning)
    {
        if (retuning.Experiment is { } experiment)
            Started(logger, retuning.Name, retuning.Due, experiment);
        else
            Refused(logger, retuning.Name, retuning.Due, retuning.Problem!);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Name} was due at {Due:u} and is repeated as {Experiment}")]
    private static partial void Started(ILogger logger, string name, DateTimeOffset due, string experiment);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Name} was due at {Due:u} and cannot be repeated: {Problem}")]
    private static partial void Refused(ILogger logger, string name, DateTimeOffset due, string problem);
}
