using DurableTrainer.Training.Cpu.Kernels;
using DurableTrainer.Training.Graphs;

namespace DurableTrainer.Training.Cpu.Operations;

/// <summary>Three products: Y = X Wᵀ + b, dX = dY W, dW = dYᵀ X.</summary>
internal sealed class CpuLinear : CpuOperation, IFollowed
{
    private readonly Placement place;
    private readonly ModelTensor weight;
    private readonly ModelTensor? bias;
    private readonly int features;
    private readonly int units;
    private readonly int rowsPerSample;
    private readonly PackedMatrix forwardWeight;
    private readonly PackedMatrix backwardWeight;
    private readonly TensorBuffer packedInput;
    private readonly Action<int, int> packForward, multiplyForward, packBackward, multiplyInputs, multiplyWeights;
    private int forwardVersion;
    private int backwardVersion;
    private int rows;

    public CpuLinear(Placement place, LinearOperation operation)
    {
        this.place = place;
        weight = place.Parameter("weight");
        bias = operation.Bias ? place.Parameter("bias") : null;
        features = place.Input.Shape[^1];
        units = operation.Units;
        rowsPerSample = place.Input.Size / features;
        forwardWeight = new PackedMatrix(features, units);
        backwardWeight = place.InputGradient is null ? default : new PackedMatrix(units, features);
        packedInput = new TensorBuffer(PackedMatrix.LengthOf(place.Batch * rowsPerSample, features));
        packForward = (panel, _) => forwardWeight.PackPanel(Weight.Transposed, panel);
        multiplyForward = (job, _) => MultiplyForward(job);
        packBackward = (panel, _) => backwardWeight.PackPanel(Weight, panel);
        multiplyInputs = (job, _) =>
            MatrixProduct.MultiplyJob(Of(place.OutputGradient, units), backwardWeight, job, Of(place.InputGradient!, features));
        multiplyWeights = (panel, _) => MultiplyWeights(panel);
    }

    private Matrix Weight => new(weight.Buffer, units, features);

    public override Kept Kept => Kept.Inputs;

    public List<IEpilogue> Epilogues { get; } = [];

    public override void Forward(in Pass pass)
    {
        foreach (var epilogue in Epilogues)
            epilogue.Prepare(pass);
        rows = pass.Count * rowsPerSample;
        if (forwardVersion != weight.Version)
            place.Team.Run(forwardWeight.Panels, packForward);
        forwardVersion = weight.Version;
        place.Team.Run(MatrixProduct.Jobs(rows, units), multiplyForward);
    }

    public override void BackwardInputs(in Pass pass)
    {
        if (place.InputGradient is null)
            return;
        if (backwardVersion != weight.Version)
            place.Team.Run(backwardWeight.Panels, packBackward);
        backwardVersion = weight.Version;
        place.Team.Run(MatrixProduct.Jobs(rows, features), multiplyInputs);
    }

    public override void BackwardWeights(in Pass pass)
    {
        place.Team.Run(PackedMatrix.PanelsOf(features), multiplyWeights);
        if (bias is not null)
            ColumnSums.Write(Of(place.OutputGradient, units), bias.GradientBuffer);
    }

    private void MultiplyForward(int job)
    {
        var part = MatrixProduct.MultiplyJob(Of(place.X, features), forwardWeight, job, Of(place.Y, units), bias?.Buffer);
        foreach (var epilogue in Epilogues)
            epilogue.Apply(part.Offset, part.Rows, part.Columns, part.RowStride);
    }

    private void MultiplyWeights(int panel)
    {
        var input = new PackedMatrix(packedInput, 0, rows, features);
        input.PackPanel(Of(place.X, features), panel);
        var gradient = new Matrix(weight.GradientBuffer, units, features);
        MatrixProduct.MultiplyPanel(Of(place.OutputGradient, units).Transposed, input, panel, gradient);
    }

    private Matrix Of(TensorBuffer buffer, int columns) => new(buffer, rows, columns);
}
