using System.Globalization;
using DurableTrainer.Core.Training;
using DurableTrainer.Training.Input;

namespace DurableTrainer.Training.Data;

/// <summary>All samples of a data source, in the order of its file, in memory.</summary>
public sealed class Dataset
{
    private readonly SampleOrigins? origins;

    /// <param name="sampleShape">Shape of one sample, without the batch.</param>
    /// <param name="inputs">Scaled inputs, <c>[count, …sampleShape]</c> row by row.</param>
    /// <param name="targets">Class indices or values, <c>[count, targetSize]</c> row by row.</param>
    /// <param name="sha256">Hash of the source, in lower-case hexadecimal digits.</param>
    /// <param name="targetSize">Targets of one sample.</param>
    /// <exception cref="ArgumentException">The lengths do not agree.</exception>
    public Dataset(IReadOnlyList<int> sampleShape, float[] inputs, float[] targets, string sha256, int targetSize = 1)
        : this(sampleShape, inputs, targets, targetSize, sha256, null)
    {
    }

    internal Dataset(
        IReadOnlyList<int> sampleShape, float[] inputs, float[] targets, int targetSize, string sha256, SampleOrigins? origins)
    {
        SampleShape = sampleShape;
        SampleSize = sampleShape.Aggregate(1, (size, dimension) => checked(size * dimension));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(targetSize);
        if (targets.Length % targetSize != 0)
            throw new ArgumentException($"{targets.Length} targets are no samples with {targetSize} each.", nameof(targets));
        TargetSize = targetSize;
        Count = targets.Length / targetSize;
        if (inputs.LongLength != (long)Count * SampleSize)
        {
            throw new ArgumentException(
                $"{Count} samples of size {SampleSize} do not take {inputs.Length} numbers.", nameof(inputs));
        }

        Inputs = inputs;
        Targets = targets;
        Sha256 = sha256;
        this.origins = origins;
    }

    /// <summary>Number of samples.</summary>
    public int Count { get; }

    /// <summary>Shape of one sample, without the batch.</summary>
    public IReadOnlyList<int> SampleShape { get; }

    /// <summary>Numbers in one sample.</summary>
    public int SampleSize { get; }

    /// <summary>Scaled inputs, <c>[count, …sampleShape]</c> row by row.</summary>
    public float[] Inputs { get; }

    /// <summary>Class indices or values, <c>[count, targetSize]</c> row by row.</summary>
    public float[] Targets { get; }

    /// <summary>Targets of one sample.</summary>
    public int TargetSize { get; }

    /// <summary>What the numbers of a text stand for; null for other data.</summary>
    public TextUnits? Text { get; init; }

    /// <summary>Records that were left out because they are no samples.</summary>
    public SkippedRecords? Skipped { get; init; }

    /// <summary>What pipelines have learned of these samples: a trial that begins where another ended need not learn it again.</summary>
    internal InputExperience Experience { get; } = new();

    /// <summary>What reading a sample is made to take, for tests and benches; null for real data.</summary>
    internal ReadingCost? ReadingCost { get; init; }

    /// <summary>
    /// SHA-256 of the bytes of the file as it is stored (compressed, where it is), in lower-case hexadecimal digits; images, then labels,
    /// for IDX; inputs, then labels, for NumPy; of a folder its files by name; of the spec for synthetic data.
    /// </summary>
    public string Sha256 { get; }

    /// <summary>Checks that every input is an index that a model can look up.</summary>
    /// <param name="vocabulary">How many there are.</param>
    /// <exception cref="DataException">An input is not a whole number in [0, vocabulary).</exception>
    public void RequireIndices(int vocabulary)
    {
        for (var i = 0; i < Inputs.Length; i++)
        {
            var input = Inputs[i];
            if (input >= 0 && input < vocabulary && input == MathF.Floor(input))
                continue;
            var problem = input == MathF.Floor(input) ? "out of range" : "no whole number";
            var file = origins is null ? "" : origins.InputFile(i / SampleSize) + ": ";
            var place = origins?.PlaceOfInput(i / SampleSize) ?? $"sample {i / SampleSize}";
            throw new DataException(string.Create(CultureInfo.InvariantCulture,
                $"{file}input {i % SampleSize} in {place} is {input}, {problem}; the model's embedding has a vocabulary of "
                    + $"{vocabulary}, so inputs go from 0 to {vocabulary - 1}."));
        }
    }

