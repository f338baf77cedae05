using System.Text.Json.Nodes;

namespace DurableTrainer.Cli.Tests.AskTell;

public class DialogueTests
{
    private const string Ask = """{"op":"ask"}""";

    [Fact]
    public async Task Asking_for_several_gives_distinct_points_and_the_same_as_asking_one_by_one()
    {
        var several = await Talk.LastAsync(Talk.Settings(), """{"op":"ask","count":4}""");
        var single = await Talk.AnswersAsync(Talk.Settings(), string.Join('\n', Enumerable.Repeat(Ask, 4)));

        var trials = several["trials"]!.AsArray();
        Assert.Equal([0, 1, 2, 3], trials.Select(trial => (int)trial!["trial"]!));
        Assert.Equal(4, trials.Select(trial => trial!["point"]!.ToJsonString()).Distinct().Count());
        Assert.Equal(single, trials.Select(trial => trial!.ToJsonString()));
    }

    [Fact]
    public async Task The_best_is_the_lowest_loss_told_and_none_before_that()
    {
        var answers = await Talk.AnswersAsync(Talk.Settings(), """
            {"op":"ask","count":3}
            {"op":"tell","trial":2,"failed":"out of memory"}
            {"op":"tell","trial":1,"value":0.5,"cost":12.5}
            {"op":"tell","trial":0,"value":0.75}
            """);

        Assert.Equal(["""{"best":null}""", """{"best":{"trial":1,"value":0.5}}""", """{"best":{"trial":1,"value":0.5}}"""], answers[1..]);
    }

    [Fact]
    public async Task Telling_the_same_again_gets_the_same_answer_and_something_else_an_error()
    {
        var settings = Talk.Settings();
        string[] told = ["""{"op":"ask","count":2}""", """{"op":"tell","trial":0,"value":0.3333333333333333,"cost":0.1}""", """{"op":"tell","trial":1,"failed":"nan"}"""];
        var answers = await Talk.AnswersAsync(settings, string.Join('\n', [.. told, told[1], told[2]]));

        Assert.Equal(answers[2], answers[3]);
        Assert.Equal(answers[2], answers[4]);
        Assert.Equal("trial 0 was told already, and otherwise: [0.3333333333333333] at a cost of 0.1", await Talk.ErrorAsync(settings, [.. told, """{"op":"tell","trial":0,"value":0.3,"cost":0.1}"""]));
        Assert.Equal("trial 1 was told already, and otherwise: that it failed", await Talk.ErrorAsync(settings, [.. told, """{"op":"tell","trial":1,"value":0.3}"""]));
    }

    [Fact]
    public async Task A_poor_trial_is_told_at_a_milestone_whose_model_to_take_over_and_what_to_go_on_with()
    {
        var settings = Talk.Settings(spec =>
        {
            spec["space"]![0]!["adjustable"] = true;
            spec["scheduler"] = new JsonObject { ["type"] = "none" };
            spec["adaptation"] = new JsonObject { ["type"] = "pbt", ["everyEpochs"] = 2 };
        });

        var answers = (await Talk.AnswersAsync(settings, """
            {"op":"ask","count":2}
            {"op":"report","trial":0,"epoch":1,"value":0.3}
            {"op":"report","trial":0,"epoch":2,"value":0.2}
            {"op":"report","trial":1,"epoch":2,"value":0.4}
            {"op":"report","trial":1,"epoch":2,"value":0.1}
            {"op":"state"}
            """)).Select(answer => JsonNode.Parse(answer)!).ToList();

        Assert.All(answers[1..3], answer => Assert.Equal("""{"decision":"continue"}""", answer.ToJsonString()));
        Assert.Equal(["decision", "from", "point", "reason"], answers[3].AsObject().Select(field => field.Key));
        Assert.Equal("""{"trial":0,"epoch":2}""", answers[3]["from"]!.ToJsonString());
        Assert.StartsWith("cloned trial 0 at epoch 2: 0.4 is the worst of 2, trial 0 had 0.2; x ", (string?)answers[3]["reason"], StringComparison.Ordinal);
        Assert.Equal((string?)answers[0]["trials"]![0]!["point"]!["optimizer"], (string?)answers[3]["point"]!["optimizer"]);
        Assert.Equal(answers[3].ToJsonString(), answers[4].ToJsonString());
        Assert.Equal(answers[3]["point"]!.ToJsonString(), answers[5]["running"]![1]!["point"]!.ToJsonString());
    }

