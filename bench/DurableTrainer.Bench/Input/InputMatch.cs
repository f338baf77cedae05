using DurableTrainer.Bench.Measuring;
using DurableTrainer.Core.Training;
using DurableTrainer.Training.Data;
using DurableTrainer.Training.Input;

namespace DurableTrainer.Bench.Input;

/// <summary>What the tuner reached against the best of a grid.</summary>
internal sealed record InputFigures
{
    /// <summary>Samples a second that training would take if it never waited.</summary>
    public required double Training { get; init; }

    /// <summary>The setting of the grid that was slowest, at which the tuner began.</summary>
    public required int WorstWorkers { get; init; }

    public required int BestWorkers { get; init; }

    /// <summary>Workers that the tuner ended with, in the last round.</summary>
    public required int AutomaticWorkers { get; init; }

    /// <summary>Samples a second, the automatic pipeline first, and then the grid.</summary>
    public required RoundSelection Rounds { get; init; }

    /// <summary>Place of the best setting among the contestants.</summary>
    public required int Best { get; init; }
}

/// <summary>Has a pipeline that is tuned by itself, and one for each setting of a grid, feed the same training in turn.</summary>
internal sealed class InputMatch(FedTraining training, InputSetting setting, double trainingRate, double processors)
{
    /// <summary>So many batches the tuner has until it counts.</summary>
    public const int TuningBatches = 30;

    private const int WarmBatches = 4;
    private const double ProbeSeconds = 0.4;

    private readonly Dataset data = setting.Data(1 / trainingRate);
    private int automaticWorkers;

    public async Task<InputFigures> MeasureAsync(RoundPlan plan, CancellationToken cancellation)
    {
        var probed = setting.Workers.Select(workers => Static(workers, ProbeSeconds)).ToList();
        var worst = setting.Workers[probed.IndexOf(probed.Min())];
        var turns = setting.Workers.Select<int, Func<double, double>>(workers => seconds => Static(workers, seconds)).Prepend(seconds => Automatic(worst, seconds));
        var rounds = await RoundSelection.MeasureAsync(
            plan,
            [.. turns.Select<Func<double, double>, Func<double, Task<double>>>(turn => seconds =>
            {
                cancellation.ThrowIfCancellationRequested();
                return Task.FromResult(turn(seconds));
            })],
            () => ProcessorTime.Read([]),
            MissingProcessors.Share);
        var best = Enumerable.Range(1, setting.Workers.Length).MaxBy(rounds.Median);
        return new InputFigures
        {
            Training = trainingRate,
            WorstWorkers = worst,
            BestWorkers = setting.Workers[best - 1],
            AutomaticWorkers = automaticWorkers,
            Rounds = rounds,
            Best = best,
        };
    }

    private double Static(int workers, double seconds)
    {
        using var pipeline = Pipeline(new InputSpec { Workers = workers }, new InputExperience());
        return training.Rate(pipeline, WarmBatches, seconds);
    }

    private double Automatic(int start, double seconds)
    {
        var experience = new InputExperience();
        experience.Remember("read", start);
        using var pipeline = Pipeline(new InputSpec(), experience);
        pipeline.Processors = processors;
        var rate = training.Rate(pipeline, TuningBatches, seconds);
        automaticWorkers = pipeline.Workers[0];
        return rate;
    }

    private InputPipeline Pipeline(InputSpec spec, InputExperience experience) =>
        new([new ReadStage(data, data.ReadingCost!)], data.SampleSize, FedTraining.Batch, spec, TimeProvider.System, experience);
}
