using DurableTrainer.Training.Parallel.Async.Replicas;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Parallel.Async.Server;

/// <summary>The parameters that a server holds, and how they follow gradients.</summary>
internal sealed class ServerModel
{
    private readonly ITrainingStep step;
    private readonly TensorList everything;
    private readonly TensorList state;
    private readonly TensorList gradients;
    private readonly float[] carried;

    public ServerModel(ICompiledModel model)
    {
        step = model.Step;
        everything = new TensorList(model.Parameters.Concat(model.State));
        state = new TensorList(model.State);
        gradients = new TensorList(model.Gradients);
        carried = new float[state.Length];
    }

    /// <summary>Numbers of parameters and state together.</summary>
    public int Length => everything.Length;

    /// <summary>Parameters, and state after them.</summary>
    public void CopyTo(Span<float> values) => everything.CopyTo(values);

    /// <summary>Moves the parameters against a gradient, and lets the state follow.</summary>
    /// <param name="gradient">Of the mean loss.</param>
    /// <param name="states">
    /// What operations carry, as the learner's pass left it. With one learner it is taken over; with P it counts for 1/P, so that running
    /// averages, which P learners bring forward from about the same values, stay among what was measured.
    /// </param>
    /// <param name="learners">P.</param>
    /// <param name="number">Of the update in the trial, counted from 1.</param>
    /// <param name="rate">With which the update is applied.</param>
    public void Apply(ReadOnlySpan<float> gradient, ReadOnlySpan<float> states, int learners, long number, double rate)
    {
        gradients.Write(gradient);
        step.Move(number, rate);
        if (carried.Length == 0)
            return;
        state.CopyTo(carried);
        var share = 1f / Math.Max(1, learners);
        for (var i = 0; i < carried.Length; i++)
            carried[i] = learners <= 1 ? states[i] : carried[i] + share * (states[i] - carried[i]);
        state.Write(carried);
    }
}
