using System.Text;
using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Training;
using DurableTrainer.Experiments.Submission;
using DurableTrainer.Tuning.Costs;

namespace DurableTrainer.Cli.Views;

/// <summary>A plan as text: the completed spec, and then what it comes to.</summary>
internal static class ForecastText
{
    public static string Of(ExperimentForecast plan)
    {
        var lines = new StringBuilder(SpecReader.Write(plan.Spec)).AppendLine().AppendLine();
        if (plan.Model is { } data)
            Row("data", $"{data.TrainingSamples:N0} samples to train on, {data.ValidationSamples:N0} to compare trials, {data.TestSamples:N0} to test the best; shape [{string.Join(", ", data.SampleShape)}]{(data.Targets == 1 ? "" : $", {data.Targets:N0} targets each")}");
        if (plan.Model?.Skipped is { } skipped)
            Row("skipped", $"{skipped.Count:N0} records that are no samples, the first: {skipped.First}");
        if (plan.Model?.Text is { } text)
            Row("text", $"{text.Count:N0} different {(text.Unit == TextUnit.Bytes ? "bytes" : "characters")}, so the last layer must give at least as many classes");
        if (plan.CommandFiles is { } files)
            Row("command", $"runs in the folder of the file; {(files.Count == 0 ? "it names no files there" : $"changes of {string.Join(", ", files)} are noticed")}");
        Row("points", plan.Points is { } points ? $"{(plan.Spec.Constraints.Count > 0 ? "at most " : "")}{points:N0}" : "without end");
        Row("trials", $"at most {plan.Trials:N0}, {plan.Lanes} at once");
        for (var i = 0; i < plan.Brackets.Count; i++)
        {
            var (rungs, trials) = plan.Brackets[i];
            var decisions = rungs is [var end] ? $"no decision before the end, epoch {end}" : $"decisions after epochs {string.Join(", ", rungs)}";
            Row(i == 0 ? "rungs" : "", plan.Brackets.Count == 1 ? decisions : $"bracket {i + 1}, {trials:N0} of the trials: {decisions}");
        }

        if (plan.Spec.Adaptation is { } adaptation)
            Row("adaptation", $"{adaptation.Type.ToString().ToLowerInvariant()} every {adaptation.EveryEpochs} epochs, of {string.Join(", ", plan.Spec.Space.Where(parameter => parameter.Adjustable).Select(parameter => parameter.Name))}");
        if (plan.Model is { } model)
        {
            Row("models", model.MinParameters == model.MaxParameters
                ? $"{model.MinParameters:N0} parameters"
                : $"{model.MinParameters:N0} to {model.MaxParameters:N0} parameters");
            if (plan.Spec.Limits.Parameters < model.MaxParameters)
                Row("limits", $"models of more than {plan.Spec.Limits.Parameters:N0} parameters fail before they are trained");
        }

        if (plan.Parallel is { } parallel)
            ParallelText.Write(parallel, Row);
        Row("worst case", $"{plan.WorstCaseEpochs:N0} epochs{(plan.Model is { } cost ? $", {cost.WorstCaseFlops / 1e9:N0} GFLOP" : "")}");
        if (plan.HalvingEpochs is { } epochs)
            Row("with stopping", $"about {epochs:N0} epochs, if each rung lets through its share");
        if (plan.Expected is { } outlook)
            Row("expected", $"from {outlook.Experiment}: {Expected(outlook.Usage)}; {outlook.Usage.Trials} trials of it tell, each bound holds with 95%");
        var quota = plan.Spec.Quota;
        Row("quota", $"pool '{quota.Pool}', {plan.Lanes} worker{(plan.Lanes == 1 ? "" : "s")}, tenant '{quota.Tenant}': {Verdict(plan)}");
        foreach (var excess in plan.Exceeded)
            Row("", excess.ToString());
        for (var i = 0; i < plan.FirstPoints.Count; i++)
            Row(i == 0 ? "first points" : "", Format.Point(plan.FirstPoints[i]));
        return lines.ToString().TrimEnd();

        static string Verdict(ExperimentForecast plan) =>
            plan.Exceeded.Count == 0 ? "would be let in now"
            : plan.Spec.Quota.OnExceed == OnExceed.Queue && !plan.Exceeded.Any(excess => excess.IsForGood) ? "would wait"
            : "would be rejected";

        static string Expected(ExpectedUsage usage) => string.Join(", ", ((string?[])
        [
            usage.CpuTime is { } cpu ? $"{Format.Duration(cpu.Expected)} CPU time (at most {Format.Duration(cpu.Upper)})" : null,
            usage.WallClock is { } wall ? $"{Format.Duration(wall.Expected)} of wall clock (at most {Format.Duration(wall.Upper)})" : null,
            usage.PeakMemory is { } peak ? $"peak memory {Format.Bytes(peak.ExpectedBytes)} (at most {Format.Bytes(peak.UpperBytes)})" : null,
        ]).Where(part => part is not null));

        void Row(string name, string value) => lines.Append(name.PadRight(15)).AppendLine(value);
    }
}