    [Fact]
    public async Task Reports_are_compared_at_rungs_continue_between_and_get_the_same_answer_again()
    {
        var answers = await Talk.AnswersAsync(Talk.Settings(), """
            {"op":"ask","count":2}
            {"op":"report","trial":0,"epoch":1,"value":0.2}
            {"op":"report","trial":0,"epoch":2,"value":0.9}
            {"op":"report","trial":0,"epoch":3,"value":0.1}
            {"op":"report","trial":1,"epoch":1,"value":0.3}
            {"op":"report","trial":1,"epoch":1,"value":0.01}
            {"op":"report","trial":1,"epoch":2,"value":0.01}
            {"op":"report","trial":0,"epoch":1,"value":7}
            {"op":"tell","trial":1,"value":0.3}
            {"op":"report","trial":1,"epoch":3,"value":0.01}
            """);

        const string Continue = """{"decision":"continue"}""";
        const string Stop = """{"decision":"stop","reason":"stopped at epoch 1: 0.3 is above the best third of 2, 0.2"}""";
        Assert.Equal([Continue, Continue, Continue, Stop, Stop, Stop, Continue], answers[1..8]);
        Assert.Equal("""{"error":"trial 1 has ended: its result was told"}""", answers[9]);
    }

    [Fact]
    public async Task A_client_that_reports_at_epochs_of_its_own_is_compared_at_the_rungs_that_it_passes()
    {
        var answers = await Talk.AnswersAsync(Talk.Settings(), """
            {"op":"ask","count":3}
            {"op":"report","trial":0,"epoch":1,"value":0.9}
            {"op":"report","trial":0,"epoch":2,"value":0.5}
            {"op":"report","trial":0,"epoch":3,"value":0.2}
            {"op":"report","trial":1,"epoch":2,"value":0.3}
            {"op":"report","trial":1,"epoch":4,"value":0.25}
            {"op":"report","trial":2,"epoch":2,"value":0.95}
            """);

        const string Continue = """{"decision":"continue"}""";
        Assert.Equal(
            [
                Continue, Continue, Continue, Continue,
                """{"decision":"stop","reason":"stopped at epoch 4, past the rung at 3: 0.25 is above the best third of 2, 0.2"}""",
                """{"decision":"stop","reason":"stopped at epoch 2, past the rung at 1: 0.95 is above the best third of 3, 0.3"}""",
            ],
            answers[1..]);
    }

    [Fact]
    public async Task The_median_rule_decides_about_clients_that_report_every_epoch_and_others_that_do_not()
    {
        var settings = Talk.Settings(spec => spec["scheduler"] = JsonNode.Parse("""{ "type": "median", "minEpochs": 2, "minTrials": 2 }"""));

        var answers = await Talk.AnswersAsync(settings, """
            {"op":"ask","count":3}
            {"op":"report","trial":0,"epoch":2,"value":0.4}
            {"op":"report","trial":0,"epoch":4,"value":0.2}
            {"op":"report","trial":0,"epoch":8,"value":0.1}
            {"op":"report","trial":1,"epoch":8,"value":0.5}
            {"op":"report","trial":2,"epoch":1,"value":0.9}
            {"op":"report","trial":2,"epoch":2,"value":0.8}
            {"op":"report","trial":2,"epoch":3,"value":0.7}
            {"op":"report","trial":2,"epoch":4,"value":0.6}
            {"op":"report","trial":2,"epoch":8,"value":0.6}
            """);

        const string Continue = """{"decision":"continue"}""";
        // Rungs are 2, 4 and 8. Until epoch 4 trial 1 has told nothing; at 8 the mean of trial 0 was 0.2, that of trial 1 is 0.5.
        Assert.Equal(
            [
                Continue, Continue, Continue, Continue, Continue, Continue, Continue, Continue,
                """{"decision":"stop","reason":"stopped at epoch 8: its best, 0.6, is above the median of 2 others, 0.35"}""",
            ],
            answers[1..]);
    }

