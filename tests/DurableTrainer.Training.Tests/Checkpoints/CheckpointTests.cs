using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using DurableTrainer.Core.Randomness;
using DurableTrainer.Core.Space;
using DurableTrainer.Training.Checkpoints;

namespace DurableTrainer.Training.Tests.Checkpoints;

public class CheckpointTests
{
    [Fact]
    public void A_checkpoint_comes_back_whole()
    {
        var written = Sample();

        var read = Checkpoint.Read(written.Write());

        Assert.True(SafetensorsTests.Same(written.Parameters, read.Parameters));
        Assert.True(SafetensorsTests.Same(written.State, read.State));
        Assert.True(SafetensorsTests.Same(written.Optimizer, read.Optimizer));
        Assert.Equal((7, 1234567890123), (read.Epoch, read.Step));
        Assert.Equal(written.Point, read.Point);
        Assert.Equal(written.Graph, read.Graph);
        Assert.Equal(written.DataSha256, read.DataSha256);
        Assert.Equal([(1, 3), (7, 1234567890123)], read.History.Select(epoch => (epoch.Epoch, epoch.Step)));
        Assert.Equal(double.PositiveInfinity, read.History[0].Values["loss"]);
        Assert.Equal(double.NaN, read.History[0].Values["validation.accuracy"]);
        Assert.Equal(0.1 + 0.2, read.History[1].Values["loss"]);
        Assert.Equal(written.Write(), read.Write());
    }

    [Fact]
    public void Its_tensors_stand_under_their_paths_for_any_reader_of_safetensors()
    {
        var (tensors, metadata) = Safetensors.Read(Sample().Write());

        Assert.Equal(
            ["layers.0.weight", "layers.0.bias", "state/layers.1.runningMean", "optimizer/layers.0.weight/momentum"],
            tensors.Select(tensor => tensor.Name));
        Assert.Equal("7", metadata["epoch"]);
        Assert.Equal("""{"optimizer":"sgd","learningRate":0.012345678901234567,"width":16}""", metadata["point"]);
    }

    [Fact]
    public void Every_truncation_is_detected()
    {
        var file = Sample().Write();

        for (var length = 0; length < file.Length; length++)
            Assert.Throws<CheckpointException>(() => Checkpoint.Read(file.AsSpan(0, length)));
        Assert.Throws<CheckpointException>(() => Checkpoint.Read([.. file, 0]));
    }

    [Fact]
    public void Every_flipped_bit_is_detected()
    {
        var file = Sample().Write();

        for (var bit = 0; bit < 8 * file.Length; bit++)
        {
            file[bit / 8] ^= (byte)(1 << bit % 8);
            Assert.True(Record.Exception(() => Checkpoint.Read(file)) is CheckpointException, $"bit {bit % 8} of byte {bit / 8}");
            file[bit / 8] ^= (byte)(1 << bit % 8);
        }
    }

    [Fact]
    public void Random_damage_is_detected()
    {
        for (var seed = 0; seed < 2000; seed++)
        {
            var random = new KeyedRandom(seed, "damage");
            var file = Sample().Write();
            var original = file.ToArray();
            for (var i = 1 + random.NextInt32(20); i > 0; i--)
                file[random.NextInt32(file.Length)] = (byte)random.NextInt32(256);
            if (file.SequenceEqual(original))
                continue;

            Assert.True(Record.Exception(() => Checkpoint.Read(file)) is CheckpointException, $"seed {seed}");
        }
    }

    [Fact]
    public void Text_that_looks_like_a_checksum_does_not_confuse_the_checksum()
    {
        var written = Sample() with
        {
            Graph = $$"""{"sha256":"{{new string('1', 64)}}"}""",
            Parameters = [new("sha256", [1], [1])],
        };

        Assert.Equal(written.Graph, Checkpoint.Read(written.Write()).Graph);
    }

    [Fact]
    public void Standard_tools_can_check_the_checksum()
    {
        if (!OperatingSystem.IsLinux())
            return;
        var path = Path.GetTempFileName();
        try
        {
            var file = Sample().Write();
            File.WriteAllBytes(path, file);
            using var shell = Process.Start(new ProcessStartInfo(
                "sh", ["-c", """LC_ALL=C sed 's/"sha256":"[0-9a-f]*"/"sha256":"0000000000000000000000000000000000000000000000000000000000000000"/' "$0" | sha256sum""", path])
            { RedirectStandardOutput = true })!;

            var printed = shell.StandardOutput.ReadToEnd();

            Assert.Equal(Regex.Match(Encoding.Latin1.GetString(file), "\"sha256\":\"([0-9a-f]{64})\"").Groups[1].Value, printed[..64]);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_safetensors_file_that_is_no_checkpoint_says_so()
    {
        var file = Safetensors.Write([new("t", [1], [1])], new Dictionary<string, string>());

        var e = Assert.Throws<CheckpointException>(() => Checkpoint.Read(file));

        Assert.Contains("no checkpoint of a trial", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_from_before_steps_were_noted_has_as_many_in_every_epoch()
    {
        var before = Sample() with { Step = 140, History = [.. Sample().History.Select(epoch => epoch with { Step = 0 })] };

        Assert.Equal([(1, 20), (7, 140)], Checkpoint.Read(before.Write()).History.Select(epoch => (epoch.Epoch, epoch.Step)));
    }

    [Fact]
    public void Names_that_would_collide_are_not_written()
    {
        Assert.Throws<ArgumentException>(() => (Sample() with { Parameters = [new("state/x", [1], [1])] }).Write());
        Assert.Throws<ArgumentException>(() => (Sample() with { State = [new("x", [1], [1]), new("x", [1], [1])] }).Write());
    }

    internal static Checkpoint Sample() => new()
    {
        Parameters = [new("layers.0.weight", [2, 3], [1, 2, float.Epsilon, float.NaN, -0f, 6]), new("layers.0.bias", [2], [float.MaxValue, 8])],
        State = [new("layers.1.runningMean", [2], [0.1f, 0.2f])],
        Optimizer = [new("layers.0.weight/momentum", [2, 3], [1, 2, 3, 4, 5, 6])],
        Epoch = 7,
        Step = 1234567890123,
        Point = new Point([new("optimizer", "sgd"), new("learningRate", 0.012345678901234567), new("width", 16)]),
        Graph = """{"inputs":[{"id":"input","shape":[1,8,8]}],"nodes":[],"note":"é \"quoted\""}""",
        History =
        [
            new(1, new Dictionary<string, double> { ["loss"] = double.PositiveInfinity, ["validation.accuracy"] = double.NaN }, Step: 3),
            new(7, new Dictionary<string, double> { ["loss"] = 0.1 + 0.2, ["validation.accuracy"] = 0.975 }, Step: 1234567890123),
        ],
        DataSha256 = new string('a', 64),
    };
}
