using DurableTrainer.Core.Expressions;
using DurableTrainer.Core.Space;

namespace DurableTrainer.Tuning.Costs;

/// <summary>The epochs of a trial that nothing stops: a number, or an expression over the point. Where nobody knows them, a trial is one.</summary>
internal sealed class TrialLength(ParameterValue epochs)
{
    private readonly Expression? expression = epochs.IsNumber ? null : Expression.Parse(epochs.ToString());

    /// <summary>Null when they depend on the point.</summary>
    public double? Constant => expression is not null ? null : epochs.Number == int.MaxValue ? 1 : epochs.Number;

    public double Of(Point point) => Constant ?? expression!.Evaluate(point).Number;
}
