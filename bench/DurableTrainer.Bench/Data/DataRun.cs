using DurableTrainer.Core.Training;
using DurableTrainer.Core.Trials;
using DurableTrainer.Training.Parallel.Data;
using DurableTrainer.Training.Parallel.Data.Planning;

namespace DurableTrainer.Bench.Data;

/// <summary>Some steps of a session that were really taken, with what was known when they began.</summary>
internal sealed record DataRun
{
    /// <summary>Every step, in order.</summary>
    public required IReadOnlyList<StepTiming> Steps { get; init; }

    /// <summary>What the units were expected to take, by their probes.</summary>
    public required IReadOnlyList<UnitCost> Probed { get; init; }

    public required IReadOnlyList<PlanChange> Plans { get; init; }

    /// <param name="task">What to train.</param>
    /// <param name="dutyCycles">One for each unit.</param>
    /// <param name="steps">How many steps.</param>
    /// <param name="time">By which units are probed and watched.</param>
    /// <param name="slowDown">After so many steps unit 0 takes so many times as long; null for never.</param>
    /// <param name="betweenEpochs">Called before every epoch and at the end, with the steps that are done.</param>
    /// <param name="cancellation">Ends it early.</param>
    public static DataRun Of(
        DataTask task, double[] dutyCycles, int steps, TimeProvider time, (int Step, double Factor)? slowDown = null,
        Action<int>? betweenEpochs = null, CancellationToken cancellation = default)
    {
        var (taken, probed) = (new List<StepTiming>(), (IReadOnlyList<UnitCost>)[]);
        var parallel = new DataParallelSpec { Units = [.. dutyCycles.Select(cycle => new UnitSpec { DutyCycle = cycle })] };
        DataSession? session = null;
        session = new DataSession(
            task.Spec with { Parallel = parallel }, task.Dataset, task.Split, seed: 1, trial: 0,
            // Rests are counted and not taken: neighbours would use them to empty the caches.
            surroundings: new DataSurroundings { Time = time, Rest = _ => { }, Observed = Observe });
        using (session)
        {
            while (taken.Count < steps)
            {
                cancellation.ThrowIfCancellationRequested();
                betweenEpochs?.Invoke(taken.Count);
                session.RunEpoch(cancellation);
            }

            betweenEpochs?.Invoke(taken.Count);

            return new DataRun { Steps = taken[..steps], Probed = probed, Plans = session.Plans };
        }

        void Observe(StepTiming step)
        {
            if (taken.Count == 0)
                probed = [.. session!.Sharing.Coordinator!.Costs];
            taken.Add(step);
            if (slowDown is { } slow && taken.Count == slow.Step)
                session!.Sharing.Units[0].Clock.DutyCycle = dutyCycles[0] / slow.Factor;
        }
    }
}
