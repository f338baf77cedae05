namespace DurableTrainer.Hashing;

/// <summary>Uses the assembly that this project brings: one that nothing uses would not be copied to the programs.</summary>
internal static class Hashing
{
    public static int HashLength => new System.IO.Hashing.Crc64().HashLengthInBytes;
}
