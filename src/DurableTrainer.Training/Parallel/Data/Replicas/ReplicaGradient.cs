namespace DurableTrainer.Training.Parallel.Data.Replicas;

/// <summary>What one replica brings to a step.</summary>
/// <param name="Unit">Whose it is.</param>
/// <param name="Values">The gradient of its mean loss, times its weight: those of all replicas add up to the update's.</param>
/// <param name="Weight">What its mean loss counts for in that of the batch.</param>
/// <param name="Samples">That it was given.</param>
/// <param name="Targets">Of these, that count.</param>
/// <param name="LossSum">The sum of their losses.</param>
internal readonly record struct ReplicaGradient(int Unit, float[] Values, double Weight, int Samples, int Targets, double LossSum);
