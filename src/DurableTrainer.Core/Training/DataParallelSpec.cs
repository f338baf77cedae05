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

    /// <summary>
    /// How many replicas are left out of each update: those whose gradients are farthest from the others'. None is when null.
    /// </summary>
    [AtLeast(1)]
    public int? DropWorst { get; init; }

    /// <summary>By which the replicas are told apart, in the order of the units: <c>unit-0</c>, <c>unit-1</c>, … where none is given.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Ids => [.. Units.Select((unit, number) => unit.Id ?? FormattableString.Invariant($"unit-{number}"))];

    IEnumerable<(string Field, string Message)> ISelfChecking.Check()
    {
        if (Units.Count is 0 or > MostUnits)
        {
            yield return ("units", $"has {Units.Count} items, must have 1 to {MostUnits}");
            yield break;
        }

        var ids = Ids;
        foreach (var (number, unit) in Units.Index())
        {
            if (unit.Id is { } own && ids.Index().Any(other => other.Item == own && (other.Index < number || (other.Index > number && Units[other.Index].Id is null))))
                yield return ($"units/{number}/id", $"is \"{own}\", must be the id of this unit alone");
        }

        if (DropWorst > Units.Count - 2)
        {
            yield return ("dropWorst", Units.Count < 3
                ? $"is {DropWorst}, but of fewer than 3 units none is the worst, must be left out"
                : $"is {DropWorst}, must be at most {Units.Count - 2} of {Units.Count} units: two are needed to agree");
        }
    }

    public bool Equals(DataParallelSpec? other) => other is not null && Units.SequenceEqual(other.Units) && DropWorst == other.DropWorst;

    public override int GetHashCode() => Units.Aggregate(HashCode.Combine(Mode.Length, DropWorst), HashCode.Combine);
}

/// <summary>A processor of this machine that computes a part of every batch.</summary>
public sealed record UnitSpec
{
    /// <summary>By which its replica of the model is told from others, in metrics and reasons; null for one by its place.</summary>
    [Matches(Names.Pattern, Names.Words)]
    public string? Id { get; init; }

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

    /// <summary>How many times as much a sample of its replica counts in an update; the weights of all samples sum to 1.</summary>
    [Above(0), AtMost(1e6)]
    public double Weight { get; init; } = 1;

    /// <summary>What is done to the samples that its replica takes; nothing when null.</summary>
    public PerturbSpec? Perturb { get; init; }
}

/// <summary>How one replica's samples differ from what the others would take: drawn by seed, trial, step and the sample's place in the batch.</summary>
public sealed record PerturbSpec
{
    /// <summary>The standard deviation of the normal random number that is added to every input, after scaling.</summary>
    [AtLeast(0)]
    public required double Noise { get; init; }
}
