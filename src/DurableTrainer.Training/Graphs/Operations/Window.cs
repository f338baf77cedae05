namespace DurableTrainer.Training.Graphs;

/// <summary>The arithmetic of a square window that slides over an image.</summary>
internal static class Window
{
    /// <summary>
    /// What the window wants instead of this input, as the end of "wants …"; null when nothing. The spec calls its size
    /// <paramref name="name"/>.
    /// </summary>
    public static string? Problem(Shape input, int size, int stride, int padding, string name) =>
        size < 1 ? $"a {name} of 1 or more, not {size}"
        : stride < 1 ? $"a stride of 1 or more, not {stride}"
        : padding < 0 ? $"a padding of 0 or more, not {padding}"
        : input.Count != 3 ? "[channels, height, width]"
        : Math.Min(input[1], input[2]) + 2L * padding < size
            ? $"height and width of {Math.Max(1, size - 2L * padding)} or more for its {name} of {size}"
        : Math.Max(input[1], input[2]) + 2L * padding > int.MaxValue
            ? $"a padding of at most {(int.MaxValue - Math.Max(input[1], input[2])) / 2}, not {padding}"
        : null;

    /// <summary>PyTorch allows a pool no more padding than half its window, so that no window holds padding alone.</summary>
    public static string? PoolProblem(Shape input, int size, int stride, int padding) =>
        Problem(input, size, stride, padding, "size")
        ?? (padding > size / 2 ? $"a padding of at most {size / 2}, half its size, not {padding}" : null);

    public static Inference Slide(Shape input, int channels, int size, int stride, int padding) =>
        Inference.Gives(channels, Places(input[1], size, stride, padding), Places(input[2], size, stride, padding));

    private static int Places(int length, int size, int stride, int padding) => (int)((length + 2L * padding - size) / stride + 1);
}
