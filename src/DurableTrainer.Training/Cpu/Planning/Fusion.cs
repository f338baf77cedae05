namespace DurableTrainer.Training.Cpu.Planning;

/// <summary>
/// Which operations are done part by part behind the one before them: those that work on each part alone, where nobody else reads what
/// lies between the two.
/// </summary>
internal static class Fusion
{
    /// <summary>The steps in their order, each group led by the operation that does all of it.</summary>
    /// <param name="steps">The steps of a plan, with their operations.</param>
    /// <param name="output">The plan's: somebody reads it.</param>
    public static IReadOnlyList<Step[]> Of(IReadOnlyList<Step> steps, CpuValue output)
    {
        var consumers = steps.SelectMany(step => step.Inputs).CountBy(value => value).ToDictionary();
        var groups = new List<List<Step>>();
        foreach (var step in steps)
        {
            if (groups is [.., var group] && Follows(group[0], group[^1], step))
            {
                ((IFollowed)group[0].Operation!).Epilogues.Add((IEpilogue)step.Operation!);
                group.Add(step);
            }
            else
            {
                groups.Add([step]);
            }
        }

        return [.. groups.Select(group => group.ToArray())];

        // Parts of the leader have the rows and columns of what follows only as long as the layout stays.
        bool Follows(Step leader, Step last, Step step) =>
            leader.Operation is IFollowed && step.Operation is IEpilogue { NeedsPartsAlone: true }
            && step.Inputs is [var value] && value == last.Output && value != output && consumers[value] == 1;
    }
}
