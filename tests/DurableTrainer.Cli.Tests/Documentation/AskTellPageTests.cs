using System.Text.RegularExpressions;
using DurableTrainer.Cli.Tests.AskTell;
using DurableTrainer.Core.Spec;
using DurableTrainer.Experiments.Workflows;

namespace DurableTrainer.Cli.Tests.Documentation;

/// <summary>The conversation of docs/asktell.md, held with the spec of that page.</summary>
public partial class AskTellPageTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Workspace.Examples, "..", "docs", "asktell.md"));

    [Fact]
    public async Task Each_line_gets_the_answer_that_the_page_shows()
    {
        var settings = SearchPlans.SearchOf(SpecReader.Read(Block().Match(Page).Groups[1].Value, needsTraining: false));
        var said = Said().Matches(Page).Select(match => match.Groups[1].Value).ToList();
        var shown = Answered().Matches(Page).Select(match => WithoutChoices(match.Groups[1].Value));

        var answers = await Talk.AnswersAsync(settings, string.Join('\n', said));

        Assert.NotEmpty(said);
        Assert.Equal(shown, answers.Select(WithoutChoices));
    }

    /// <summary>Which points are chosen, and by whom, is for the agent to decide.</summary>
    private static string WithoutChoices(string answer) => Experts().Replace(Values().Replace(answer, "$1…"), "…");

    [GeneratedRegex("```json\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("^> (.*)$", RegexOptions.Multiline)]
    private static partial Regex Said();

    [GeneratedRegex("^< (.*)$", RegexOptions.Multiline)]
    private static partial Regex Answered();

    [GeneratedRegex("""("(?:rate|layers)":)[^,}]+""")]
    private static partial Regex Values();

    [GeneratedRegex("""(?<="experts":).*""")]
    private static partial Regex Experts();
}
