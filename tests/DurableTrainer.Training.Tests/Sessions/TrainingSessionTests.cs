using DurableTrainer.Training.Sessions;

namespace DurableTrainer.Training.Tests.Sessions;

public class TrainingSessionTests
{
    [Fact]
    public void A_perceptron_learns_the_digits_in_five_epochs()
    {
        using var session = new TrainingSession(Digits.Perceptron, Digits.Dataset, Digits.Split, Digits.Seed, trial: 0);

        for (var epoch = 0; epoch < 5; epoch++)
            Assert.Equal(EpochOutcome.Completed, session.RunEpoch().Outcome);

        Assert.True(session.History[^1].Values["validation.accuracy"] > 0.93, $"{session.History[^1].Values["validation.accuracy"]}");
        Assert.True(session.History[^1].Values["train.loss"] < session.History[0].Values["train.loss"]);
    }
}
