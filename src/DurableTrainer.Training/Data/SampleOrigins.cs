namespace DurableTrainer.Training.Data;

/// <summary>Where the labels and inputs of a dataset stand in its files, for messages.</summary>
internal abstract class SampleOrigins
{
    /// <summary>What the spec names, for messages about all of it.</summary>
    public abstract string Source { get; }

    /// <summary>The file with a sample's label, as the spec names it.</summary>
    public virtual string File(int sample) => Source;

    /// <summary>The place of a sample's label in the file.</summary>
    /// <param name="sample">Number of the sample.</param>
    /// <param name="target">Which of its labels.</param>
    public abstract string Place(int sample, int target);

    /// <summary>The file with a sample's inputs.</summary>
    public virtual string InputFile(int sample) => File(sample);

    /// <summary>The place of a sample's inputs in their file.</summary>
    public virtual string PlaceOfInput(int sample) => $"sample {sample}";
}

/// <param name="source">The file or folder, as the spec names it.</param>
/// <param name="files">The files, in the order in which they were read.</param>
/// <param name="firsts">For each file the number of its first sample.</param>
/// <param name="records">For each sample the line on which its record starts, counted from 1, or the number of its record.</param>
/// <param name="word">What the numbers count: <c>line</c>, <c>item</c>.</param>
internal sealed class RecordOrigins(string source, IReadOnlyList<string> files, int[] firsts, int[] records, string word) : SampleOrigins
{
    public override string Source => source;

    public override string File(int sample)
    {
        // Files without a sample start where the next one does: the last of them is meant.
        var found = Array.FindLastIndex(firsts, first => first <= sample);
        return files[found];
    }

    public override string Place(int sample, int target) => $"{word} {records[sample]}";

    public override string PlaceOfInput(int sample) => $"{word} {records[sample]}";
}

/// <param name="file">The file of the labels, as the spec names it.</param>
/// <param name="first">Offset of the first label in the (uncompressed) file.</param>
/// <param name="width">Bytes of one label.</param>
/// <param name="targets">Labels of one sample.</param>
/// <param name="inputFile">The file of the inputs, as the spec names it.</param>
/// <param name="items">For each sample the number of its item; null when none was left out.</param>
internal sealed class ByteOrigins(string file, long first, int width, int targets, string inputFile, int[]? items) : SampleOrigins
{
    public override string Source => file;

    public override string InputFile(int sample) => inputFile;

    public override string Place(int sample, int target) =>
        $"item {Item(sample)} (byte {first + ((long)Item(sample) * targets + target) * width})";

    public override string PlaceOfInput(int sample) => $"item {Item(sample)}";

    private int Item(int sample) => items is null ? sample : items[sample];
}

/// <param name="file">The file or folder, as the spec names it.</param>
/// <param name="length">Units of a window.</param>
internal sealed class UnitOrigins(string file, int length) : SampleOrigins
{
    public override string Source => file;

    // Counted from 1; the first target is the second unit.
    public override string Place(int sample, int target) => $"unit {(long)sample * length + target + 2} of the text";
}
