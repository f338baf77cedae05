using System.Globalization;

namespace DurableTrainer.Training.Data;

/// <summary>All samples of a data source, in the order of its file, in memory.</summary>
public sealed class Dataset
{
    private readonly SampleOrigins? origins;

    /// <param name="sampleShape">Shape of one sample, without the batch.</param>
    /// <param name="inputs">Scaled inputs, <c>[count, …sampleShape]</c> row by row.</param>
    /// <param name="targets">A class index or a value for each sample.</param>
    /// <param name="sha256">Hash of the source, in lower-case hexadecimal digits.</param>
    /// <exception cref="ArgumentException">The lengths do not agree.</exception>
    public Dataset(IReadOnlyList<int> sampleShape, float[] inputs, float[] targets, string sha256)
        : this(sampleShape, inputs, targets, sha256, null)
    {
    }

    internal Dataset(IReadOnlyList<int> sampleShape, float[] inputs, float[] targets, string sha256, SampleOrigins? origins)
    {
        SampleShape = sampleShape;
        SampleSize = sampleShape.Aggregate(1, (size, dimension) => checked(size * dimension));
        if (inputs.LongLength != (long)targets.Length * SampleSize)
        {
            throw new ArgumentException(
                $"{targets.Length} samples of size {SampleSize} do not take {inputs.Length} numbers.", nameof(inputs));
        }

        Inputs = inputs;
        Targets = targets;
        Sha256 = sha256;
        this.origins = origins;
    }

    /// <summary>Number of samples.</summary>
    public int Count => Targets.Length;

    /// <summary>Shape of one sample, without the batch.</summary>
    public IReadOnlyList<int> SampleShape { get; }

    /// <summary>Numbers in one sample.</summary>
    public int SampleSize { get; }

    /// <summary>Scaled inputs, <c>[count, …sampleShape]</c> row by row.</summary>
    public float[] Inputs { get; }

    /// <summary>A class index or a value for each sample.</summary>
    public float[] Targets { get; }

    /// <summary>
    /// SHA-256 of the bytes of the file as it is stored (compressed, where it is), in lower-case hexadecimal digits; images, then labels,
    /// for IDX.
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
            var file = origins is null ? "" : origins.InputFile + ": ";
            var place = origins?.PlaceOfInput(i / SampleSize) ?? $"sample {i / SampleSize}";
            throw new DataException(string.Create(CultureInfo.InvariantCulture,
                $"{file}input {i % SampleSize} in {place} is {input}, {problem}; the model's embedding has a vocabulary of "
                    + $"{vocabulary}, so inputs go from 0 to {vocabulary - 1}."));
        }
    }

    /// <summary>Checks that every target is the index of a class.</summary>
    /// <param name="classes">Number of outputs of the model.</param>
    /// <exception cref="DataException">A target is not a whole number in [0, classes).</exception>
    public void RequireClasses(int classes)
    {
        for (var sample = 0; sample < Targets.Length; sample++)
        {
            var target = Targets[sample];
            if (target >= 0 && target < classes && target == MathF.Floor(target))
                continue;
            var problem = target == MathF.Floor(target) ? "is out of range" : "is not a whole number";
            throw new DataException(string.Create(CultureInfo.InvariantCulture,
                $"{Prefix}label {target} in {Place(sample)} {problem}; the model has {Outputs(classes)}, so labels go from 0 to "
                    + $"{classes - 1}."));
        }
    }

    private string Prefix => origins is null ? "" : origins.File + ": ";

    private string Place(int sample) => origins?.Place(sample) ?? $"sample {sample}";

    private static string Outputs(int classes) => classes == 1 ? "1 output" : $"{classes} outputs";
}
