using System.Text;
using DurableTrainer.Core.Randomness;
using DurableTrainer.Training.Checkpoints;

namespace DurableTrainer.Training.Tests.Checkpoints;

public class SafetensorsTests
{
    private static readonly Dictionary<string, string> NoMetadata = [];

    [Fact]
    public void The_bytes_are_those_that_the_format_prescribes()
    {
        var file = Safetensors.Write(
            [new("b", [2], [1, -2]), new("a", [], [0.5f])],
            new Dictionary<string, string> { ["z"] = "last", ["format"] = "pt" });

        const string header =
            """{"__metadata__":{"format":"pt","z":"last"},"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[],"data_offsets":[8,12]}}""";
        Assert.Equal(149, header.Length);
        byte[] expected =
        [
            152, 0, 0, 0, 0, 0, 0, 0,
            .. Encoding.ASCII.GetBytes(header), (byte)' ', (byte)' ', (byte)' ',
            0x00, 0x00, 0x80, 0x3f, 0x00, 0x00, 0x00, 0xc0,
            0x00, 0x00, 0x00, 0x3f,
        ];
        Assert.Equal(expected, file);
    }

    [Fact]
    public void What_was_written_is_read_bit_for_bit_in_the_same_order()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new KeyedRandom(seed, "safetensors");
            var tensors = Tensors(random);
            var metadata = Enumerable.Range(0, random.NextInt32(4)).ToDictionary(i => Name(random) + i, _ => Name(random));

            var file = Safetensors.Write(tensors, metadata);
            var read = Safetensors.Read(file);

