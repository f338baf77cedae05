using DurableTrainer.Core.Trials;
using DurableTrainer.Experiments.Artifacts;

namespace DurableTrainer.Cli.Views;

/// <summary>Events as JSON lines: those of <c>events.jsonl</c>, epochs as they are measured, and the result last.</summary>
internal sealed class JsonRunView : RunView
{
    public override void Tell(string message) => Console.Error.WriteLine(message);

    public override void Begin(string experiment)
    {
    }

    public override void Show(ExperimentEvent happened) => Write(happened);

    public override void Show(SliceRequest slice, EpochReport report) =>
        Write(new { Type = "epoch", slice.Trial, slice.Slice, report.Epoch, report.Step, report.Time, report.Values, report.Usage });

    public override void End()
    {
    }

    public override void Show(ExperimentResult result, ExperimentUsage usage, DataFolder folder) =>
        Write(new { Type = "result", Result = result, Usage = usage });

    private static void Write<T>(T value)
    {
        var line = ArtifactJson.WriteLine(value);
        lock (Console.Out)
            Console.Out.WriteLine(line);
    }
}
