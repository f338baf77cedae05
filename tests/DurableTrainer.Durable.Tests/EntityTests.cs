namespace DurableTrainer.Durable.Tests;

public class EntityTests
{
    private static readonly EntityOperation<int, int> Add = new("Add");
    private static readonly EntityOperation<Unit, string> Describe = new("Describe");
    private static readonly EntityOperation<Unit, Unit> Delete = new("Delete");
    private static readonly EntityId Id = new("Sum", "all");

    private readonly IEntity entity = new SumEntity();

    [Fact]
    public void An_operation_takes_the_state_and_gives_the_next()
    {
        var (first, one) = entity.Invoke(Id, null, "Add", "3");
        var (second, two) = entity.Invoke(Id, first, "Add", "4");

        Assert.Equal((new Sum(3), "3"), (first, one));
        Assert.Equal((new Sum(7), "7"), (second, two));
        Assert.Equal(typeof(Sum), entity.StateType);
    }

    [Fact]
    public void An_operation_knows_which_entity_it_is_and_can_delete_it()
    {
        Assert.Equal((new Sum(3), "\"@Sum@all holds 3\""), entity.Invoke(Id, new Sum(3), "Describe", null));
        Assert.Equal((null, "{}"), entity.Invoke(Id, new Sum(3), "Delete", null));
    }

    [Fact]
    public void An_unknown_operation_is_an_error_that_names_those_there_are()
    {
        var error = Assert.Throws<InvalidOperationException>(() => entity.Invoke(Id, null, "Subtract", "1"));

        Assert.Equal("Entity @Sum@all has no operation 'Subtract'; it has Add, Delete, Describe.", error.Message);
    }

    [Fact]
    public void Defining_an_operation_twice_is_an_error() => Assert.Throws<ArgumentException>(() => new TwiceEntity());

    private sealed record Sum(int Value);

    private sealed class SumEntity : Entity<Sum>
    {
        public SumEntity()
        {
            On(Add, (state, x) => (new Sum((state?.Value ?? 0) + x), (state?.Value ?? 0) + x));
            On(Describe, (state, _, id) => (state, $"{id} holds {state?.Value}"));
            On(Delete, (_, _) => (null, new Unit()));
        }
    }

    private sealed class TwiceEntity : Entity<Sum>
    {
        public TwiceEntity()
        {
            On(Add, (state, x) => (state, x));
            On(Add, (state, x) => (state, -x));
        }
    }
}
