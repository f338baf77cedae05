using DurableTrainer.Training.Cpu.Kernels;
using DurableTrainer.Training.Cpu.Planning;

namespace DurableTrainer.Training.Cpu.Operations;

/// <summary>The parameters of a gated recurrent unit, packed for its products, and their gradients.</summary>
internal sealed class GruWeights
{
    private readonly ThreadTeam team;
    private readonly KernelPath path;
    private readonly int units, features;
    private readonly ModelTensor input, hidden;
    private readonly TensorBuffer packed, before;
    private readonly Action<int, int> packInputs, multiplyInputs, shift, packStates, multiplyStates;
    private readonly PackedCopy inputCopy, hiddenCopy, hiddenBack;
    private readonly PackedCopy? inputBack;
    private Matrix inputs;
    private TensorBuffer? states, slopes;
    private int length;

    public GruWeights(Placement place, int units, int features)
    {
        (team, path, this.units, this.features) = (place.Team, place.Path, units, features);
        (input, hidden) = (place.Parameter("weight_ih"), place.Parameter("weight_hh"));
        (InputBias, HiddenBias) = (place.Parameter("bias_ih"), place.Parameter("bias_hh"));
        inputCopy = input.CopyFor("forward", () => [new PackedMatrix(features, 3 * units)]);
        hiddenCopy = hidden.CopyFor("forward", () => [new PackedMatrix(units, 3 * units)]);
        inputBack = place.InputGradient is null ? null : input.CopyFor("backward", () => [new PackedMatrix(3 * units, features)]);
        hiddenBack = hidden.CopyFor("backward", () => [new PackedMatrix(2 * units, units), new PackedMatrix(units, units)]);
        var rows = place.Batch * place.Input.Shape[0];
        packed = place.Scratch(PackedMatrix.LengthOf(rows, Math.Max(units, features)));
        before = place.Scratch((long)rows * units);
        packInputs = (panel, _) => Packed(features).PackPanel(inputs, panel);
        multiplyInputs = (job, _) => MatrixProduct.MultiplyJob(
            Slopes(0, 3).Transposed, Packed(features), job, new Matrix(input.GradientBuffer, 3 * units, features), path: path);
        shift = (sample, _) => GatedUnits.Shift(states!, before, length, units, sample);
        packStates = (panel, _) => Packed(units).PackPanel(new Matrix(before, inputs.Rows, units), panel);
        multiplyStates = MultiplyStates;
    }

    public ModelTensor InputBias { get; }

    public ModelTensor HiddenBias { get; }

    /// <summary>W_iᵀ, <c>[features, 3 units]</c></summary>
    public PackedMatrix Input => inputCopy[0];

    /// <summary>W_hᵀ, <c>[units, 3 units]</c></summary>
    public PackedMatrix Hidden => hiddenCopy[0];

    /// <summary>W_i, <c>[3 units, features]</c></summary>
    public PackedMatrix InputBack => inputBack![0];

    /// <summary>W_hr and W_hz, <c>[2 units, units]</c></summary>
    public PackedMatrix HiddenBack => hiddenBack[0];

    /// <summary>W_hn, <c>[units, units]</c></summary>
    public PackedMatrix CandidateBack => hiddenBack[1];

    public void Pack()
    {
        if (inputCopy.IsStale(input))
            Input.Pack(InputMatrix.Transposed);
        if (hiddenCopy.IsStale(hidden))
            Hidden.Pack(HiddenMatrix.Transposed);
    }

    public void PackBack()
    {
        if (inputBack?.IsStale(input) == true)
            InputBack.Pack(InputMatrix);
        if (!hiddenBack.IsStale(hidden))
            return;
        HiddenBack.Pack(HiddenMatrix.RowRange(0, 2 * units));
        CandidateBack.Pack(HiddenMatrix.RowRange(2 * units, units));
    }

    /// <summary>W_h h + b_h where h is zero.</summary>
    public void StartHidden(in Matrix product)
    {
        for (var row = 0; row < product.Rows; row++)
            HiddenBias.Values.CopyTo(product.Buffer.Span[(product.Offset + row * product.RowStride)..]);
    }

    /// <summary>dW_i = slopesᵀ X and dW_h = slopesᵀ H, where H holds the states before.</summary>
    /// <param name="x">All inputs.</param>
    /// <param name="allStates">After each time.</param>
    /// <param name="allSlopes">The gates' gradients before their functions.</param>
    /// <param name="samples">How many.</param>
    /// <param name="times">Of each sample.</param>
    public void WriteGradients(in Matrix x, TensorBuffer allStates, TensorBuffer allSlopes, int samples, int times)
    {
        (inputs, states, slopes, length) = (x, allStates, allSlopes, times);
        team.Run(PackedMatrix.PanelsOf(features), packInputs);
        team.Run(MatrixProduct.Jobs(3 * units, features), multiplyInputs);
        team.Run(samples, shift);
        team.Run(PackedMatrix.PanelsOf(units), packStates);
        team.Run(MatrixProduct.Jobs(2 * units, units) + MatrixProduct.Jobs(units, units), multiplyStates);
        ColumnSums.Write(Slopes(0, 3), InputBias.GradientBuffer);
        ColumnSums.Write(Slopes(0, 2), HiddenBias.GradientBuffer);
        ColumnSums.Write(Slopes(3, 1), HiddenBias.GradientBuffer, 2 * units);
    }

    private Matrix InputMatrix => new(input.Buffer, 3 * units, features);

    private Matrix HiddenMatrix => new(hidden.Buffer, 3 * units, units);

    private void MultiplyStates(int job, int worker)
    {
        var gradient = new Matrix(hidden.GradientBuffer, 3 * units, units);
        var jobs = MatrixProduct.Jobs(2 * units, units);
        if (job < jobs)
            MatrixProduct.MultiplyJob(Slopes(0, 2).Transposed, Packed(units), job, gradient.RowRange(0, 2 * units), path: path);
        else
            MatrixProduct.MultiplyJob(Slopes(3, 1).Transposed, Packed(units), job - jobs, gradient.RowRange(2 * units, units), path: path);
    }

    private PackedMatrix Packed(int columns) => new(packed, 0, inputs.Rows, columns);

    private Matrix Slopes(int firstGate, int gateCount) =>
        new(slopes!, firstGate * units, inputs.Rows, gateCount * units, 4 * units);
}
