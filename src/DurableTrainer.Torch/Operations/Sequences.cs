using DurableTrainer.Training.Graphs;
using TorchSharp;

namespace DurableTrainer.Torch.Operations;

/// <summary>Operations on sequences, beside attention.</summary>
internal static class Sequences
{
    /// <summary>Rows of the table <c>[vocabulary, width]</c> for indices <c>[count, length]</c>: <c>[count, length, width]</c>.</summary>
    public static torch.Tensor LookUp(torch.Tensor indices, torch.Tensor table) =>
        table.index_select(0, indices.reshape(-1).to_type(torch.int64)).reshape(indices.shape[0], indices.shape[1], table.shape[1]);

    /// <summary>
    /// A gated recurrent unit over <c>[count, length, features]</c>. The input's part of all gates is one product, and then comes a product
    /// for each time: not cuDNN's, which takes its weights in a form of its own.
    /// </summary>
    public static torch.Tensor Gru(torch.Tensor x, NodeTensors with, GruOperation gru, Products products)
    {
        var units = gru.Units;
        var gates = products.Linear(x, with["weight_ih"], with["bias_ih"]).to_type(torch.float32).unbind(1);
        var weight = products.In(with["weight_hh"]);
        var state = torch.zeros(x.shape[0], units, torch.float32, x.device);
        var states = new torch.Tensor[gates.Length];
        for (var time = 0; time < gates.Length; time++)
        {
            var hidden = products.Linear(state, weight, with["bias_hh"]).to_type(torch.float32);
            var open = (gates[time].narrow(1, 0, 2 * units) + hidden.narrow(1, 0, 2 * units)).sigmoid();
            var (reset, update) = (open.narrow(1, 0, units), open.narrow(1, units, units));
            var candidate = (gates[time].narrow(1, 2 * units, units) + reset * hidden.narrow(1, 2 * units, units)).tanh();
            states[time] = state = candidate + update * (state - candidate);
        }

        return gru.Sequence ? torch.stack(states, 1) : state;
    }
}
