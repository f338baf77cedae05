namespace DurableTrainer.Training.Checkpoints;

/// <summary>One tensor in the header of a safetensors file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">The type of its numbers.</param>
/// <param name="Shape">Its dimensions.</param>
/// <param name="Start">Offset of its first byte in the data.</param>
/// <param name="End">Offset behind its last.</param>
internal sealed record TensorEntry(string Name, TensorType Type, int[] Shape, int Start, int End)
{
    /// <exception cref="CheckpointException">The entry is incomplete or contradicts itself.</exception>
    public static TensorEntry Read(ref StrictJsonReader reader, string name)
    {
        string? type = null;
        List<int>? shape = null, offsets = null;
        reader.StartObject();
        while (reader.NextName() is { } field)
        {
            switch (field)
            {
                case "dtype" when type is null:
                    type = reader.Text();
                    break;
                case "shape" when shape is null:
                    shape = reader.Numbers();
                    break;
                case "data_offsets" when offsets is null:
                    offsets = reader.Numbers();
                    break;
                default:
                    throw new CheckpointException($"Tensor '{name}' has a field '{field}' that is unknown or there twice.");
            }
        }

        if (type is null || shape is null || offsets is not [var start, var end])
            throw new CheckpointException($"Tensor '{name}' must have a dtype, a shape and two data_offsets.");
        var found = TensorType.Find(type)
            ?? throw new CheckpointException($"Tensor '{name}' is of type '{type}'; {TensorType.Names} can be read.");
        var bytes = shape.Aggregate((Int128)found.Size, (size, dimension) => size > int.MaxValue ? size : size * dimension);
        if (start > end || bytes != end - start)
            throw new CheckpointException($"Tensor '{name}' of type {type} and shape [{string.Join(", ", shape)}] cannot lie at bytes "
                + $"{start} to {end}.");
        return new TensorEntry(name, found, [.. shape], start, end);
    }
}
