using System.Globalization;
using System.Text.RegularExpressions;

namespace DurableTrainer.Core.Spec;

/// <summary>What a value of a spec must keep to beyond its kind; of a list, what each item must.</summary>
[AttributeUsage(AttributeTargets.Property, AllowMultiple = true)]
public abstract class BoundAttribute : Attribute
{
    /// <summary>What is allowed, after "must be": <c>at least 1</c>.</summary>
    internal abstract string Wanted { get; }

    /// <summary>Whether a number, the seconds of a duration, the bytes of a size, or a text keeps to it.</summary>
    internal abstract bool Allows(object value);

    /// <summary>The word of JSON Schema that says the same, and its value.</summary>
    internal abstract (string Word, object Value) Schema { get; }
}

/// <summary>The smallest number that is allowed.</summary>
public sealed class AtLeastAttribute(double bound) : BoundAttribute
{
    internal override string Wanted => string.Create(CultureInfo.InvariantCulture, $"at least {bound}");

    internal override bool Allows(object value) => value is not double number || number >= bound;

    internal override (string, object) Schema => ("minimum", bound);
}

/// <summary>The largest number that is allowed.</summary>
public sealed class AtMostAttribute(double bound) : BoundAttribute
{
    internal override string Wanted => string.Create(CultureInfo.InvariantCulture, $"at most {bound}");

    internal override bool Allows(object value) => value is not double number || number <= bound;

    internal override (string, object) Schema => ("maximum", bound);
}

/// <summary>Numbers must be larger than this.</summary>
public sealed class AboveAttribute(double bound) : BoundAttribute
{
    internal override string Wanted => string.Create(CultureInfo.InvariantCulture, $"more than {bound}");

    internal override bool Allows(object value) => value is not double number || number > bound;

    internal override (string, object) Schema => ("exclusiveMinimum", bound);
}

/// <summary>Numbers must be smaller than this.</summary>
public sealed class BelowAttribute(double bound) : BoundAttribute
{
    internal override string Wanted => string.Create(CultureInfo.InvariantCulture, $"less than {bound}");

    internal override bool Allows(object value) => value is not double number || number < bound;

    internal override (string, object) Schema => ("exclusiveMaximum", bound);
}

/// <summary>Text must match a pattern.</summary>
public sealed class MatchesAttribute(string pattern, string wanted) : BoundAttribute
{
    internal override string Wanted => wanted;

    internal override bool Allows(object value) => value is not string text || Regex.IsMatch(text, pattern, RegexOptions.CultureInvariant);

    internal override (string, object) Schema => ("pattern", pattern.Replace(@"\z", "$", StringComparison.Ordinal));
}

/// <summary>A list must have an item.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class NotEmptyAttribute : Attribute;

/// <summary>A record with rules over several of its fields. It is asked once each field by itself is sound.</summary>
internal interface ISelfChecking
{
    /// <summary>What is wrong, with the JSON name of the field to change, or the way to it: <c>units/1/id</c>.</summary>
    IEnumerable<(string Field, string Message)> Check();
}
