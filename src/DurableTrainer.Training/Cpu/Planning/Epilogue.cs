using DurableTrainer.Training.Cpu.Kernels;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Cpu.Planning;

/// <summary>
/// An operation that can be done to each part of the results of the one before it as soon as that is computed, while it lies in a cache of
/// the thread that computed it.
/// </summary>
internal interface IEpilogue
{
    /// <summary>Whether each part is enough: nothing has to be known of the whole.</summary>
    bool NeedsPartsAlone { get; }

    /// <summary>Before the first part of a pass.</summary>
    void Prepare(in Pass pass);

    /// <summary>Called once for each value, from several threads at a time.</summary>
    /// <param name="part">Some rows and columns of the operand; the result lies at the same place in its own buffer.</param>
    void Apply(in Matrix part);
}

/// <summary>An operation that lets others follow it part by part.</summary>
internal interface IFollowed
{
    Epilogues Epilogues { get; }
}

/// <summary>What follows an operation, in order.</summary>
internal sealed class Epilogues
{
    private readonly List<IEpilogue> followers = [];

    public void Add(IEpilogue follower) => followers.Add(follower);

    public void Prepare(in Pass pass)
    {
        foreach (var follower in followers)
            follower.Prepare(pass);
    }

    public void Apply(in Matrix part)
    {
        foreach (var follower in followers)
            follower.Apply(part);
    }
}
