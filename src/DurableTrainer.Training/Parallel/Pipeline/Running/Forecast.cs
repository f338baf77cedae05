namespace DurableTrainer.Training.Parallel.Pipeline.Running;

/// <summary>When instructions will be done, from how far the units are and how long instructions take.</summary>
internal sealed class Forecast(InstructionPlan plan)
{
    private readonly long[] durations = new long[plan.Instructions.Count];

    /// <summary>Takes how long instructions take from here on.</summary>
    /// <param name="times">Measured.</param>
    /// <param name="frequency">Timestamps of a second.</param>
    public void Learn(StageTimes times, long frequency)
    {
        foreach (var (number, instruction) in plan.Instructions.Index())
            Volatile.Write(ref durations[number], (long)(times.SecondsOf(instruction.Kind, instruction.Stage) * frequency));
    }

    /// <summary>When an instruction will be done, as a timestamp.</summary>
    public long EndOf(int instruction, Progress progress, long now)
    {
        Span<long> ends = stackalloc long[plan.Instructions.Count];
        Follow(progress, now, ends, until: instruction);
        return ends[instruction];
    }

    /// <summary>When all of them will be.</summary>
    public long End(Progress progress, long now)
    {
        Span<long> ends = stackalloc long[plan.Instructions.Count];
        return Follow(progress, now, ends, until: -1);
    }

    /// <summary>How long after the beginning of a batch a unit begins to work.</summary>
    public long FirstStart(int unit)
    {
        var first = plan.ByUnit[unit][0];
        if (plan.Needs[first] is not { } needed)
            return 0;
        Span<long> ends = stackalloc long[plan.Instructions.Count];
        Follow(progress: null, now: 1, ends, until: needed);
        return ends[needed] - 1;
    }

    private long Follow(Progress? progress, long now, Span<long> ends, int until)
    {
        Span<int> at = stackalloc int[plan.ByUnit.Count];
        Span<long> free = stackalloc long[plan.ByUnit.Count];
        at.Clear();
        ends.Clear();
        free.Fill(progress is null ? now : 0);
        var (latest, left) = (now, plan.Instructions.Count);
        while (left > 0)
        {
            for (var unit = 0; unit < at.Length; unit++)
            {
                var order = plan.ByUnit[unit];
                for (; at[unit] < order.Length; at[unit]++, left--)
                {
                    var number = order[at[unit]];
                    var needed = plan.Needs[number] is { } before ? ends[before] : 1;
                    if (needed == 0)
                        break;
                    free[unit] = ends[number] = EndOf(number, Math.Max(free[unit], needed), progress, now);
                    latest = Math.Max(latest, free[unit]);
                    if (number == until)
                        return latest;
                }
            }
        }

        return latest;
    }

    private long EndOf(int number, long ready, Progress? progress, long now)
    {
        if (progress is null)
            return ready + Volatile.Read(ref durations[number]);
        if (progress.EndOf(number) is var end and > 0)
            return end;
        var start = progress.StartOf(number) is var started and > 0 ? started : Math.Max(ready, now);
        return Math.Max(start + Volatile.Read(ref durations[number]), now);
    }
}
