namespace DurableTrainer.Training.Data;

/// <summary>Where the labels and inputs of a dataset stand in its files, for messages.</summary>
internal abstract class SampleOrigins(string file)
{
    /// <summary>The file, as the spec names it.</summary>
    public string File { get; } = file;

    /// <summary>The place of a sample's label in the file.</summary>
    /// <param name="sample">Number of the sample.</param>
    /// <param name="target">Which of its labels.</param>
    public abstract string Place(int sample, int target);

    /// <summary>The file with the inputs.</summary>
    public virtual string InputFile => File;

    /// <summary>The place of a sample's inputs in their file.</summary>
    public virtual string PlaceOfInput(int sample) => $"sample {sample}";
}

/// <param name="file">The file, as the spec names it.</param>
/// <param name="lines">For each sample the line on which its record starts, counted from 1.</param>
internal sealed class LineOrigins(string file, int[] lines) : SampleOrigins(file)
{
    public override string Place(int sample, int target) => $"line {lines[sample]}";

    public override string PlaceOfInput(int sample) => $"line {lines[sample]}";
}

/// <param name="file">The file, as the spec names it.</param>
/// <param name="first">Offset of the first label in the (uncompressed) file.</param>
/// <param name="width">Bytes of one label.</param>
/// <param name="inputFile">The file of the inputs, as the spec names it.</param>
internal sealed class ByteOrigins(string file, long first, int width, string inputFile) : SampleOrigins(file)
{
    public override string InputFile => inputFile;

    public override string Place(int sample, int target) => $"item {sample} (byte {first + (long)sample * width})";

    public override string PlaceOfInput(int sample) => $"item {sample}";
}

/// <param name="file">The file, as the spec names it.</param>
/// <param name="length">Units of a window.</param>
internal sealed class UnitOrigins(string file, int length) : SampleOrigins(file)
{
    // Counted from 1; the first target is the second unit.
    public override string Place(int sample, int target) => $"unit {(long)sample * length + target + 2} of the text";
}
