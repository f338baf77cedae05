namespace DurableTrainer.Training.Graphs;

/// <summary>All dimensions become one, in row-major order.</summary>
public sealed record FlattenOperation : Operation
{
    public override string Name => "flatten";

    internal override Inference Infer(Shape input) =>
        input.Size <= int.MaxValue ? Inference.Gives((int)input.Size) : Inference.Wants($"at most {int.MaxValue} values");

    public override Cost CostOf(Shape input, Shape output) => default;
}

/// <summary>The same values in another shape, in row-major order.</summary>
/// <param name="Shape">Without the batch. One size may be −1: what is left for it.</param>
public sealed record ReshapeOperation(Shape Shape) : Operation
{
    public override string Name => "reshape";

    internal override Inference Infer(Shape input)
    {
        var open = Shape.Count(size => size == -1);
        if (Shape.Count == 0 || open > 1 || Shape.Any(size => size is 0 or < -1))
            return Inference.Wants($"a shape with sizes of 1 or more, one of which may be -1, not {Shape}");
        var given = Saturating.Product([.. Shape.Where(size => size > 0).Select(size => (long)size)]);
        if (open == 0)
            return given == input.Size ? Inference.Gives(Shape) : Inference.Wants($"{given} values for the shape {Shape}");
        if (input.Size % given != 0 || input.Size / given is < 1 or > int.MaxValue)
            return Inference.Wants($"a multiple of {given} values for the shape {Shape}");
        return Inference.Gives([.. Shape.Select(size => size == -1 ? (int)(input.Size / given) : size)]);
    }

    public override Cost CostOf(Shape input, Shape output) => default;
}
