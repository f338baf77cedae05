using System.Security.Cryptography;
using DurableTrainer.Core.Training;
using DurableTrainer.Training.Data;

namespace DurableTrainer.Training.Tests.Data;

public class DigitsTests
{
    private static readonly CsvDataSpec Spec = new() { Path = "data/optdigits.csv.gz", Shape = [1, 8, 8], Scale = 0.0625 };

    [Fact]
    public void The_digits_of_the_examples_are_read_whole()
    {
        var digits = DatasetReader.Read(Spec, Examples);

        Assert.Equal(1797, digits.Count);
        Assert.Equal([1, 8, 8], digits.SampleShape);
        Assert.Equal(1797 * 64, digits.Inputs.Length);
        Assert.All(digits.Inputs, pixel => Assert.InRange(pixel, 0, 1));
        Assert.Equal([0, 0, 5 / 16f, 13 / 16f, 9 / 16f, 1 / 16f, 0, 0], digits.Inputs[..8]);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], digits.Targets.Distinct().Order());
        Assert.Equal([0f, 1f, 2f], digits.Targets[..3]);
        digits.RequireClasses(10);
    }

    [Fact]
    public void The_hash_is_that_of_the_file_as_it_is_stored()
    {
        var stored = File.ReadAllBytes(Path.Combine(Examples, Spec.Path));

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(stored)), DatasetReader.Read(Spec, Examples).Sha256);
    }

    [Fact]
    public void A_model_with_too_few_outputs_is_told_which_label_it_cannot_give()
    {
        var digits = DatasetReader.Read(Spec, Examples);

        var e = Assert.Throws<DataException>(() => digits.RequireClasses(9));

        Assert.Equal("data/optdigits.csv.gz: label 9 in line 10 is out of range; the model has 9 outputs, so labels go from 0 to 8.", e.Message);
    }

    private static string Examples { get; } = FindExamples();

    private static string FindExamples()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "DurableTrainer.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run outside a checkout.");
        return Path.Combine(folder.FullName, "examples");
    }
}
