using DurableTrainer.Core.Training;

namespace DurableTrainer.Training.Data;

/// <summary>Decides what becomes of records that are no samples, and counts those that are left out.</summary>
internal sealed class BadRecords(BadRecord rule)
{
    private int count;
    private string? first;

    /// <summary>Null when none was left out.</summary>
    public SkippedRecords? Skipped => first is null ? null : new SkippedRecords(count, first);

    /// <summary>Leaves a record out, where the spec says so.</summary>
    /// <param name="problem">What is wrong with it, and where.</param>
    /// <exception cref="DataException">The spec does not say so.</exception>
    public void Skip(DataException problem)
    {
        if (rule == BadRecord.Fail)
            throw problem;
        first ??= problem.Message;
        count++;
    }

    /// <exception cref="DataException">Records were left out, and no sample remains.</exception>
    public void RequireSamples(int samples, string source)
    {
        if (samples == 0)
            throw new DataException($"{source}: none of the {count} records is a sample; the first: {first}");
    }
}
