using DurableTrainer.Core.Randomness;
using DurableTrainer.Tuning.Bandits;

namespace DurableTrainer.Tuning.Tests.Bandits;

public class ArmTests
{
    private static readonly double[] Here = [1, 0.2, 0.5, 0, 0.3, 0.5, 0.1, 0.4, 0];

    [Fact]
    public void An_expert_that_earns_is_chosen_more()
    {
        var (earning, other) = (New(), New());
        Assert.InRange(ShareOf(earning, other), 0.3, 0.7);

        Feed(earning, 30, 0.8);
        Feed(other, 30, 0.1);

        Assert.InRange(ShareOf(earning, other), 0.9, 1);
    }

    [Fact]
    public void An_expert_whose_time_has_passed_is_chosen_less()
    {
        var (early, late) = (New(), New());
        Feed(early, 30, 0.8);
        Feed(late, 30, 0.1);

        Feed(early, 60, 0.1);
        Feed(late, 60, 0.5);

        Assert.InRange(ShareOf(early, late), 0, 0.15);
    }

    [Fact]
    public void What_was_learned_fades_to_what_was_believed()
    {
        var (faded, fresh) = (New(), New());
        Feed(faded, 30, 1);
        for (var i = 0; i < 400; i++)
            faded.Learn(Here, 0, 1);

        Assert.Equal(Draws(fresh).Average(), Draws(faded).Average(), 0.01);
    }

    [Fact]
    public void What_it_has_learned_survives_being_written()
    {
        var arm = New();
        Feed(arm, 7, 0.6);

        var read = new Arm(Believed, arm.Save("name", 3, 4.2));

        Assert.Equal(Draws(arm), Draws(read));
    }

    private static double[] Believed => [0.3, 0, 0, 0, 0, 0, 0, 0, 0];

    private static Arm New() => new(Believed, null);

    private static void Feed(Arm arm, int times, double reward)
    {
        for (var i = 0; i < times; i++)
            arm.Learn(Here, 1, reward);
    }

    private static double ShareOf(Arm arm, Arm other)
    {
        var random = new KeyedRandom(1, "arms");
        return Enumerable.Range(0, 400).Average(_ => arm.Draw(Here, random) > other.Draw(Here, random) ? 1.0 : 0);
    }

    private static List<double> Draws(Arm arm)
    {
        var random = new KeyedRandom(2, "draws");
        return [.. Enumerable.Range(0, 400).Select(_ => arm.Draw(Here, random))];
    }
}
