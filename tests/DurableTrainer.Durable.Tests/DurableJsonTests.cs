namespace DurableTrainer.Durable.Tests;

public class DurableJsonTests
{
    public enum Colour
    {
        Red,
        DarkGreen,
    }

    [Theory]
    [InlineData(double.NaN, "\"NaN\"")]
    [InlineData(double.PositiveInfinity, "\"Infinity\"")]
    [InlineData(double.NegativeInfinity, "\"-Infinity\"")]
    [InlineData(0.1, "0.1")]
    [InlineData(double.Epsilon, "5E-324")]
    public void Every_number_is_read_as_it_was_written(double number, string json)
    {
        Assert.Equal(json, DurableJson.Serialize(number));
        Assert.Equal(number, DurableJson.Deserialize<double>(json));
        Assert.Equal([number], DurableJson.Deserialize<Dictionary<string, double>>(DurableJson.Serialize(new Dictionary<string, double> { ["x"] = number })).Values);
    }

    [Fact]
    public void Enums_are_words_and_nulls_are_left_out()
    {
        var json = DurableJson.Serialize(new Paint(Colour.DarkGreen, null, "ünïcode <tag> \"quoted\""));

        Assert.Equal("""{"colour":"darkGreen","name":"ünïcode <tag> \"quoted\""}""", json);
        Assert.Equal(new Paint(Colour.DarkGreen, null, "ünïcode <tag> \"quoted\""), DurableJson.Deserialize<Paint>(json));
    }

    [Fact]
    public void Nothing_is_the_default()
    {
        Assert.Equal(0, DurableJson.Deserialize<int>(null));
        Assert.Null(DurableJson.Deserialize<Paint>(null));
        Assert.Equal(new Unit(), DurableJson.Deserialize<Unit>(null));
    }

    [Fact]
    public void Times_are_exact()
    {
        var time = new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.FromHours(2)).AddTicks(1234567);

        Assert.Equal((time, TimeSpan.FromTicks(7)), DurableJson.Deserialize<Span>(DurableJson.Serialize(new Span(time, TimeSpan.FromTicks(7)))) is var span ? (span.From, span.Length) : default);
    }

    [Fact]
    public void The_options_cannot_be_changed() =>
        Assert.Throws<InvalidOperationException>(() => DurableJson.Options.WriteIndented = true);

    public sealed record Paint(Colour Colour, double? Weight, string Name);

    public sealed record Span(DateTimeOffset From, TimeSpan Length);
}
