using DurableTrainer.Durable;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Experiments.Telemetry;
using DurableTrainer.Tuning;

namespace DurableTrainer.Experiments.Workflows;

/// <summary>The tuner of one experiment, as a durable entity: its state is the tuner's record.</summary>
internal sealed class TunerEntity : Entity<TunerState>
{
    public TunerEntity()
    {
        On(WorkflowNames.StartTuner, (state, settings) => (state ?? new Tuner(settings).Start(), new Unit()));
        On(WorkflowNames.Propose, (state, trial) => TunerOf(state).Propose(state!, trial));
        On(WorkflowNames.Report, (state, report, tuner) =>
        {
            var answer = TunerOf(state).Report(state!, report);
            // A report that comes again changes nothing, and is no decision.
            if (!ReferenceEquals(answer.State, state))
                ExperimentMetrics.Decided(tuner.Key, answer.Decision);
            return answer;
        });
        On(WorkflowNames.End, (state, end) => TunerOf(state).End(state!, end));
        On(WorkflowNames.Conclude, (state, _) => (state, new SearchFindings(TunerOf(state).Best(state!), ExpertSummary.Of(state!))));
    }

    private static Tuner TunerOf(TunerState? state) =>
        new((state ?? throw new InvalidOperationException("The tuner was not started.")).Settings);
}
