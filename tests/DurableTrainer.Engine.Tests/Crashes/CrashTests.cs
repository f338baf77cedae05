using DurableTrainer.Durable;
using Xunit.Abstractions;

namespace DurableTrainer.Engine.Tests.Crashes;

public class CrashTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_crash_at_any_write_flush_or_rename_changes_nothing_of_the_end()
    {
        var seed = Soak.Seed(output);
        var expected = await Story.DriveAsync(new(), new(), []);
        Assert.Contains("story Completed", expected, StringComparison.Ordinal);

        for (var step = 1; ; step++)
        {
            var random = new Random(HashCode.Combine(seed, step));
            var files = new CrashingFiles { FailAt = step };
            var end = await DriveThroughCrashes(files, random);

            Assert.True(expected == end, $"Seed {seed}: a crash at step {step} led to:\n{end}\nand not to:\n{expected}");
            if (!files.Crashed)
                break;
        }
    }

    [Fact]
    public async Task A_crash_in_the_recovery_from_a_crash_changes_nothing_of_the_end()
    {
        var seed = Soak.Seed(output);
        var expected = await Story.DriveAsync(new(), new(), []);

        for (var round = 0; round < Soak.Times(60); round++)
        {
            var random = new Random(HashCode.Combine(seed, round));
            var end = await DriveThroughCrashes(new() { FailAt = random.Next(1, 120) }, random, () => random.Next(1, 15), crashes: 5);

            Assert.True(expected == end, $"Seed {seed}: the crashes of round {round} led to:\n{end}\nand not to:\n{expected}");
        }
    }

    [Fact]
    public async Task Of_a_thousand_power_cuts_at_any_moment_none_loses_what_was_acknowledged()
    {
        var seed = Soak.Seed(output);
        var expected = await Story.DriveAsync(new(), new(), []);
        var steps = new CrashingFiles();
        await Story.DriveAsync(steps, new(), []);

        await Parallel.ForAsync(0, Soak.Times(1000), async (cut, _) =>
        {
            var random = new Random(HashCode.Combine(seed, cut));
            var at = random.Next(1, steps.Steps + 1);
            var end = await DriveThroughCrashes(new() { FailAt = at }, random);

            Assert.True(expected == end, $"Seed {seed}: cut {cut}, at step {at}, led to:\n{end}\nand not to:\n{expected}");
        });
    }

    private static async Task<string> DriveThroughCrashes(CrashingFiles files, Random random, Func<int>? nextCrash = null, int crashes = 0)
    {
        var time = new ManualTime();
        var seen = new HashSet<string>();
        while (true)
        {
            try
            {
                return await Story.DriveAsync(files, time, seen);
            }
            catch (DurableException) when (files.Crashed)
            {
                files = files.Restart(random, crashes-- > 0 ? nextCrash!() : 0);
            }
        }
    }
}