    [Fact]
    public async Task Hyperband_compares_a_client_with_its_bracket_even_if_nobody_knows_the_last_epoch()
    {
        var settings = Talk.Settings(spec => spec["scheduler"] = new JsonObject { ["type"] = "hyperband" });
        var reports = Enumerable.Range(0, 10).Select(trial => $$"""{"op":"report","trial":{{trial}},"value":0.1{{trial}},"epoch":2}""");

        var answers = await Talk.AnswersAsync(settings, string.Join('\n', reports.Prepend("""{"op":"ask","count":10}""")));

        var stopped = answers.Where(answer => answer.Contains("stop", StringComparison.Ordinal)).ToList();
        Assert.Equal(6, stopped.Count);
        Assert.All(stopped, answer => Assert.Contains("stopped at epoch 2, past the rung at 1 in bracket 1: 0.1", answer, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_trial_whose_last_epoch_nobody_knows_goes_on_until_it_is_told()
    {
        var settings = Talk.Settings(spec => spec["scheduler"] = new JsonObject { ["type"] = "none" });

        var answer = await Talk.LastAsync(settings, Ask, """{"op":"report","trial":0,"epoch":1000000,"value":1}""");

        Assert.Equal("continue", (string?)answer["decision"]);
    }

    [Fact]
    public async Task What_is_left_of_a_space_is_given_and_then_told_that_it_is_exhausted()
    {
        var settings = Talk.Settings(spec => spec["space"] = JsonNode.Parse("""[{ "name": "bias", "type": "choice", "values": [true, false] }]"""));

        var answers = await Talk.AnswersAsync(settings, "{\"op\":\"ask\",\"count\":5}\n" + Ask);

        var rest = JsonNode.Parse(answers[0])!;
        Assert.Equal(2, rest["trials"]!.AsArray().Count);
        Assert.True((bool)rest["exhausted"]!);
        Assert.Equal("""{"exhausted":true}""", answers[1]);
    }

    [Fact]
    public async Task A_point_of_the_user_takes_a_number_counts_for_the_best_and_leaves_seeded_points_their_turn()
    {
        var settings = Talk.Settings(spec => spec["tuner"] = JsonNode.Parse("""{ "agent": "sobol", "points": [ { "x": 0.125 } ] }"""));

        var answers = await Talk.AnswersAsync(settings, """
            {"op":"add","point":{"optimizer":"adamw","x":0.25},"value":0.5}
            {"op":"add","point":{"optimizer":"adamw","x":0.75},"failed":"diverged"}
            {"op":"ask"}
            """);

        Assert.Equal("""{"trial":0,"best":{"trial":0,"value":0.5}}""", answers[0]);
        Assert.Equal("""{"trial":1,"best":{"trial":0,"value":0.5}}""", answers[1]);
        Assert.StartsWith("""{"trial":2,"point":{"x":0.125,""", answers[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_objectives_are_told_by_name_or_in_order_and_give_a_front()
    {
        var settings = Talk.Settings(spec => spec["objective"] = JsonNode.Parse("""[{ "metric": "loss" }, { "metric": "accuracy" }]"""));

        var answers = await Talk.AnswersAsync(settings, """
            {"op":"ask","count":4}
            {"op":"tell","trial":0,"values":[0.5,0.9]}
            {"op":"tell","trial":1,"values":{"accuracy":0.8,"loss":0.6}}
            {"op":"tell","trial":2,"values":{"accuracy":0.7,"loss":0.2}}
            {"op":"tell","trial":3,"value":1}
            """);

        Assert.Equal("""{"front":[{"trial":0,"values":{"loss":0.5,"accuracy":0.9}}]}""", answers[2]);
        Assert.Equal("""{"front":[{"trial":0,"values":{"loss":0.5,"accuracy":0.9}},{"trial":2,"values":{"loss":0.2,"accuracy":0.7}}]}""", answers[3]);
        Assert.Contains("there are 2 objectives, which need 'values'", answers[4], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_front_has_all_trials_that_none_dominates_those_with_equal_values_too()
    {
        var settings = Talk.Settings(spec => spec["objective"] = JsonNode.Parse("""[{ "metric": "loss" }, { "metric": "accuracy" }]"""));

        var state = await Talk.LastAsync(
            settings,
            """{"op":"ask","count":5}""",
            """{"op":"tell","trial":3,"values":[0.5,0.9]}""",
            """{"op":"tell","trial":0,"values":[0.5,0.8]}""",
            """{"op":"tell","trial":4,"failed":"no memory"}""",
            """{"op":"tell","trial":1,"values":[0.5,0.9]}""",
            """{"op":"tell","trial":2,"values":[0.7,0.95]}""");

        Assert.Equal([1, 2, 3], state["front"]!.AsArray().Select(entry => (int)entry!["trial"]!));
    }

    [Fact]
    public async Task Of_several_objectives_the_one_with_a_target_says_that_it_is_met()
    {
        var settings = Talk.Settings(spec => spec["objective"] = JsonNode.Parse("""[{ "metric": "loss", "target": 0.5 }, { "metric": "accuracy" }]"""));

        var state = await Talk.LastAsync(
            settings,
            """{"op":"ask","count":2}""",
            """{"op":"tell","trial":0,"values":[0.6,0.9]}""",
            """{"op":"tell","trial":1,"values":[0.4,0.1]}""");

        Assert.Equal("target met: loss reached 0.4 in trial 1", (string?)state["converged"]);
    }

    [Fact]
    public async Task A_search_that_stands_still_or_has_met_its_target_says_so()
    {
        var still = Talk.Settings(spec => spec["convergence"] = JsonNode.Parse("""{ "rule": "plateau", "minTrials": 2, "patience": 1 }"""));
        var target = Talk.Settings(spec => spec["objective"]!["target"] = 0.25);
        string[] lines = ["""{"op":"ask","count":2}""", """{"op":"tell","trial":0,"value":0.25}""", """{"op":"tell","trial":1,"value":0.5}"""];

        Assert.Equal("plateau: the last 1 trials did not improve the best value", (string?)(await Talk.LastAsync(still, lines))["converged"]);
        var state = await Talk.LastAsync(still, [.. lines, """{"op":"state"}"""]);
        Assert.True((bool)state["converged"]!);
        Assert.StartsWith("plateau", (string?)state["reason"], StringComparison.Ordinal);
        Assert.Equal("target met: loss reached 0.25 in trial 0", (string?)(await Talk.LastAsync(target, lines))["converged"]);
    }

    [Fact]
    public async Task The_state_has_what_a_client_needs_to_go_on()
    {
        var answers = await Talk.AnswersAsync(Talk.Settings(), """
            {"op":"ask"}
            {"op":"ask"}
            {"op":"tell","trial":0,"failed":"no memory"}
            {"op":"state"}
            """);

        Assert.Equal(
            """{"trials":2,"running":[""" + answers[1] + """],"failed":1,"converged":false,"best":null,"experts":{"sobol":{"trials":2}}}""",
            answers[3]);
    }

    [Fact]
    public async Task The_state_has_what_the_experts_of_the_bandit_did()
    {
        var settings = Talk.Settings(spec => spec["tuner"] = JsonNode.Parse("""{ "startup": 2 }"""));
        string[] lines = [.. Enumerable.Range(0, 6).SelectMany(trial => new[] { """{"op":"ask"}""", $$"""{"op":"tell","trial":{{trial}},"value":0.{{9 - trial}}}""" })];

        var experts = (await Talk.LastAsync(settings, [.. lines, """{"op":"state"}"""]))["experts"]!.AsObject();

        Assert.Equal(["bandit/start", "gp", "sceptic", "tpe", "neighbourhood", "space-filling"], experts.Select(expert => expert.Key));
        Assert.Equal(2, (int)experts["bandit/start"]!["trials"]!);
        Assert.Equal(4, experts.Skip(1).Sum(expert => (int)expert.Value!["chosen"]!));
        Assert.All(experts.Skip(1), expert => Assert.NotNull(expert.Value!["earned"]));
    }

    [Fact]
    public async Task Where_values_are_noisy_the_best_is_what_the_model_believes()
    {
        var settings = Talk.Settings(spec => spec["space"] = JsonNode.Parse("""[{ "name": "x", "type": "int", "min": 0, "max": 999 }]"""));
        var added = Enumerable.Range(0, 60).Select(i => (X: i * 16, Value: 0.01 * i + i * 37 % 60 / 60.0 * 2)).Append((X: 990, Value: -0.5)).ToList();
        string[] lines = [.. added.Select(point => FormattableString.Invariant($$"""{"op":"add","point":{"x":{{point.X}}},"value":{{point.Value}}}"""))];

        var best = (await Talk.LastAsync(settings, lines))["best"]!;

        Assert.True((bool)best["believed"]!);
        Assert.NotEqual(60, (int)best["trial"]!);
        Assert.Equal(added[(int)best["trial"]!].Value, (double)best["value"]!);
    }
}
