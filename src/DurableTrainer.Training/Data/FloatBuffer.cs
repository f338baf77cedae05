namespace DurableTrainer.Training.Data;

/// <summary>
/// Numbers of a file whose count is not known before it has been read: grows with what arrives, never with what a header claims.
/// </summary>
internal sealed class FloatBuffer(string source)
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

    /// <summary>Forgets what was added after the first so many.</summary>
    public void CutTo(int count) => Count = count;

    public float[] ToArray()
    {
        Array.Resize(ref values, Count);
        return values;
    }

    private void Grow()
    {
        if (Count == Array.MaxLength)
            throw new DataException($"{source}: the data holds more than {Array.MaxLength} numbers, which is the most for one file.");
        try
        {
            Array.Resize(ref values, (int)Math.Min(2L * Count, Array.MaxLength));
        }
        catch (OutOfMemoryException e)
        {
            throw new DataException($"{source}: the data does not fit in memory; {Count} numbers do.", e);
        }
    }
}
