using System.Text.Json.Serialization;
using DurableTrainer.Core.Spec;

namespace DurableTrainer.Core.Training;

/// <summary>Units that share every batch: each has a replica of the model, and one update is made of the gradients of all.</summary>
public sealed record DataParallelSpec : ParallelSpec, ISelfChecking
{
    /// <summary>Units at most.</summary>
    public const int MostUnits = 16;

    [JsonIgnore]
    public override string Mode => "data";

    /// <summary>What computes; a number alone means so many units of one thread.</summary>
    [AtLeast(1), AtMost(MostUnits)]
    [JsonConverter(typeof(CountOrManyConverter<UnitSpec>))]
    public IReadOnlyList<UnitSpec> Units { get; init; } = [new UnitSpec(), new UnitSpec()];

    IEnumerable<(string Field, string Message)> ISelfChecking.Check()
    {
        if (Units.Count is 0 or > MostUnits)
            yield return ("units", $"has {Units.Count} items, must have 1 to {MostUnits}");
    }

    public bool Equals(DataParallelSpec? other) => other is not null && Units.SequenceEqual(other.Units);

    public override int GetHashCode() => Units.Aggregate(Mode.Length, HashCode.Combine);
}

/// <summary>A processor of this machine that computes a part of every batch.</summary>
public sealed record UnitSpec
{
    /// <summary>With which it computes.</summary>
    [AtLeast(1), AtMost(256)]
    public int Threads { get; init; } = 1;

    /// <summary>
    /// The share of the time in which it works: below 1 it rests after its work, to stand for a slower processor. For trying things out.
    /// </summary>
    [AtLeast(0.01), AtMost(1)]
    public double DutyCycle { get; init; } = 1;

    /// <summary>What its replica may take; as much as there is when null.</summary>
    [Above(0)]
    public MemorySize? Memory { get; init; }
}
