using Xunit.Abstractions;
using Xunit.Sdk;

namespace DurableTrainer.Storage.Tests;

/// <summary>A promise of every store. In a class with <see cref="NeedsAzuriteAttribute"/> it is skipped where there is no Azurite.</summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("DurableTrainer.Storage.Tests." + nameof(StoreFactDiscoverer), "DurableTrainer.Storage.Tests")]
public sealed class StoreFactAttribute : FactAttribute;

/// <summary>Like <see cref="StoreFactAttribute"/>, with several sets of arguments.</summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("DurableTrainer.Storage.Tests." + nameof(StoreTheoryDiscoverer), "DurableTrainer.Storage.Tests")]
public sealed class StoreTheoryAttribute : TheoryAttribute;

/// <summary>Marks a class of tests whose store is on Azurite.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class NeedsAzuriteAttribute : Attribute
{
    /// <returns>A test case that is skipped, or null where the test can run.</returns>
    internal static IXunitTestCase? Skipped(IMessageSink sink, ITestFrameworkDiscoveryOptions options, ITestMethod method) =>
        Azurite.Missing is not null && method.TestClass.Class.GetCustomAttributes(typeof(NeedsAzuriteAttribute)).Any()
            ? new XunitSkippedDataRowTestCase(sink, options.MethodDisplayOrDefault(), options.MethodDisplayOptionsOrDefault(), method, Azurite.Missing)
            : null;
}

public sealed class StoreFactDiscoverer(IMessageSink sink) : FactDiscoverer(sink)
{
    protected override IXunitTestCase CreateTestCase(ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute) =>
        NeedsAzuriteAttribute.Skipped(DiagnosticMessageSink, discoveryOptions, testMethod) ?? base.CreateTestCase(discoveryOptions, testMethod, factAttribute);
}

public sealed class StoreTheoryDiscoverer(IMessageSink sink) : TheoryDiscoverer(sink)
{
    public override IEnumerable<IXunitTestCase> Discover(
        ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo theoryAttribute) =>
        NeedsAzuriteAttribute.Skipped(DiagnosticMessageSink, discoveryOptions, testMethod) is { } skipped
            ? [skipped]
            : base.Discover(discoveryOptions, testMethod, theoryAttribute);
}
