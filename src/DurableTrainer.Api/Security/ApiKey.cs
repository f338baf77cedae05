using System.Security.Cryptography;
using System.Text;

namespace DurableTrainer.Api.Security;

/// <summary>The key that requests must carry. Only its hash is kept, so that no log and no dump shows it.</summary>
public sealed class ApiKey
{
    /// <summary>The header that carries it.</summary>
    public const string Header = "x-api-key";

    /// <summary>Shorter ones can be guessed.</summary>
    public const int Shortest = 16;

    private readonly byte[] hash;

    private ApiKey(byte[] hash) => this.hash = hash;

    /// <exception cref="ArgumentException">It is too short, or holds what a header cannot.</exception>
    public static ApiKey Of(string key)
    {
        if (key.Length < Shortest || !key.All(c => c is > ' ' and <= '~'))
            throw new ArgumentException($"An API key needs at least {Shortest} characters, all of them visible ASCII ones.", nameof(key));
        return new ApiKey(Hash(key));
    }

    /// <summary>Whether this is the key. Takes the same time for every text of the same length.</summary>
    public bool Matches(string text) => CryptographicOperations.FixedTimeEquals(Hash(text), hash);

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
