using System.Text;
using System.Xml;
using DurableTrainer.Core.Trials;
using DurableTrainer.Storage;

namespace DurableTrainer.Experiments.Tests;

public class ExperimentReportTests
{
    [Fact]
    public async Task The_report_of_an_ended_experiment_tells_of_every_trial_and_needs_nothing_else()
    {
        await using var laboratory = new Laboratory("""{ "scheduler": { "type": "asha", "minEpochs": 1, "reduction": 2 }, "budget": { "trials": 12 } }""");
        var (_, result) = await laboratory.RunAsync();

        var page = Encoding.UTF8.GetString((await laboratory.Store.ReadAsync(ArtifactPaths.Report(result.Experiment)))!);

        foreach (var heading in (string[])["Progress", "Learning curves", "What mattered for validation.accuracy", "Timeline", "Trials", "Spec"])
            Assert.Contains($"<h2>{heading}</h2>", page, StringComparison.Ordinal);
        Assert.Equal(12, page.Split("<td>bandit/").Length - 1 + page.Split("<td>space-filling").Length - 1);
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("http", page, StringComparison.Ordinal);
        AssertWellFormed(page);
    }

    [Fact]
    public async Task What_trials_say_cannot_become_markup()
    {
        await using var laboratory = new Laboratory("""{ "failure": { "retries": 0, "maxFailedTrials": 9 } }""");
        laboratory.RunSlice = (slice, _) => slice.Trial == 0
            ? Task.FromResult(Curves.Result(slice, SliceOutcome.Failed, 0, "<script>alert('&')</script>"))
            : Curves.RunAsync(laboratory.Store, laboratory.Experiment, slice);
        var (_, result) = await laboratory.RunAsync();

        var page = Encoding.UTF8.GetString((await laboratory.Store.ReadAsync(ArtifactPaths.Report(result.Experiment)))!);

        Assert.Contains("&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_experiment_without_a_good_trial_has_a_report_too()
    {
        await using var laboratory = new Laboratory("""{ "failure": { "retries": 0, "maxFailedTrials": 1 } }""");
        laboratory.RunSlice = (slice, _) => Task.FromResult(Curves.Result(slice, SliceOutcome.Failed, double.NaN, "no"));
        var (_, result) = await laboratory.RunAsync();

        var page = Encoding.UTF8.GetString((await laboratory.Store.ReadAsync(ArtifactPaths.Report(result.Experiment)))!);

        Assert.Contains("failed", page, StringComparison.Ordinal);
        AssertWellFormed(page);
    }

    /// <summary>The elements after the style close each other.</summary>
    private static void AssertWellFormed(string page)
    {
        var body = page[page.IndexOf("<body>", StringComparison.Ordinal)..page.IndexOf("</html>", StringComparison.Ordinal)];
        using var reader = XmlReader.Create(new StringReader(body));
        while (reader.Read())
        {
        }
    }
}
