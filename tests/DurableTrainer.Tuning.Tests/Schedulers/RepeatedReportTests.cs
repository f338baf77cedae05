using System.Text.Json;
using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec;

namespace DurableTrainer.Tuning.Tests.Schedulers;

/// <summary>A crash may repeat a report, or take the state from where it was written: neither changes a decision.</summary>
public class RepeatedReportTests
{
    public static TheoryData<SchedulerSpec> Schedulers => new(new AshaSpec(), new HyperbandSpec(), new MedianSpec { MinTrials = 1 }, new NoSchedulerSpec());

    [Theory]
    [MemberData(nameof(Schedulers))]
    public void A_report_that_comes_twice_or_after_the_state_was_read_again_gets_the_same_answer(SchedulerSpec scheduler)
    {
        var tuner = new Tuner(SettingsOf(scheduler));
        var state = tuner.Start();
        for (var trial = 0; trial < 30; trial++)
        {
            (state, var proposal) = tuner.Propose(state, trial);
            Assert.Equal(proposal, tuner.Propose(state, trial).Proposal);
            var decision = new Decision { Verdict = Verdict.Continue, ToEpoch = proposal.ToEpoch };
            for (var slice = 0; decision.Verdict == Verdict.Continue; slice++)
            {
                var report = new TrialReport(trial, slice, decision.ToEpoch, [trial * 37 % 30 + decision.ToEpoch]);
                var read = JsonSerializer.Deserialize<TunerState>(JsonSerializer.Serialize(state, SpecJson.Options), SpecJson.Options)!;

                (state, decision) = tuner.Report(state, report);

                Assert.Equal(decision, new Tuner(SettingsOf(scheduler)).Report(read, report).Decision);
                var (again, same) = tuner.Report(state, report);
                Assert.Equal(decision, same);
                Assert.Same(state, again);
            }

            (state, _) = tuner.End(state, new TrialEnd(trial, decision.Verdict == Verdict.Stop ? TrialStatus.Stopped : TrialStatus.Completed));
        }

        Assert.Equal(scheduler is not NoSchedulerSpec, state.Trials.Any(trial => trial.Status == TrialStatus.Stopped));
        Assert.Contains(state.Trials, trial => trial.Status == TrialStatus.Completed);
    }

    /// <summary>Trials of 9 and of 27 epochs.</summary>
    private static SearchSettings SettingsOf(SchedulerSpec scheduler) => new()
    {
        Seed = 1,
        Objectives = [Curves.Accuracy],
        Space = [new FloatParameter { Name = "x", Min = 0, Max = 1 }, new IntParameter { Name = "length", Min = 2, Max = 3 }],
        Tuner = new TunerSpec { Agent = TunerAgent.Sobol },
        Scheduler = scheduler,
        Epochs = "3 ^ $length",
    };
}
