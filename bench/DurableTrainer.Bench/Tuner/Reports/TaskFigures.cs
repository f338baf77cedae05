using DurableTrainer.Bench.Tuner.Reference;
using DurableTrainer.Bench.Tuner.Tasks;
using DurableTrainer.Core.Spec;

namespace DurableTrainer.Bench.Tuner.Reports;

/// <summary>All that is known of one task: regrets of the agents, and of Optuna's samplers where it was measured.</summary>
internal sealed class TaskFigures
{
    /// <summary>Medians that differ by less than this share of random search's count as equal.</summary>
    private const double TieShare = 0.001;

    private readonly TunerSettings settings;
    private readonly ILookup<(TunerAgent Agent, int Batch), SearchRun> runs;

    public TaskFigures(TunerSettings settings, SearchTask task, IEnumerable<SearchRun> runs)
    {
        (this.settings, Task) = (settings, task);
        this.runs = runs.Where(run => run.Plan.Task == task).ToLookup(run => (run.Plan.Agent, run.Plan.Batch));
        Trials = HorizonOf(settings, task);
        var random = Of(OptunaFigures.Random) ?? Of(TunerAgent.Random);
        Tie = random is null || double.IsInfinity(random.Median) ? 0 : TieShare * random.Median;
    }

    public SearchTask Task { get; }

    /// <summary>After how many trials sides are compared.</summary>
    public int Trials { get; }

    /// <summary>The difference of medians below which two sides are equal.</summary>
    public double Tie { get; }

    public Regrets? Candidate => Of(settings.Candidate);

    public Regrets? Of(TunerAgent agent) => Of(agent, batch: 1);

    public Regrets? Of(TunerAgent agent, int batch) => Regrets.Of(runs[(agent, batch)], Trials);

    public Regrets? Of(string sampler) => Regrets.OfOptuna(Task, sampler, Trials);

    public Comparison? Against(string sampler) => Comparison.Of(Candidate, Of(sampler), Tie);

    /// <summary>The other agent that is best here, and the candidate against it; null when there is no other.</summary>
    public (TunerAgent Agent, Comparison Comparison)? AgainstBestOther()
    {
        var others = settings.Agents.Where(agent => agent != settings.Candidate && Of(agent) is not null);
        if (Candidate is null || !others.Any())
            return null;
        var best = others.MinBy(agent => Of(agent)!.Median);
        return Comparison.Of(Candidate, Of(best), Tie) is { } comparison ? (best, comparison) : null;
    }

    /// <summary>
    /// The part of the candidate's advantage over Optuna's TPE that is gone when it has to propose in batches: 0 when nothing, 1 when
    /// all of it; null where there was no advantage, or Optuna was not measured.
    /// </summary>
    public double? ShareLostInBatches()
    {
        if (Candidate is not { } alone || Of(OptunaFigures.Tpe) is not { } tpe || Of(settings.Candidate, settings.Batch) is not { } batched)
            return null;
        var advantage = tpe.Median - alone.Median;
        return advantage > Tie ? (batched.Median - alone.Median) / advantage : null;
    }

    /// <summary>Where Optuna was measured, the last number of trials that all sides have; elsewhere all trials.</summary>
    private static int HorizonOf(TunerSettings settings, SearchTask task)
    {
        var common = TaskSet.Reference.Tasks.Contains(task) ? OptunaFigures.Checkpoints.Where(trials => trials <= settings.Trials) : [];
        return common.DefaultIfEmpty(settings.Trials).Max();
    }
}
