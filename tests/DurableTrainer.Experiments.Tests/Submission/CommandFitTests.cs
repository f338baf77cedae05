using DurableTrainer.Core.Spec;
using DurableTrainer.Experiments.Submission;
using DurableTrainer.Workers.Commands;

namespace DurableTrainer.Experiments.Tests.Submission;

public class CommandFitTests
{
    private static readonly ExperimentSpec Spec = SpecReader.Read("""
        {
          "objective": { "metric": "score" },
          "space": [ { "name": "script", "type": "choice", "values": ["a.sh", "b.sh", "missing.sh"] } ],
          "training": { "command": { "run": ["sh", "$script", "data/rows.csv", "--sh"] } }
        }
        """);

    [Fact]
    public void The_files_that_a_command_names_at_any_point_are_noted_and_hashed()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(Path.Combine(folder.Path, "data"));
        foreach (var file in (string[])["a.sh", "b.sh", "sh", "data/rows.csv"])
            File.WriteAllText(Path.Combine(folder.Path, file), file);
        var allowed = new AllowedCommands(["sh"]);

        var before = PreparedExperiment.Create(Spec, folder.Path, ["cpu"], allowed).Data;
        File.WriteAllText(Path.Combine(folder.Path, "b.sh"), "other");
        var after = PreparedExperiment.Create(Spec, folder.Path, ["cpu"], allowed).Data;

        Assert.Equal(["a.sh", "b.sh", "data/rows.csv"], before.Files);
        Assert.NotEqual(before.Sha256, after.Sha256);
        Assert.Throws<CommandRefusedException>(before.VerifyFiles);
        after.VerifyFiles();
    }

    [Theory]
    [InlineData("sh", null, true)]
    [InlineData(null, "python3:sh", true)]
    [InlineData(null, " python3 ; sh ", true)]
    [InlineData("bash", "python3", false)]
    [InlineData("SH", "s;h", false)]
    public void A_program_runs_only_where_its_very_name_is_allowed(string? option, string? variable, bool runs)
    {
        using var folder = new TemporaryFolder();
        var allowed = AllowedCommands.Of(option is null ? [] : [option], variable);

        if (runs)
            PreparedExperiment.Create(Spec, folder.Path, ["cpu"], allowed);
        else
            Assert.Equal("/training/command/run/0", Assert.Single(Assert.Throws<SpecException>(() => PreparedExperiment.Create(Spec, folder.Path, ["cpu"], allowed)).Problems).Pointer);
    }

    [Fact]
    public void Nothing_is_allowed_unless_somebody_says_so()
    {
        using var folder = new TemporaryFolder();

        Assert.Throws<SpecException>(() => PreparedExperiment.Create(Spec, folder.Path, ["cpu"]));
    }
}
