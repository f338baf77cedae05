using DurableTrainer.Bench.Measuring;
using DurableTrainer.Bench.Reports;
using DurableTrainer.Bench.Train.Contestants;

namespace DurableTrainer.Bench.Train;

/// <summary>A workload at one size of its batches; it is measured with each number of threads.</summary>
internal sealed record Cell(Workload Workload, int Batch);

/// <summary>What a run of the bench <c>train</c> measures, and how long.</summary>
internal sealed record TrainSettings
{
    public required IReadOnlyList<Cell> Cells { get; init; }

    public required IReadOnlyList<int> Threads { get; init; }

    public required RoundPlan Rounds { get; init; }

    /// <summary>How long each contestant runs before anything counts.</summary>
    public required double WarmSeconds { get; init; }

    /// <summary>After so long, rounds that were disturbed are no longer repeated; never when infinite.</summary>
    public required TimeSpan Patience { get; init; }

    /// <summary>How long a worker trains whose memory is measured.</summary>
    public required int WorkerEpochs { get; init; }

    public required IReadOnlyList<Opponent> Opponents { get; init; }

    public required string Python { get; init; }

    /// <summary>Whether tables are wanted.</summary>
    public required bool Tables { get; init; }

    /// <summary>Where they go; standard output when null.</summary>
    public required MarkedFile? TablesFile { get; init; }
}
