using System.Text;
using DurableTrainer.Core.Training;
using DurableTrainer.Training.Data;
using DurableTrainer.Training.Sessions;

namespace DurableTrainer.Training.Tests.Data;

public sealed class TextTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("text.txt")]
    [InlineData("text.txt.gz")]
    public void Windows_follow_each_other_and_each_character_is_followed_by_its_target(string name)
    {
        var data = Read("cabbage", length: 3, name: name);

        Assert.Equal(["a", "b", "c", "e", "g"], data.Text!.Vocabulary!);
        Assert.Equal([2, 0, 1, 1, 0, 4], data.Inputs);
        Assert.Equal([0, 1, 1, 0, 4, 3], data.Targets);
        Assert.Equal([3], data.SampleShape);
        Assert.Equal((2, 3), (data.Count, data.TargetSize));
    }

    [Fact]
    public void What_does_not_fill_a_window_is_left_out()
    {
        Assert.Equal(1, Read("abcdef", length: 3).Count);
        Assert.Equal(2, Read("abcdefg", length: 3).Count);
    }

    [Fact]
    public void Characters_are_those_of_Unicode_in_its_order()
    {
        var data = Read("\uFEFFz€🙂é\r\nz", length: 2);

        Assert.Equal(["\n", "\r", "z", "é", "€", "🙂"], data.Text!.Vocabulary!);
        Assert.Equal([2, 4, 5, 3, 1, 0], data.Inputs);
        Assert.Equal((TextUnit.Characters, 6), (data.Text.Unit, data.Text.Count));
    }

    [Fact]
    public void Bytes_are_their_own_numbers()
    {
        folder.Write("text.bin", [200, 0, 255, 7, 9]);

        var data = DatasetReader.Read(new TextDataSpec { Path = "text.bin", Unit = TextUnit.Bytes, Length = 2 }, folder.Path);

        Assert.Equal([200, 0, 255, 7], data.Inputs);
        Assert.Equal([0, 255, 7, 9], data.Targets);
        Assert.Equal((null, 256), (data.Text!.Vocabulary, data.Text.Count));
    }

    [Fact]
    public void The_scale_applies_to_inputs_and_not_to_what_they_stand_for()
    {
        folder.Write("text.txt", "abc");

        var data = DatasetReader.Read(new TextDataSpec { Path = "text.txt", Length = 2, Scale = 0.5 }, folder.Path);

        Assert.Equal([0, 0.5f], data.Inputs);
        Assert.Equal([1, 2], data.Targets);
    }

    [Fact]
    public void Characters_that_lie_across_pieces_of_the_file_are_read_whole()
    {
        var text = "a" + string.Concat(Enumerable.Repeat("🙂", 40_000));

        var data = Read(text, length: 40_000);

        Assert.Equal([0, .. Enumerable.Repeat(1f, 39_999)], data.Inputs);
        Assert.All(data.Targets, target => Assert.Equal(1, target));
    }

    [Theory]
    [InlineData("abc", 3, "text.txt: the file has 3 characters; a window of 3 and the one after it need 4. Lower the length, or add text.")]
    [InlineData("abc", int.MaxValue, "text.txt: the file has 3 characters; a window of 2147483647 and the one after it need 2147483648. Lower the length, or add text.")]
    [InlineData("\uFEFF", 1, "text.txt: the file has 0 characters; a window of 1 and the one after it need 2. Lower the length, or add text.")]
    [InlineData("", 1, "text.txt: the file is empty")]
    public void A_text_without_a_window_is_refused(string text, int length, string problem) =>
        Assert.StartsWith(problem, Assert.Throws<DataException>(() => Read(text, length)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(new byte[] { 97, 10, 98, 0xFF, 99 }, 4, 2)]
    [InlineData(new byte[] { 97, 98, 0xE2, 0x82 }, 3, 1)]
    [InlineData(new byte[] { 0xC0, 0x80 }, 1, 1)]
    [InlineData(new byte[] { 97, 0xED, 0xA0, 0x80 }, 2, 1)]
    public void What_is_no_text_is_refused_with_its_place(byte[] content, int place, int line)
    {
        folder.Write("text.txt", content);

        var e = Assert.Throws<DataException>(() => DatasetReader.Read(new TextDataSpec { Path = "text.txt", Length = 1 }, folder.Path));

        Assert.Equal($"text.txt: byte {place}, in line {line}, is no UTF-8. Save the file as UTF-8, or read it with \"unit\": \"bytes\".", e.Message);
    }

    [Fact]
    public void A_model_with_fewer_outputs_than_characters_is_told_where_it_meets_one() => Assert.Equal(
        "text.txt: label 2 in unit 4 of the text is out of range; the model has 2 outputs, so labels go from 0 to 1.",
        Assert.Throws<DataException>(() => Read("abacbab", length: 2).RequireClasses(2)).Message);

    [Fact]
    public void A_linear_model_learns_which_character_follows_which()
    {
        var data = Read(string.Concat(Enumerable.Repeat("ab", 500)), length: 1);
        var spec = new TrainingSpec
        {
            Data = new TextDataSpec { Path = "text.txt", Length = 1 },
            Model = new ModelSpec { Layers = [new LinearLayer { Units = data.Text!.Count }] },
            Loss = new CrossEntropySpec(),
            Optimizer = new AdamWSpec { LearningRate = 0.1 },
        };
        using var session = new TrainingSession(spec, data, DataSplit.Of(data.Count, new SplitSpec(), 1), seed: 1, trial: 0);

        for (var epoch = 0; epoch < 3; epoch++)
            session.RunEpoch();

        Assert.Equal(1, session.History[^1].Values["validation.accuracy"]);
        Assert.InRange(session.History[^1].Values["validation.perplexity"], 1, 1.2);
    }

    private Dataset Read(string text, int length, string name = "text.txt") =>
        DatasetReader.Read(new TextDataSpec { Path = folder.Write(name, Encoding.UTF8.GetBytes(text)), Length = length }, folder.Path);
}
