namespace DurableTrainer.Training.Cpu;

/// <summary>
/// An operation on the results of the one before it that is done to each part of them as soon as they are computed, while they lie in
/// the first cache.
/// </summary>
internal interface IEpilogue
{
    /// <summary>Before the first part of a pass.</summary>
    void Prepare(in Pass pass);

    /// <summary>Some rows and columns, columns next to each other, in the order in which both the operand and the result lie.</summary>
    /// <param name="offset">Of the first value in the buffers.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="columns">How many columns.</param>
    /// <param name="stride">From a row to the next.</param>
    void Apply(int offset, int rows, int columns, int stride);
}

/// <summary>An operation that lets others follow it part by part.</summary>
internal interface IFollowed
{
    List<IEpilogue> Epilogues { get; }
}