    /// <summary>Checks that a loss can be taken of every target, and that some count.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="outputs">The last dimension of what the model gives.</param>
    /// <exception cref="DataException">A target is not what the loss wants, or all are ignored.</exception>
    public void RequireTargets(LossSpec loss, int outputs)
    {
        if (loss is CrossEntropySpec crossEntropy)
            RequireClasses(outputs, crossEntropy.IgnoreIndex);
        if (loss is BinaryCrossEntropySpec)
            RequireShares();
    }

    /// <summary>Checks that every target is the index of a class.</summary>
    /// <param name="classes">Number of outputs of the model.</param>
    /// <param name="ignored">A label that is none and does not count; not all labels are it.</param>
    /// <exception cref="DataException">A target is not a whole number in [0, classes).</exception>
    public void RequireClasses(int classes, int? ignored = null)
    {
        var counting = 0L;
        for (var i = 0; i < Targets.Length; i++)
        {
            var target = Targets[i];
            if (target == ignored)
                continue;
            counting++;
            if (target >= 0 && target < classes && target == MathF.Floor(target))
                continue;
            var problem = target == MathF.Floor(target) ? "is out of range" : "is not a whole number";
            throw new DataException(string.Create(CultureInfo.InvariantCulture,
                $"{PrefixOf(i)}label {target} in {Place(i)} {problem}; the model has {Outputs(classes)}, so labels go from 0 to "
                    + $"{classes - 1}{(ignored is null ? "" : $", and {ignored} is ignored")}."));
        }

        if (counting == 0 && Targets.Length > 0)
            throw new DataException($"{Prefix}every label is {ignored}, which is ignored; there is nothing to learn.");
    }

    /// <summary>Checks that some of the targets of some samples are not ignored.</summary>
    /// <param name="samples">Numbers of samples.</param>
    /// <param name="what">What they are for, such as "validation".</param>
    /// <param name="ignored">The label that is ignored; null when there is none.</param>
    /// <exception cref="DataException">All targets of these samples are ignored.</exception>
    internal void RequireSome(int[] samples, string what, int? ignored)
    {
        if (ignored is not { } label || Array.Exists(samples, sample => TargetsOf(sample).ContainsAnyExcept(label)))
            return;
        throw new DataException($"{Prefix}every label of the {samples.Length} {what} samples is {ignored}, which is ignored.");
    }

    /// <summary>The inputs of one sample.</summary>
    internal ReadOnlySpan<float> InputsOf(int sample) => Inputs.AsSpan(sample * SampleSize, SampleSize);

    /// <summary>The targets of one sample.</summary>
    internal ReadOnlySpan<float> TargetsOf(int sample) => Targets.AsSpan(sample * TargetSize, TargetSize);

    private void RequireShares()
    {
        var outside = Array.FindIndex(Targets, target => !(target is >= 0 and <= 1));
        if (outside >= 0)
        {
            throw new DataException(string.Create(CultureInfo.InvariantCulture,
                $"{PrefixOf(outside)}target {Targets[outside]} in {Place(outside)} is out of range; binaryCrossEntropy wants targets from 0 to 1."));
        }
    }

    private string Prefix => origins is null ? "" : origins.Source + ": ";

    private string PrefixOf(int target) => origins is null ? "" : origins.File(target / TargetSize) + ": ";

    private string Place(int target)
    {
        var (sample, which) = (target / TargetSize, target % TargetSize);
        return origins?.Place(sample, which) ?? (TargetSize == 1 ? $"sample {sample}" : $"sample {sample} (its label {which})");
    }

    private static string Outputs(int classes) => classes == 1 ? "1 output" : $"{classes} outputs";
}
