using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Trials;
using DurableTrainer.Experiments.Artifacts;
using Spectre.Console;

namespace DurableTrainer.Cli.Views;

/// <summary>A line for everything that happens.</summary>
internal sealed class PlainRunView(IAnsiConsole console, ExperimentSpec spec) : RunView
{
    private readonly Lock turn = new();

    public override void Tell(string message) => Line(message);

    public override void Begin(string experiment) =>
        Line($"{experiment}: up to {spec.Budget.Trials} trials, {spec.Budget.Parallel} at once, for {string.Join(" and ", spec.Objective.Select(objective => objective.Metric))}");

    public override void Show(ExperimentEvent happened)
    {
        switch (happened.Type)
        {
            case ExperimentEventType.ExperimentQueued:
                Line(happened.Message!);
                break;
            case ExperimentEventType.TrialStarted:
                Line($"trial {happened.Trial}: {Format.Point(happened.Point!)}");
                break;
            case ExperimentEventType.SliceEnded:
                Line($"trial {happened.Trial}: epoch {happened.Epoch}, {ValuesOf(happened)}; {happened.Message}");
                break;
            case ExperimentEventType.WorkerLost:
                Line($"trial {happened.Trial}: {Format.FirstLine(happened.Message)}; slice {happened.Slice} runs again");
                break;
            case ExperimentEventType.TrialEnded when happened.Status is "failed" or "cancelled":
                Line($"trial {happened.Trial}: {happened.Status}; {Format.FirstLine(happened.Message)}");
                break;
            case ExperimentEventType.ChampionChallenged:
                Line($"champion: {happened.Message}");
                break;
            case ExperimentEventType.ExperimentEnding:
                Line($"ending: {happened.Message}");
                break;
        }
    }

    public override void Show(SliceRequest slice, EpochReport report)
    {
    }

    public override void End()
    {
    }

    public override void Show(ExperimentResult result, ExperimentUsage usage, DataFolder folder) => ResultView.Write(result, usage, folder, console);

    private string ValuesOf(ExperimentEvent happened) => happened.Values is { } values
        ? Format.Values(values, spec.Objective.Select(objective => objective.Metric))
        : $"{spec.Objective[0].Metric} {Format.Value(happened.Value)}";

    private void Line(string text)
    {
        lock (turn)
            Console.Out.WriteLine(text);
    }
}
