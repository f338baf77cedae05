using System.Text.Json.Serialization;
using DurableTrainer.Core.Spec;

namespace DurableTrainer.Core.Training;

/// <summary>Where the samples come from. Paths are relative to the spec's file.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(CsvDataSpec), "csv")]
[JsonDerivedType(typeof(IdxDataSpec), "idx")]
[JsonDerivedType(typeof(TextDataSpec), "text")]
[JsonDerivedType(typeof(Cifar10DataSpec), "cifar10")]
[JsonDerivedType(typeof(NpyDataSpec), "npy")]
[JsonDerivedType(typeof(SyntheticDataSpec), "synthetic")]
public abstract record DataSpec
{
    /// <summary>Every input number is multiplied by this.</summary>
    public double Scale { get; init; } = 1;

    public SplitSpec Split { get; init; } = new();
}

/// <summary>What becomes of a record that is no sample: a field that is no number, a number that is not finite.</summary>
public enum BadRecord
{
    /// <summary>The data is refused, with the place of the record.</summary>
    Fail,

    /// <summary>It is left out, and counted.</summary>
    Skip,
}

/// <summary>
/// Rows of numbers, as text; gzip when the name ends in <c>.gz</c>. Of a folder, all <c>.csv</c> and <c>.csv.gz</c> in it, by name.
/// </summary>
public sealed record CsvDataSpec : DataSpec
{
    [Matches(@"\S", "a path")]
    public required string Path { get; init; }

    /// <summary>
    /// The columns of the labels, or the only one: an index, negative from the end (-1: the last), or a name of the header.
    /// </summary>
    [NotEmpty]
    [JsonConverter(typeof(OneOrManyConverter<ColumnReference>))]
    public IReadOnlyList<ColumnReference> Label { get; init; } = [-1];

    /// <summary>Shape of one sample without the batch; one dimension of all feature columns when null.</summary>
    [NotEmpty, AtLeast(1)]
    public IReadOnlyList<int>? Shape { get; init; }

    /// <summary>Whether the first row holds names; when null, it does if one of its fields is not a number.</summary>
    public bool? Header { get; init; }

    public char Delimiter { get; init; } = ',';

    public BadRecord OnBadRecord { get; init; }
}

/// <summary>Images and labels in the format of the MNIST files; gzip when the name ends in <c>.gz</c>.</summary>
public sealed record IdxDataSpec : DataSpec
{
    [Matches(@"\S", "a path")]
    public required string Images { get; init; }

    [Matches(@"\S", "a path")]
    public required string Labels { get; init; }

    /// <summary>Shape of one sample without the batch; <c>[1, rows, columns]</c> when null and the file holds 2-D images.</summary>
    [NotEmpty, AtLeast(1)]
    public IReadOnlyList<int>? Shape { get; init; }

    public BadRecord OnBadRecord { get; init; }
}

/// <summary>
/// Text, cut into windows that follow each other: the units of a window are the inputs, and of each of them the unit after it is the
/// target. gzip when the name ends in <c>.gz</c>. Of a folder, all <c>.txt</c> and <c>.txt.gz</c> in it, by name, as one text.
/// </summary>
public sealed record TextDataSpec : DataSpec
{
    [Matches(@"\S", "a path")]
    public required string Path { get; init; }

    public TextUnit Unit { get; init; }

    /// <summary>Units of a window.</summary>
    [AtLeast(1)]
    public int Length { get; init; } = 64;
}

/// <summary>What a text is a sequence of.</summary>
public enum TextUnit
{
    /// <summary>Unicode characters of a UTF-8 file; the number of one is its place among those that occur, in the order of Unicode.</summary>
    Characters,

    /// <summary>Bytes of any file; the number of one is its value, from 0 to 255.</summary>
    Bytes,
}

/// <summary>
/// Images <c>[3, 32, 32]</c> of ten classes in the binary version of CIFAR-10; gzip when the name ends in <c>.gz</c>. Of a folder, all
/// <c>.bin</c> and <c>.bin.gz</c> in it, by name.
/// </summary>
public sealed record Cifar10DataSpec : DataSpec
{
    [Matches(@"\S", "a path")]
    public required string Path { get; init; }

    public BadRecord OnBadRecord { get; init; }
}

/// <summary>Inputs and targets in two files of NumPy's array format; gzip when the name ends in <c>.gz</c>.</summary>
public sealed record NpyDataSpec : DataSpec
{
    /// <summary>An array <c>[samples, …]</c>.</summary>
    [Matches(@"\S", "a path")]
    public required string Features { get; init; }

    /// <summary>An array <c>[samples]</c>, or <c>[samples, targets]</c> with several targets for each.</summary>
    [Matches(@"\S", "a path")]
    public required string Labels { get; init; }

    /// <summary>Shape of one sample without the batch; that of the array when null.</summary>
    [NotEmpty, AtLeast(1)]
    public IReadOnlyList<int>? Shape { get; init; }

    public BadRecord OnBadRecord { get; init; }
}

/// <summary>
/// Made-up samples for tests and benches, which no file holds: each class has a centre, of which a sample is a noisy copy. They follow
/// from <see cref="Seed"/> alone.
/// </summary>
public sealed record SyntheticDataSpec : DataSpec
{
    /// <summary>How many samples.</summary>
    [AtLeast(1), AtMost(10_000_000)]
    public required int Samples { get; init; }

    /// <summary>Shape of one sample without the batch.</summary>
    [NotEmpty, AtLeast(1)]
    public IReadOnlyList<int> Shape { get; init; } = [16];

    /// <summary>How many classes; their samples take turns.</summary>
    [AtLeast(2)]
    public int Classes { get; init; } = 10;

    /// <summary>Standard deviation of a sample around the centre of its class; centres have 1 around 0.</summary>
    [AtLeast(0)]
    public double Noise { get; init; } = 1;

    public long Seed { get; init; }

    /// <summary>Processor time that reading one training sample is made to take, as decoding a file would.</summary>
    [AtLeast(0), AtMost(60)]
    public TimeSpan CpuTime { get; init; }

    /// <summary>Time that reading one training sample is made to wait, as a slow disk or network would.</summary>
    [AtLeast(0), AtMost(60)]
    public TimeSpan Latency { get; init; }
}

/// <summary>Shares of the samples that are held out; the rest is trained on. Which sample goes where depends on the seed alone.</summary>
public sealed record SplitSpec : ISelfChecking
{
    /// <summary>Share in (0, 1) on which trials are compared.</summary>
    [Above(0), Below(1)]
    public double Validation { get; init; } = 0.2;

    /// <summary>Share in [0, 1) that only the best model of the experiment is measured on, once.</summary>
    [AtLeast(0), Below(1)]
    public double Test { get; init; }

    IEnumerable<(string Field, string Message)> ISelfChecking.Check()
    {
        if (Validation + Test >= 1)
            yield return ("", FormattableString.Invariant($"holds out {Validation} + {Test}, must leave something to train on: less than 1 in all"));
    }
}
