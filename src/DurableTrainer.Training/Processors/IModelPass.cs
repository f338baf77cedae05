namespace DurableTrainer.Training.Processors;

/// <summary>The way forward through a model and its loss. What the spans show changes with the next pass.</summary>
public interface IModelPass
{
    /// <summary>The most samples that one pass brings.</summary>
    int Batch { get; }

    /// <summary>Where the samples of the next pass go: <c>[batch, …sample shape]</c>, row-major.</summary>
    Span<float> Input { get; }

    /// <summary>What the last pass gave: <c>[count, …output shape]</c>, row-major.</summary>
    ReadOnlySpan<float> Output { get; }

    /// <param name="pass">How many samples lie in the input, and for which step.</param>
    /// <param name="targets">Of these samples: <c>[count, targets of a sample]</c>.</param>
    /// <returns>The sum of the losses of the targets that count, which need not be a finite number; 0 when none counts.</returns>
    /// <exception cref="OutOfMemoryException">The processor has not that much memory left.</exception>
    double Forward(in Pass pass, ReadOnlySpan<float> targets);
}

/// <summary>One step of training in its three parts, which follow each other. Only a loss that is finite can be learned from.</summary>
public interface ITrainingStep : IModelPass
{
    /// <summary>All gradients of the mean loss of the last pass, clipped where the optimizer says so.</summary>
    /// <returns>Their norm before it was clipped; null where it is not.</returns>
    /// <exception cref="OutOfMemoryException">The processor has not that much memory left.</exception>
    double? Backward();

    /// <summary>Clips the gradients as they are, where the optimizer says so: those that were written instead of a way back.</summary>
    /// <returns>Their norm before it was clipped; null where it is not.</returns>
    double? Clip();

    /// <summary>Moves every parameter against its gradient.</summary>
    /// <param name="step">Of the trial, counted from 1.</param>
    /// <param name="rate">The learning rate of this step.</param>
    void Move(long step, double rate);
}
