namespace DurableTrainer.Training.Graphs;

/// <summary>
/// A row of the table for each index: <c>[length]</c> to <c>[length, width]</c>; weight <c>[vocabulary, width]</c>. Indices are whole
/// numbers in [0, vocabulary), which is checked when data meets the model, not here.
/// </summary>
public sealed record EmbeddingOperation(int Vocabulary, int Width) : Operation
{
    public override string Name => "embedding";

    internal override Inference Infer(Shape input) =>
        Vocabulary < 1 ? Inference.Wants($"a vocabulary of 1 or more, not {Vocabulary}")
        : Width < 1 ? Inference.Wants($"a width of 1 or more, not {Width}")
        : input.Count != 1 ? Inference.Wants("[length]")
        : Inference.Gives(input[0], Width);

    public override Cost CostOf(Shape input, Shape output) => Cost.Of(0, input, output, output.Size);

    internal override IReadOnlyList<ParameterDeclaration> Parameters(string path, Shape input) =>
        [new($"{path}.weight", [Vocabulary, Width], new NormalInitializer(1))];
}

/// <summary>Adds the table, <c>[length, width]</c>, to each sample.</summary>
public sealed record PositionEmbeddingOperation : Operation
{
    public override string Name => "positionEmbedding";

    internal override Inference Infer(Shape input) => input.Count == 2 ? Inference.Gives(input) : Inference.Wants("[length, width]");

    public override Cost CostOf(Shape input, Shape output) => Cost.Of(input.Size, input, output, input.Size);

    internal override IReadOnlyList<ParameterDeclaration> Parameters(string path, Shape input) =>
        [new($"{path}.weight", input, new NormalInitializer(1))];
}

/// <summary>
/// Scaled dot-product attention (Vaswani et al. 2017, equation 1) of each head: softmax(Q Kᵀ / √(width / heads)) V. A row of
/// <c>[length, 3 width]</c> holds queries, keys and values, of each the heads next to each other; <c>[length, width]</c> comes out.
/// </summary>
/// <param name="Heads">Parts of the width that attend each for themselves.</param>
/// <param name="Causal">Whether a place sees only itself and those before it.</param>
public sealed record AttentionOperation(int Heads, bool Causal) : Operation
{
    public override string Name => "attention";

    internal override Inference Infer(Shape input) =>
        Heads < 1 ? Inference.Wants($"1 head or more, not {Heads}")
        : input.Count != 2 ? Inference.Wants("[length, width]")
        : input[1] % 3 != 0 ? Inference.Wants("[length, 3 width]")
        : input[1] / 3 % Heads != 0 ? Inference.Wants($"a width that its {Heads} heads divide evenly")
        : Inference.Gives(input[0], input[1] / 3);

    public override Cost CostOf(Shape input, Shape output)
    {
        // Two products; of a causal one the half that is seen.
        long length = output[0], seen = Causal ? (length + 1) / 2 : length;
        return Cost.Of(
            Saturating.Sum(Saturating.Product(4, output.Size, seen), Saturating.Product(20, Heads, length, seen)), input, output);
    }
}

/// <summary>
/// A gated recurrent unit (Cho et al. 2014, in cuDNN's form) over <c>[length, features]</c>, from a state of zeros:
/// r = σ(W_ir x + b_ir + W_hr h + b_hr), z = σ(W_iz x + b_iz + W_hz h + b_hz), n = tanh(W_in x + b_in + r (W_hn h + b_hn)),
/// h' = (1 − z) n + z h. Weights <c>[3 units, features]</c> and <c>[3 units, units]</c> hold r, z, n in this order.
/// </summary>
/// <param name="Units">Size of the state.</param>
/// <param name="Sequence">Whether all states come out, <c>[length, units]</c>, or the last, <c>[units]</c>.</param>
public sealed record GruOperation(int Units, bool Sequence) : Operation
{
    public override string Name => "gru";

    internal override Inference Infer(Shape input) =>
        Units < 1 ? Inference.Wants($"1 unit or more, not {Units}")
        : Units > int.MaxValue / 4 ? Inference.Wants($"at most {int.MaxValue / 4} units, not {Units}")
        : input.Count != 2 ? Inference.Wants("[length, features]")
        : Sequence ? Inference.Gives(input[0], Units)
        : Inference.Gives(Units);

    public override Cost CostOf(Shape input, Shape output)
    {
        long length = input[0], features = input[1];
        var weights = Saturating.Product(3, Units, features + Units);
        var flops = Saturating.Product(length, Saturating.Sum(Saturating.Product(2, weights), Saturating.Product(60, Units)));
        var values = Cost.Of(flops, input, output, Saturating.Sum(weights, Saturating.Product(6, Units)));

        // Gates, their products and states of every place.
        return values with { ActivationBytes = Saturating.Product(sizeof(float) * 5, length, Units) };
    }

    internal override IReadOnlyList<ParameterDeclaration> Parameters(string path, Shape input)
    {
        var initializer = UniformInitializer.ForFanIn(Units);
        return
        [
            new($"{path}.weight_ih", [3 * Units, input[1]], initializer),
            new($"{path}.weight_hh", [3 * Units, Units], initializer),
            new($"{path}.bias_ih", [3 * Units], initializer),
            new($"{path}.bias_hh", [3 * Units], initializer),
        ];
    }
}
