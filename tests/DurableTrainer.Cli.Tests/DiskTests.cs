namespace DurableTrainer.Cli.Tests;

/// <summary>Disks that are full or cannot be written to, for real: small file systems that only the test sees.</summary>
public class DiskTests
{
    [Fact]
    public async Task On_a_full_disk_a_run_waits_with_advice_and_with_room_again_it_ends_as_if_nothing_had_been()
    {
        using var here = new Workspace();
        here.Write(Workspace.Brief);
        var through = await Dtrain.RunAsync("run", here.Spec, "--data", here.Data);
        var disk = Directory.CreateDirectory(Path.Combine(here.Root, "disk")).FullName;

        var run = await Dtrain.RunWithMountsAsync($"""
            mount -t tmpfs -o size=300k tmpfs {disk}
            $dtrain run {here.Spec} --data {disk}/data > {here.Root}/log & running=$!
            until grep 'is full' {here.Root}/log; do kill -0 $running || exit 9; sleep 0.1; done
            mount -o remount,size=50m {disk}
            wait $running && echo "status $?"
            find {disk} -name '.partial*'
            cmp {disk}/data/experiments/small-1/result.json {here.Data}/experiments/small-1/result.json && echo identical
            """);

        Assert.Equal((0, 0), (through.Status, run.Status));
        Assert.Contains("ree some space", run.Output, StringComparison.Ordinal);
        Assert.Contains("status 0", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(".partial", run.Output, StringComparison.Ordinal);
        Assert.Contains("identical", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_read_only_folder_is_refused_and_can_still_be_looked_at()
    {
        using var here = new Workspace();
        here.Write(spec => spec["budget"]!["trials"] = 2);
        var disk = Directory.CreateDirectory(Path.Combine(here.Root, "disk")).FullName;

        var run = await Dtrain.RunWithMountsAsync($"""
            mount -t tmpfs -o size=50m tmpfs {disk}
            $dtrain run {here.Spec} --data {disk}/data > /dev/null
            mount -o remount,ro {disk}
            $dtrain run {here.Spec} --data {disk}/data --new && exit 9 || echo "status $?"
            $dtrain run {here.Spec} --data {disk}/other && exit 9 || echo "status $?"
            $dtrain list --data {disk}/data
            """);

        Assert.Equal(0, run.Status);
        Assert.Equal(2, run.Output.Split("status 1").Length - 1);
        Assert.Contains("Read-only file system", run.Error, StringComparison.Ordinal);
        Assert.Contains("small-1", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_disk_ends_the_tuner_and_with_room_again_it_has_exactly_what_it_answered()
    {
        using var here = new Workspace();
        File.WriteAllText(here.Spec, AskTell.Talk.Spec);
        var disk = Directory.CreateDirectory(Path.Combine(here.Root, "disk")).FullName;

        var run = await Dtrain.RunWithMountsAsync($$"""
            mount -t tmpfs -o size=150k tmpfs {{disk}}
            yes '{"op":"ask","count":50}' | head -n 200 | $dtrain tuner {{here.Spec}} --state {{disk}}/state > {{here.Root}}/answers && exit 9 || echo "status $?"
            find {{disk}} -name '.partial*'
            mount -o remount,size=50m {{disk}}
            echo "answered $(grep -o '"trial":' {{here.Root}}/answers | wc -l)"
            echo '{"op":"state"}' | $dtrain tuner {{here.Spec}} --state {{disk}}/state | sed 's/.*"sobol":{"trials":\([0-9]*\).*/answered \1/'
            """);

        Assert.Equal(0, run.Status);
        Assert.Contains("No space left", run.Error, StringComparison.Ordinal);
        var lines = run.Output.TrimEnd().Split('\n');
        Assert.Equal("status 1", lines[0]);
        Assert.Equal(lines[1], lines[2]);
        Assert.NotEqual("answered 0", lines[1]);
    }
}
