using DurableTrainer.Training.Graphs;

namespace DurableTrainer.Training.Tests.Reference;

/// <summary>One sample, one time, one unit after the other; gates stand in the order r, z, n.</summary>
internal sealed class GruTwin(GruOperation operation, Shape input) : Twin
{
    private readonly int units = operation.Units;
    private readonly int length = input[0];
    private readonly int features = input[1];

    public override double[] Forward(double[] x, int count, double[][] parameters) =>
        [.. Enumerable.Range(0, count).SelectMany(sample => Run(x, sample, parameters).Skip(operation.Sequence ? 1 : length)).SelectMany(time => time.State)];

    public override (double[] Inputs, double[][] Parameters) Backward(double[] x, int count, double[][] parameters, double[] dy)
    {
        var dx = new double[x.Length];
        double[][] gradients = [.. parameters.Select(values => new double[values.Length])];
        for (var sample = 0; sample < count; sample++)
        {
            var times = Run(x, sample, parameters);
            var dState = new double[units];
            for (var time = length; time > 0; time--)
            {
                for (var u = 0; u < units && (operation.Sequence || time == length); u++)
                    dState[u] += dy[operation.Sequence ? (sample * length + time - 1) * units + u : sample * units + u];
                dState = StepBack(times[time - 1].State, times[time], dState, (sample * length + time - 1) * features);
            }
        }

        return (dx, gradients);

        double[] StepBack(double[] before, Time now, double[] dState, int start)
        {
            var dBefore = new double[units];
            for (var u = 0; u < units; u++)
            {
                var dn = dState[u] * (1 - now.Z[u]) * (1 - now.N[u] * now.N[u]);
                var dz = dState[u] * (before[u] - now.N[u]) * now.Z[u] * (1 - now.Z[u]);
                var dr = dn * now.Q[u] * now.R[u] * (1 - now.R[u]);
                dBefore[u] += dState[u] * now.Z[u];
                Through(u, dr, dr);
                Through(units + u, dz, dz);
                Through(2 * units + u, dn, dn * now.R[u]);
            }

            return dBefore;

            void Through(int row, double fromInput, double fromState)
            {
                for (var f = 0; f < features; f++)
                {
                    gradients[0][row * features + f] += fromInput * x[start + f];
                    dx[start + f] += fromInput * parameters[0][row * features + f];
                }

                for (var u = 0; u < units; u++)
                {
                    gradients[1][row * units + u] += fromState * before[u];
                    dBefore[u] += fromState * parameters[1][row * units + u];
                }

                gradients[2][row] += fromInput;
                gradients[3][row] += fromState;
            }
        }
    }

    /// <summary>The state before the first time, then all times.</summary>
    private List<Time> Run(double[] x, int sample, double[][] parameters)
    {
        List<Time> times = [new([], [], [], [], new double[units])];
        for (var time = 0; time < length; time++)
        {
            var (start, before) = ((sample * length + time) * features, times[^1].State);
            double Input(int row) => parameters[2][row] + Enumerable.Range(0, features).Sum(f => parameters[0][row * features + f] * x[start + f]);
            double State(int row) => parameters[3][row] + Enumerable.Range(0, units).Sum(u => parameters[1][row * units + u] * before[u]);
            double[] r = [.. Enumerable.Range(0, units).Select(u => Sigmoid(Input(u) + State(u)))];
            double[] z = [.. Enumerable.Range(units, units).Select(row => Sigmoid(Input(row) + State(row)))];
            double[] q = [.. Enumerable.Range(2 * units, units).Select(State)];
            double[] n = [.. q.Select((value, u) => Math.Tanh(Input(2 * units + u) + r[u] * value))];
            times.Add(new(r, z, n, q, [.. n.Select((value, u) => (1 - z[u]) * value + z[u] * before[u])]));
        }

        return times;
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private sealed record Time(double[] R, double[] Z, double[] N, double[] Q, double[] State);
}
