using DurableTrainer.Training.Losses;
using DurableTrainer.Training.Parallel.Async.Replicas;
using DurableTrainer.Training.Parallel.Data.Planning;

namespace DurableTrainer.Training.Parallel.Data.Units;

/// <summary>The units of a trial: probes them, and has them share batches.</summary>
internal sealed class UnitCrew(IReadOnlyList<Unit> units, IReadOnlyList<int> mostSamples, Loss loss) : IDisposable
{
    /// <summary>Of each size; their median counts. What comes before them makes programs and caches warm.</summary>
    private const int Probes = 5, WarmUps = 2;

    /// <summary>The smaller size is such a part of the larger.</summary>
    private const int Part = 4;

    /// <summary>Batches of the larger size that a probe comes to.</summary>
    public const double ProbedBatches = WarmUps + Probes * (1 + 1.0 / Part);

    private readonly Meeting meeting = new();
    private readonly bool[] isLost = new bool[units.Count];

    public IReadOnlyList<Unit> Units => units;

    /// <summary>Measures all units at the same time, as they work at the same time later.</summary>
    /// <param name="batch">Samples and parameters to do it with; nothing of it changes.</param>
    /// <returns>What each takes; of a unit that failed, why.</returns>
    public IReadOnlyList<(UnitCost Cost, Exception? Failure)> Probe(SharedBatch batch)
    {
        var found = new UnitCost[units.Count];
        foreach (var unit in units)
            unit.Start(program => found[unit.Number] = Probe(unit, program, batch));
        return [.. units.Select(unit => (Failure: unit.Await().Failure, unit.Number)).Select(end => (found[end.Number], end.Failure))];
    }

    /// <summary>Has the units compute a step of a batch. Where one fails, nothing of it counts.</summary>
    /// <param name="batch">The batch; gets what the model gave.</param>
    /// <param name="shards">Samples of each unit: one after the other, in the order of the units.</param>
    /// <returns>How it ended for each unit; null for those without samples.</returns>
    public UnitWork?[] Run(SharedBatch batch, IReadOnlyList<int> shards)
    {
        var targets = TargetsOf(batch, shards);
        double[] weights = [.. units.Select(unit => unit.Replica.Weight * targets[unit.Number])];
        // Where no target counts nothing is learned, whatever the weights.
        var all = weights.Sum();
        if (all > 0)
            weights = [.. weights.Select(weight => weight / all)];
        meeting.Open(shards.Count(count => count > 0));
        var (offset, place) = (0, 0);
        foreach (var unit in units)
        {
            var count = shards[unit.Number];
            if (count == 0)
                continue;
            var shard = new Shard(place++, offset, weights[unit.Number], meeting, unit.Clock);
            unit.Start(program => Compute(unit, program, batch, shard, count));
            offset += count;
        }

        return
        [
            .. units.Select(unit => shards[unit.Number] > 0
                ? unit.Await() with { Targets = targets[unit.Number], Weight = weights[unit.Number] }
                : (UnitWork?)null),
        ];
    }

    /// <summary>That count, of each unit.</summary>
    private int[] TargetsOf(SharedBatch batch, IReadOnlyList<int> shards)
    {
        var (counted, offset) = (new int[shards.Count], 0);
        for (var unit = 0; unit < shards.Count; unit++)
        {
            counted[unit] = loss.CountOf(batch.Targets.AsSpan(offset * batch.TargetSize, shards[unit] * batch.TargetSize));
            offset += shards[unit];
        }

        return counted;
    }

    /// <summary>Ends a unit that failed.</summary>
    public void Remove(int unit)
    {
        isLost[unit] = true;
        units[unit].Dispose();
    }

    public void Dispose()
    {
        foreach (var unit in units.Where(unit => !isLost[unit.Number]))
            unit.Dispose();
    }

    private void Compute(Unit unit, GradientProgram program, SharedBatch batch, Shard shard, int count)
    {
        try
        {
            Load(unit, batch, shard.Offset, count);
            program.Compute(batch.Parameters, unit.Samples, batch.Pass with { Count = count, Part = shard }, unit.Result);
            unit.Result.Outputs.CopyTo(batch.Outputs.AsSpan(shard.Offset * batch.OutputSize));
            // Nobody learns from it, and this unit does not come to the way back.
            if (!double.IsFinite(unit.Result.LossSum))
                meeting.Break();
        }
        catch
        {
            meeting.Break();
            throw;
        }
    }

    private UnitCost Probe(Unit unit, GradientProgram program, SharedBatch batch)
    {
        var many = Math.Min(mostSamples[unit.Number], batch.Pass.Count);
        var few = Math.Max(1, many / Part);
        for (var warmUp = 0; warmUp < WarmUps; warmUp++)
            SecondsOf(many);
        var (ofFew, ofMany) = (new RecentTimes(Probes), new RecentTimes(Probes));
        for (var probe = 0; probe < Probes; probe++)
        {
            ofFew.Add(SecondsOf(few));
            ofMany.Add(SecondsOf(many));
        }

        return UnitCost.Through(few, ofFew.Median, many, ofMany.Median) with { MostSamples = mostSamples[unit.Number] };

        double SecondsOf(int count)
        {
            unit.Clock.Begin();
            Load(unit, batch, 0, count);
            program.Compute(batch.Parameters, unit.Samples, batch.Pass with { Count = count }, unit.Result);
            unit.Clock.Stop();
            return unit.Clock.Worked.TotalSeconds;
        }
    }

    private static void Load(Unit unit, SharedBatch batch, int offset, int count)
    {
        unit.Samples.Resize(count);
        batch.Inputs.AsSpan(offset * batch.SampleSize, count * batch.SampleSize).CopyTo(unit.Samples.Inputs);
        batch.Targets.AsSpan(offset * batch.TargetSize, count * batch.TargetSize).CopyTo(unit.Samples.Targets);
        unit.Replica.Perturbation?.Apply(unit.Samples.Inputs, batch.Pass, offset, count);
    }
}
