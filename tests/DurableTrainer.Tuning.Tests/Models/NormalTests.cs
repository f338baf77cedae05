using DurableTrainer.Tuning.Models;

namespace DurableTrainer.Tuning.Tests.Models;

/// <summary>Expected values: the continued fraction in forty decimal digits.</summary>
public class NormalTests
{
    [Theory]
    [InlineData(-40, -804.6084420137538)]
    [InlineData(-10, -53.231285150512466)]
    [InlineData(-1, -1.841021645009264)]
    [InlineData(0, -0.6931471805599453)]
    [InlineData(2, -0.02301290932896349)]
    public void The_logarithm_of_the_mass_is_exact_in_the_middle_and_in_the_tail(double z, double expected) =>
        Assert.Equal(expected, Normal.LogMass(z), 1e-12 * Math.Max(1, Math.Abs(expected)));

    [Theory]
    [InlineData(1, 0.6556795424187985)]
    [InlineData(2, 0.4213692292880545)]
    [InlineData(5, 0.19280810471531575)]
    [InlineData(10, 0.09902859647173193)]
    [InlineData(100, 0.009999000299850105)]
    public void Mills_ratio_is_exact_from_1_on(double z, double expected) => Assert.Equal(expected, Normal.Mills(z), 1e-13);

    [Theory]
    [InlineData(-30)]
    [InlineData(-5)]
    [InlineData(-1)]
    [InlineData(0.5)]
    [InlineData(6)]
    public void The_hazard_is_the_slope_of_the_logarithm_of_the_mass(double z) =>
        Differences.AssertNear(Differences.Of(at => Normal.LogMass(at[0]), [z]), [Normal.Hazard(z)]);

    [Theory]
    [InlineData(-1e6)]
    [InlineData(1e6)]
    public void Far_out_nothing_is_infinite(double z) =>
        Assert.All([Normal.LogMass(z), Normal.Hazard(z)], value => Assert.True(double.IsFinite(value)));
}
