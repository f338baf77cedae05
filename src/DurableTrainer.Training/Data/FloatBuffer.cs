namespace DurableTrainer.Training.Data;

/// <summary>
/// Numbers of a file whose count is not known before it has been read: grows with what arrives, never with what a header claims.
/// </summary>
internal sealed class FloatBuffer(DataFile file)
{
    private float[] values = new float[1024];

    public int Count { get; private set; }

    /// <exception cref="DataException">The numbers do not fit in memory.</exception>
    public void Add(float value)
    {
        if (Count == values.Length)
            Grow();
        values[Count++] = value;
    }

    public float[] ToArray()
    {
        Array.Resize(ref values, Count);
        return values;
    }

    private void Grow()
    {
        if (Count == Array.MaxLength)
            throw file.Error($"the data holds more than {Array.MaxLength} numbers, which is the most for one file.");
        try
        {
            Array.Resize(ref values, (int)Math.Min(2L * Count, Array.MaxLength));
        }
        catch (OutOfMemoryException e)
        {
            throw file.Error($"the data does not fit in memory; {Count} numbers do.", e);
        }
    }
}
