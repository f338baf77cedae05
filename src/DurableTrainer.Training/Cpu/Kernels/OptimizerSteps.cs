using System.Runtime.Intrinsics;

namespace DurableTrainer.Training.Cpu.Kernels;

/// <summary>One step of an optimizer for one parameter. The padding is moved along and never read.</summary>
internal static unsafe class OptimizerSteps
{
    public static void Sgd(TensorBuffer parameter, TensorBuffer gradient, float rate, float decay)
    {
        float* p = parameter.Pointer, g = gradient.Pointer;
        for (var i = 0; i < parameter.Length; i += 16)
        {
            var value = Vector512.Load(p + i);
            (value - rate * (Vector512.Load(g + i) + decay * value)).Store(p + i);
        }
    }

    public static void Momentum(
        TensorBuffer parameter, TensorBuffer gradient, TensorBuffer velocity, float rate, float decay, float momentum, bool nesterov)
    {
        float* p = parameter.Pointer, g = gradient.Pointer, v = velocity.Pointer;
        for (var i = 0; i < parameter.Length; i += 16)
        {
            var value = Vector512.Load(p + i);
            var slope = Vector512.Load(g + i) + decay * value;
            var speed = momentum * Vector512.Load(v + i) + slope;
            speed.Store(v + i);
            (value - rate * (nesterov ? slope + momentum * speed : speed)).Store(p + i);
        }
    }

    public static void AdamW(
        TensorBuffer parameter, TensorBuffer gradient, TensorBuffer first, TensorBuffer second, in AdamWCoefficients with)
    {
        float* p = parameter.Pointer, g = gradient.Pointer, m = first.Pointer, v = second.Pointer;
        for (var i = 0; i < parameter.Length; i += 16)
        {
            var slope = Vector512.Load(g + i);
            var mean = with.Beta1 * Vector512.Load(m + i) + with.OneMinusBeta1 * slope;
            var square = with.Beta2 * Vector512.Load(v + i) + with.OneMinusBeta2 * slope * slope;
            mean.Store(m + i);
            square.Store(v + i);
            var scale = Vector512.Sqrt(square) / Vector512.Create(with.RootCorrection) + Vector512.Create(with.Epsilon);
            (with.Keep * Vector512.Load(p + i) - with.StepSize * mean / scale).Store(p + i);
        }
    }
}

/// <param name="Beta1">β₁</param>
/// <param name="OneMinusBeta1">1 − β₁</param>
/// <param name="Beta2">β₂</param>
/// <param name="OneMinusBeta2">1 − β₂</param>
/// <param name="Epsilon">ε</param>
/// <param name="StepSize">η / (1 − β₁ᵗ)</param>
/// <param name="RootCorrection">√(1 − β₂ᵗ)</param>
/// <param name="Keep">1 − ηλ</param>
internal readonly record struct AdamWCoefficients(
    float Beta1, float OneMinusBeta1, float Beta2, float OneMinusBeta2, float Epsilon, float StepSize, float RootCorrection, float Keep);