            Assert.True(Same(tensors, read.Tensors), $"seed {seed}: tensors");
            Assert.True(metadata.OrderBy(p => p.Key).SequenceEqual(read.Metadata.OrderBy(p => p.Key)), $"seed {seed}: metadata");
            Assert.True(file.SequenceEqual(Safetensors.Write(read.Tensors, read.Metadata)), $"seed {seed}: bytes");
            Assert.True((file.Length - read.Tensors.Sum(t => 4 * t.Values.Length)) % 8 == 0, $"seed {seed}: alignment");
        }
    }

    [Fact]
    public void Every_truncation_is_refused()
    {
        var file = Safetensors.Write([new("weight", [3, 2], [1, 2, 3, 4, 5, 6]), new("bias", [3], [1, 2, 3])], NoMetadata);

        for (var length = 0; length < file.Length; length++)
            Assert.Throws<CheckpointException>(() => Safetensors.Read(file.AsSpan(0, length)));
    }

    [Fact]
    public void A_damaged_file_is_read_or_refused_but_never_breaks_the_reader()
    {
        for (var seed = 0; seed < 5000; seed++)
        {
            var random = new KeyedRandom(seed, "damage");
            var file = Safetensors.Write([new("weight", [3, 2], [1, 2, 3, 4, 5, 6]), new("bias", [3], [1, 2, 3])], new Dictionary<string, string> { ["k"] = "é\"v" });
            for (var i = random.NextInt32(4); i >= 0; i--)
                file[random.NextInt32(file.Length)] = (byte)random.NextInt32(256);

            var thrown = Record.Exception(() => Safetensors.Read(file));

            Assert.True(thrown is null or CheckpointException, $"seed {seed}: {thrown}");
        }
    }

    [Theory]
    [InlineData("""{"t":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", "Tensor 't' of type F32 and shape [2] cannot lie at bytes 0 to 4.")]
    [InlineData("""{"t":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", "cannot lie at bytes 4 to 0")]
    [InlineData("""{"t":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "starts at byte 4 of the data, where 0 was due")]
    [InlineData("""{"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"u":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "gap or overlap")]
    [InlineData("""{"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"t":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "names 't' twice")]
    [InlineData("""{"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "but 8 follow the header; there is something behind them")]
    [InlineData("""{"t":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}""", "the file was cut off")]
    [InlineData("""{"t":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}""", "is of type 'I64'; F32, F64, F16, BF16 can be read")]
    [InlineData("""{"t":{"dtype":"F32","shape":[2147483647,2147483647,2147483647,2147483647,2147483647],"data_offsets":[0,8]}}""", "cannot lie at")]
    [InlineData("""{"t":{"dtype":"F32","shape":[2147483648],"data_offsets":[0,8]}}""", "a whole number from 0 to 2147483647 was due")]
    [InlineData("""{"t":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", "a whole number")]
    [InlineData("""{"t":{"dtype":"F32","shape":[2]}}""", "must have a dtype, a shape and two data_offsets")]
    [InlineData("""{"t":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"stride":1}}""", "a field 'stride'")]
    [InlineData("""{"t":[]}""", "StartObject was due")]
    [InlineData("""{"__metadata__":{"k":1}}""", "String was due")]
    [InlineData("""{"__metadata__":{"k":"a","k":"b"}}""", "names 'k' twice")]
    [InlineData("""{"__metadata__":{"k":"\ud800"}}""", "not valid Unicode")]
    [InlineData("""{} {}""", "not the JSON of safetensors")]
    [InlineData("""{"t":""", "not the JSON of safetensors")]
    [InlineData("""[]""", "does not start with '{'")]
    public void A_malformed_header_is_refused_with_what_is_wrong(string header, string problem)
    {
        var e = Assert.Throws<CheckpointException>(() => Safetensors.Read(File(header, new byte[8])));

        Assert.Contains(problem, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_hostile_size_is_refused_before_any_memory_is_asked_for()
    {
        byte[] huge = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, (byte)'{', (byte)'}'];
        byte[] long0 = [0xff, 0xe0, 0xf5, 0x05, 0, 0, 0, 0, (byte)'{', (byte)'}'];
        var empty = File("""{"t":{"dtype":"F32","shape":[0,2147483647,2147483647,2147483647],"data_offsets":[0,0]}}""", []);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<CheckpointException>(() => Safetensors.Read(huge));
        Assert.Throws<CheckpointException>(() => Safetensors.Read(long0));
        Assert.Empty(Safetensors.Read(empty).Tensors[0].Values);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void Other_float_types_become_floats()
    {
        var file = File(
            """{"d":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},"h":{"dtype":"F16","shape":[1],"data_offsets":[8,10]},"b":{"dtype":"BF16","shape":[1],"data_offsets":[10,12]}}""",
            [0, 0, 0, 0, 0, 0, 0xf8, 0x3f, 0x00, 0xc1, 0x20, 0x40]);

        var (tensors, _) = Safetensors.Read(file);

        Assert.Equal([1.5f, -2.5f, 2.5f], tensors.Select(t => t.Values[0]));
    }

    [Fact]
    public void A_tensor_that_does_not_fill_its_shape_is_not_written()
    {
        Assert.Throws<ArgumentException>(() => Safetensors.Write([new("t", [2, 2], [1, 2, 3])], NoMetadata));
        Assert.Throws<ArgumentException>(() => Safetensors.Write([new("t", [-1, -1], [1])], NoMetadata));
        Assert.Throws<ArgumentException>(() => Safetensors.Write([new("t", [1], [1]), new("t", [1], [1])], NoMetadata));
        Assert.Throws<ArgumentException>(() => Safetensors.Write([new("__metadata__", [1], [1])], NoMetadata));
    }

    internal static List<NamedTensor> Tensors(KeyedRandom random)
    {
        var tensors = new List<NamedTensor>();
        for (var i = random.NextInt32(5); i > 0; i--)
        {
            var shape = Enumerable.Range(0, random.NextInt32(4)).Select(_ => random.NextInt32(5)).ToArray();
            var values = new float[shape.Aggregate(1, (size, dimension) => size * dimension)];
            for (var j = 0; j < values.Length; j++)
                values[j] = BitConverter.UInt32BitsToSingle((uint)random.NextUInt64());
            tensors.Add(new($"{Name(random)}.{i}", shape, values));
        }

        return tensors;
    }

    internal static bool Same(IReadOnlyList<NamedTensor> a, IReadOnlyList<NamedTensor> b) =>
        a.Count == b.Count && a.Zip(b).All(pair =>
            pair.First.Name == pair.Second.Name && pair.First.Shape.SequenceEqual(pair.Second.Shape)
            && pair.First.Values.Select(BitConverter.SingleToUInt32Bits).SequenceEqual(pair.Second.Values.Select(BitConverter.SingleToUInt32Bits)));

    private static string Name(KeyedRandom random)
    {
        const string letters = "az.09/\"\\\n\t <&é漢 \u2028";
        var name = new StringBuilder();
        for (var i = random.NextInt32(12); i > 0; i--)
            name.Append(letters[random.NextInt32(letters.Length)]);
        return name.Append(random.NextInt32(2) == 0 ? "" : "😀").ToString();
    }

    private static byte[] File(string header, byte[] data) =>
        [.. BitConverter.GetBytes((ulong)header.Length), .. Encoding.UTF8.GetBytes(header), .. data];
}
