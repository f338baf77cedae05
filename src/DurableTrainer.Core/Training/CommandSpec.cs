using DurableTrainer.Core.Spec;

namespace DurableTrainer.Core.Training;

/// <summary>What one trial trains when a program does it, with every <c>$name</c> replaced by the point's value.</summary>
public sealed record CommandTrainingSpec
{
    public required CommandSpec Command { get; init; }

    /// <summary>Epochs of a trial that is not stopped.</summary>
    [AtLeast(1)]
    public int Epochs { get; init; } = 10;
}

/// <summary>A program in any language that trains a model and tells about it on its standard output.</summary>
public sealed record CommandSpec
{
    /// <summary>
    /// The program and its arguments. A program with a slash is relative to the spec's file, one without is looked up on the <c>PATH</c>.
    /// </summary>
    [NotEmpty, Matches(@"^[^\0]*\z", "text without the character 0")]
    public required IReadOnlyList<string> Run { get; init; }

    public ReportFormat Report { get; init; }

    /// <summary>A program that writes nothing for so long hangs: it is ended, and its trial fails.</summary>
    [Above(0)]
    public TimeSpan Silence { get; init; } = TimeSpan.FromMinutes(10);
}

/// <summary>How a program reports epochs.</summary>
public enum ReportFormat
{
    /// <summary>A JSON object a line: <c>{"epoch": 1, "validation.accuracy": 0.93}</c>.</summary>
    Json,
}
