using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Trials;
using DurableTrainer.Experiments.Artifacts;

namespace DurableTrainer.Cli.Views;

/// <summary>What a user sees of a run. Calls come from several threads.</summary>
internal abstract class RunView
{
    public static RunView Create(bool json, bool noColor, ExperimentSpec spec)
    {
        if (json)
            return new JsonRunView();
        var console = Terminal.Create(noColor);
        return Terminal.IsInteractive && !noColor ? new LiveRunView(console, spec) : new PlainRunView(console, spec);
    }

    /// <summary>Something about the run as a whole, as a sentence.</summary>
    public abstract void Tell(string message);

    /// <summary>Whether it shows what happened before this run too.</summary>
    public virtual bool ShowsHistory => false;

    public abstract void Begin(string experiment);

    public abstract void Show(ExperimentEvent happened);

    public abstract void Show(SliceRequest slice, EpochReport report);

    /// <summary>The user wants it to stop, and it is about to.</summary>
    public virtual void Stop()
    {
    }

    /// <summary>Nothing more happens.</summary>
    public abstract void End();

    public abstract void Show(ExperimentResult result, ExperimentUsage usage, DataFolder folder);
}
