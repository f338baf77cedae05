using System.Text.RegularExpressions;
using DurableTrainer.Cli.Tests.AskTell;
using DurableTrainer.Core.Spec;
using DurableTrainer.Experiments.Workflows;

namespace DurableTrainer.Cli.Tests.Documentation;

/// <summary>The conversations of docs/asktell.md, each held with the spec that stands before it.</summary>
public partial class AskTellPageTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Workspace.Examples, "..", "docs", "asktell.md"));

    public static TheoryData<string> Conversations => [.. Page.Split("```json\n").Skip(1)];

    [Theory]
    [MemberData(nameof(Conversations))]
    public async Task Each_line_gets_the_answer_that_the_page_shows(string conversation)
    {
        var settings = SearchPlans.SearchOf(SpecReader.Read(conversation.Split("```")[0], needsTraining: false));
        var said = Said().Matches(conversation).Select(match => match.Groups[1].Value).ToList();
        var shown = Answered().Matches(conversation).Select(match => WithoutChoices(match.Groups[1].Value));

        var answers = await Talk.AnswersAsync(settings, string.Join('\n', said));

        Assert.NotEmpty(said);
        Assert.Equal(shown, answers.Select(WithoutChoices));
    }

    /// <summary>Which points are chosen, and by whom, is for the agent to decide.</summary>
    private static string WithoutChoices(string answer) => Changes().Replace(Experts().Replace(Values().Replace(answer, "$1…"), "…"), "…");

    [GeneratedRegex("^> (.*)$", RegexOptions.Multiline)]
    private static partial Regex Said();

    [GeneratedRegex("^< (.*)$", RegexOptions.Multiline)]
    private static partial Regex Answered();

    [GeneratedRegex("""("(?:rate|layers)":)[^,}]+""")]
    private static partial Regex Values();

    [GeneratedRegex("(?<=; rate )[^\"]+")]
    private static partial Regex Changes();

    [GeneratedRegex("""(?<="experts":).*""")]
    private static partial Regex Experts();
}
