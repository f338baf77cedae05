using System.Text.RegularExpressions;

namespace DurableTrainer.Core.Spec;

/// <summary>The names of experiments, pools and tenants: what they may be made of.</summary>
public static partial class Names
{
    /// <summary>The whole name.</summary>
    public const string Pattern = @"^[a-z0-9-]{1,63}\z";

    /// <summary>The same in words.</summary>
    public const string Words = "letters a-z, digits and dashes, up to 63";

    public static bool IsName(string text) => Name().IsMatch(text);

    [GeneratedRegex(Pattern)]
    private static partial Regex Name();
}
