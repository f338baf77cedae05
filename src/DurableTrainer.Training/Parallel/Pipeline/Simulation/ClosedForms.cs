namespace DurableTrainer.Training.Parallel.Pipeline.Simulation;

/// <summary>
/// What is known of a pipeline's iteration without simulating it: p units, m micro-batches, and F seconds forward and B back for each of them, on
/// every stage the same and with no time from unit to unit where it is not said otherwise. The simulator must agree with these, and does.
/// </summary>
internal static class ClosedForms
{
    /// <summary>
    /// T = (m + p − 1)(F + B), of <see cref="Core.Training.PipelineSchedule.GPipe"/> and
    /// <see cref="Core.Training.PipelineSchedule.OneForwardOneBackward"/>: every unit works m(F + B) and idles (p − 1)(F + B) (Huang et al. 2019,
    /// section 2.3; Narayanan et al. 2021, section 2.2.1).
    /// </summary>
    public static double Seconds(int units, int microBatches, StageCost cost) => (microBatches + units - 1) * cost.Both;

    /// <summary>
    /// T = ΣF + (m − 1) max F + ΣB + (m − 1) max B + 2(p − 1)c, of GPipe with unequal stages and c seconds from unit to unit: either way is a flow
    /// shop of m equal jobs, and the way back begins on the last stage when the way forward ends there.
    /// </summary>
    public static double GPipeSeconds(IReadOnlyList<StageCost> stages, int microBatches, double hop) =>
        stages.Sum(stage => stage.Both)
        + (microBatches - 1) * (stages.Max(stage => stage.Forward) + stages.Max(stage => stage.Backward))
        + 2 * (stages.Count - 1) * hop;

    /// <summary>When the unit of stage s idles under GPipe: [0, sF), [(s + m)F, (m + p − 1)F + (p − 1 − s)B), [T − sB, T).</summary>
    public static IReadOnlyList<Interval> GPipeGaps(int stage, int units, int microBatches, StageCost cost)
    {
        var (end, behind) = (Seconds(units, microBatches, cost), units - 1 - stage);
        return NotEmpty(
            new Interval(0, stage * cost.Forward),
            new Interval((stage + microBatches) * cost.Forward, (microBatches + units - 1) * cost.Forward + behind * cost.Backward),
            new Interval(end - stage * cost.Backward, end));
    }

    /// <summary>
    /// When the unit of stage s idles under one forward, one back. With k = p − 1 − s stages behind it, its micro-batch j goes back at
    /// R(j) = pF + kB + j(F + B). Before the first one it idles from (s + min(m, k + 1))F until R(0): it has let in as many as it may. In the
    /// steady turns after that it never idles. Once it has let in all, which is before j goes back for j ≥ m − k, it idles F before each of them,
    /// [R(j) − F, R(j)): that is when the last stage is on its way forward. And it idles, as under GPipe, in [0, sF) and [T − sB, T).
    /// </summary>
    public static IReadOnlyList<Interval> OneForwardOneBackwardGaps(int stage, int units, int microBatches, StageCost cost)
    {
        var (end, behind) = (Seconds(units, microBatches, cost), units - 1 - stage);
        var firstAlone = Math.Max(1, microBatches - behind);
        return NotEmpty(
        [
            new Interval(0, stage * cost.Forward),
            new Interval((stage + Math.Min(microBatches, behind + 1)) * cost.Forward, Back(0)),
            .. Enumerable.Range(firstAlone, microBatches - firstAlone).Select(microBatch => new Interval(Back(microBatch) - cost.Forward, Back(microBatch))),
            new Interval(end - stage * cost.Backward, end),
        ]);

        double Back(int microBatch) => units * cost.Forward + behind * cost.Backward + microBatch * cost.Both;
    }

    /// <summary>
    /// T = m(F + B) + (p − 1)(F + B)/v, with v stages on each unit that take F/v and B/v, and m a multiple of p (Narayanan et al. 2021, section
    /// 2.2.2).
    /// </summary>
    /// <param name="units">p.</param>
    /// <param name="microBatches">m, a multiple of p.</param>
    /// <param name="stagesPerUnit">v, at least 2.</param>
    /// <param name="thin">What one of the p·v stages takes.</param>
    public static double InterleavedSeconds(int units, int microBatches, int stagesPerUnit, StageCost thin) =>
        (microBatches * stagesPerUnit + units - 1) * thin.Both;

    /// <summary>
    /// T = m(F + I + W) + (p − 1)(F + I) − (min(m, p) − 1) min(F, I, W), with I and W the two parts of the way back. For m ≥ p and W the smallest
    /// of the three, the bubble is (p − 1)(F + I − W), which is the one of ZB-H1 in Qi et al. 2023, table 2. For other costs and for fewer
    /// micro-batches the last term is what the simulator makes of the same order.
    /// </summary>
    public static double ZeroBubbleSeconds(int units, int microBatches, StageCost cost) =>
        microBatches * cost.Both
        + (units - 1) * (cost.Forward + cost.BackwardInputs)
        - (Math.Min(microBatches, units) - 1) * Math.Min(cost.BackwardWeights, Math.Min(cost.Forward, cost.BackwardInputs));

    private static IReadOnlyList<Interval> NotEmpty(params IReadOnlyList<Interval> intervals) => [.. intervals.Where(interval => interval.End > interval.Start)];
}
