using DurableTrainer.Bench.Searches;
using DurableTrainer.Core.Spec;

namespace DurableTrainer.Bench.Tests.Searches;

public class SearchSettingsTests
{
    [Fact]
    public void Arms_take_turns_within_a_seed_and_begin_with_another_in_the_next()
    {
        var settings = new SearchSettings { Tasks = [TrainingTask.All[0]], Arms = ["random", "full", "asha"], Seeds = 2 };

        Assert.Equal(
            [("random", 0), ("full", 0), ("asha", 0), ("full", 1), ("asha", 1), ("random", 1)],
            settings.Plans().Select(plan => (plan.Arm.Name, plan.Seed)));
    }

    public static IEnumerable<object[]> TasksAndArms => TrainingTask.All.SelectMany(task => task.Arms.Select(arm => new object[] { task.Name, arm.Name }));

    [Theory]
    [MemberData(nameof(TasksAndArms))]
    public void Every_arm_of_a_task_is_an_experiment_file(string task, string arm)
    {
        var chosen = TrainingTask.All.Single(known => known.Name == task);

        var spec = SpecReader.Read(chosen.Spec(Arm.Named(arm), 7, TimeSpan.FromSeconds(5)).ToJsonString());

        Assert.Equal((7, TimeSpan.FromSeconds(5)), ((int)spec.Seed, spec.Budget.WallClock));
        Assert.Equal(Arm.Named(arm).Adaptation, spec.Adaptation?.Type.ToString().ToLowerInvariant());
        Assert.Equal(chosen.Metric, spec.Objective[0].Metric);
    }

    [Fact]
    public void Data_is_the_same_for_a_seed_and_another_for_the_next()
    {
        var task = TrainingTask.All.Single(known => known.Files(0).Count > 0);

        Assert.Equal(task.Files(3), task.Files(3));
        Assert.NotEqual(task.Files(3).Values.Single(), task.Files(4).Values.Single());
    }
}
