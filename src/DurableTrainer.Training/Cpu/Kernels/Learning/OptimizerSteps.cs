using System.Runtime.Intrinsics;

namespace DurableTrainer.Training.Cpu.Kernels;

/// <summary>
/// One step of an optimizer for a part of a parameter: values from start, which is a multiple of 16, to end. The padding after the last
/// value is moved along and never read.
/// </summary>
internal static unsafe class OptimizerSteps
{
    public static void Sgd(TensorBuffer parameter, TensorBuffer gradient, int start, int end, float rate, float decay)
    {
        float* p = parameter.Pointer, g = gradient.Pointer;
        for (var i = start; i < end; i += 16)
        {
            var value = Vector512.Load(p + i);
            (value - rate * (Vector512.Load(g + i) + decay * value)).Store(p + i);
        }
    }

    public static void Momentum(
        TensorBuffer parameter, TensorBuffer gradient, TensorBuffer velocity, int start, int end, float rate, float decay, float momentum,
        bool nesterov)
    {
        float* p = parameter.Pointer, g = gradient.Pointer, v = velocity.Pointer;
        for (var i = start; i < end; i += 16)
        {
            var value = Vector512.Load(p + i);
            var slope = Vector512.Load(g + i) + decay * value;
            var speed = momentum * Vector512.Load(v + i) + slope;
            speed.Store(v + i);
            (value - rate * (nesterov ? slope + momentum * speed : speed)).Store(p + i);
        }
    }

    public static void AdamW(
        TensorBuffer parameter, TensorBuffer gradient, TensorBuffer first, TensorBuffer second, int start, int end,
        in AdamWCoefficients with)
    {
        float* p = parameter.Pointer, g = gradient.Pointer, m = first.Pointer, v = second.Pointer;
        for (var i = start; i < end; i += 16)
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

    /// <param name="parameter">Values to move.</param>
    /// <param name="gradient">Of the loss.</param>
    /// <param name="square">Running average of squared gradients.</param>
    /// <param name="mean">Running average of gradients; null for the form without.</param>
    /// <param name="velocity">Null for the form without momentum.</param>
    /// <param name="start">The first value.</param>
    /// <param name="end">After the last value.</param>
    /// <param name="with">Settings.</param>
    public static void RmsProp(
        TensorBuffer parameter, TensorBuffer gradient, TensorBuffer square, TensorBuffer? mean, TensorBuffer? velocity, int start, int end,
        in RmsPropCoefficients with)
    {
        float* p = parameter.Pointer, g = gradient.Pointer, v = square.Pointer;
        var m = mean is null ? null : mean.Pointer;
        var b = velocity is null ? null : velocity.Pointer;
        for (var i = start; i < end; i += 16)
        {
            var value = Vector512.Load(p + i);
            var slope = Vector512.Load(g + i) + with.Decay * value;
            var average = with.Alpha * Vector512.Load(v + i) + with.OneMinusAlpha * slope * slope;
            average.Store(v + i);
            if (m is not null)
            {
                var centre = with.Alpha * Vector512.Load(m + i) + with.OneMinusAlpha * slope;
                centre.Store(m + i);

                // A variance that rounding makes negative has no root.
                average = Vector512.Max(average - centre * centre, Vector512<float>.Zero);
            }

            var step = slope / (Vector512.Sqrt(average) + Vector512.Create(with.Epsilon));
            if (b is not null)
            {
                step += with.Momentum * Vector512.Load(b + i);
                step.Store(b + i);
            }

            (value - with.Rate * step).Store(p + i);
        }
    }

    public static void Lion(
        TensorBuffer parameter, TensorBuffer gradient, TensorBuffer moment, int start, int end, in LionCoefficients with)
    {
        float* p = parameter.Pointer, g = gradient.Pointer, m = moment.Pointer;
        for (var i = start; i < end; i += 16)
        {
            var (slope, before) = (Vector512.Load(g + i), Vector512.Load(m + i));
            var direction = with.Beta1 * before + with.OneMinusBeta1 * slope;

            // What is neither above nor below zero is zero or not a number, and stays so.
            var sign = Vector512.ConditionalSelect(Vector512.GreaterThan(direction, Vector512<float>.Zero), Vector512<float>.One, direction);
            sign = Vector512.ConditionalSelect(Vector512.LessThan(direction, Vector512<float>.Zero), -Vector512<float>.One, sign);
            (with.Beta2 * before + with.OneMinusBeta2 * slope).Store(m + i);
            (with.Keep * Vector512.Load(p + i) - with.Rate * sign).Store(p + i);
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

/// <param name="Rate">η</param>
/// <param name="Alpha">α</param>
/// <param name="OneMinusAlpha">1 − α</param>
/// <param name="Epsilon">ε</param>
/// <param name="Momentum">μ</param>
/// <param name="Decay">λ</param>
internal readonly record struct RmsPropCoefficients(
    float Rate, float Alpha, float OneMinusAlpha, float Epsilon, float Momentum, float Decay);

/// <param name="Rate">η</param>
/// <param name="Beta1">β₁</param>
/// <param name="OneMinusBeta1">1 − β₁</param>
/// <param name="Beta2">β₂</param>
/// <param name="OneMinusBeta2">1 − β₂</param>
/// <param name="Keep">1 − ηλ</param>
internal readonly record struct LionCoefficients(
    float Rate, float Beta1, float OneMinusBeta1, float Beta2, float OneMinusBeta2, float Keep);
