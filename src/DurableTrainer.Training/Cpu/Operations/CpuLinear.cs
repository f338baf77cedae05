using DurableTrainer.Training.Cpu.Kernels;
using DurableTrainer.Training.Cpu.Planning;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Cpu.Operations;

/// <summary>Three products: Y = X Wᵀ + b, dX = dY W, dW = dYᵀ X.</summary>
internal sealed class CpuLinear : CpuOperation, IFollowed
{
    /// <summary>Rows up to which a product reads its right operand too rarely to be worth a copy.</summary>
    private const int FewRows = 32;

    private readonly Placement place;
    private readonly ModelTensor weight;
    private readonly ModelTensor? bias;
    private readonly int features;
    private readonly int units;
    private readonly int rowsPerSample;
    private readonly PackedCopy forwardWeight;
    private readonly PackedCopy? backwardWeight;
    private readonly TensorBuffer packedInput;
    private readonly Action<int, int> packForward, multiplyForward, packBackward, multiplyInputs, multiplyWeights;
    private int rows;

    public CpuLinear(Placement place, LinearOperation operation)
    {
        this.place = place;
        weight = place.Parameter("weight");
        bias = operation.Bias ? place.Parameter("bias") : null;
        features = place.Input.Shape[^1];
        units = operation.Units;
        rowsPerSample = place.Input.Size / features;
        forwardWeight = weight.CopyFor("forward", () => [new PackedMatrix(features, units)]);
        backwardWeight = place.InputGradient is null || place.Batch * rowsPerSample <= FewRows
            ? null
            : weight.CopyFor("backward", () => [new PackedMatrix(units, features)]);
        packedInput = place.Scratch(PackedMatrix.LengthOf(place.Batch * rowsPerSample, features));
        packForward = (panel, _) => forwardWeight[0].PackPanel(Weight.Transposed, panel);
        multiplyForward = (job, _) => Epilogues.Apply(
            MatrixProduct.MultiplyJob(Of(place.X, features), forwardWeight[0], job, Of(place.Y, units), bias?.Buffer, place.Path));
        packBackward = (panel, _) => backwardWeight![0].PackPanel(Weight, panel);
        multiplyInputs = (job, _) =>
            MatrixProduct.MultiplyJob(
                Of(place.OutputGradient, units), BackwardWeight, job, Of(place.InputGradient!, features), path: place.Path);
        multiplyWeights = (job, _) => MultiplyWeights(job);
    }

    public override Kept Kept => Kept.Inputs;

    public Epilogues Epilogues { get; } = new();

    private Matrix Weight => new(weight.Buffer, units, features);

    private PackedMatrix BackwardWeight => rows <= FewRows ? PackedMatrix.Unpacked(Weight) : backwardWeight![0];

    public override void Forward(in Pass pass)
    {
        Epilogues.Prepare(pass);
        rows = pass.Count * rowsPerSample;
        if (forwardWeight.IsStale(weight))
            place.Team.Run(forwardWeight[0].Panels, packForward, PackingWork(features));
        place.Team.Run(MatrixProduct.Jobs(rows, units), multiplyForward, JobWork(features));
    }

    public override void BackwardInputs(in Pass pass)
    {
        if (place.InputGradient is null)
            return;
        if (rows > FewRows && backwardWeight!.IsStale(weight))
            place.Team.Run(backwardWeight[0].Panels, packBackward, PackingWork(units));

        place.Team.Run(MatrixProduct.Jobs(rows, features), multiplyInputs, JobWork(units));
    }

    public override void BackwardWeights(in Pass pass)
    {
        var panels = PackedMatrix.PanelsOf(features);
        place.Team.Run(bias is null ? panels : panels + 1, multiplyWeights, (long)PackedMatrix.PanelWidth * rows * units);
    }

    /// <summary>The columns of dW that one panel of X covers; the job after the last panel is the bias.</summary>
    private void MultiplyWeights(int panel)
    {
        if (panel == PackedMatrix.PanelsOf(features))
        {
            ColumnSums.Write(Of(place.OutputGradient, units), bias!.GradientBuffer);
            return;
        }

        var input = PackedMatrix.Unpacked(Of(place.X, features));
        if (units > FewRows)
        {
            input = new PackedMatrix(packedInput, 0, rows, features);
            input.PackPanel(Of(place.X, features), panel);
        }

        var gradient = new Matrix(weight.GradientBuffer, units, features);
        MatrixProduct.MultiplyPanel(Of(place.OutputGradient, units).Transposed, input, panel, gradient, path: place.Path);
    }

    /// <summary>What a job is worth to a team of threads: copies cost about as much as ten multiply-adds a value.</summary>
    private static long PackingWork(int depth) => 10L * PackedMatrix.PanelWidth * depth;

    private long JobWork(int depth) => (long)Math.Min(rows, MatrixProduct.JobRows) * PackedMatrix.PanelWidth * depth;

    private Matrix Of(TensorBuffer buffer, int columns) => new(buffer, rows, columns);
}
