using DurableTrainer.Training.Cpu;

namespace DurableTrainer.Training.Tests.Cpu;

public class ThreadTeamTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Every_job_is_done_once_however_many_threads_share_them(int threads)
    {
        using var team = new ThreadTeam(threads);
        foreach (var count in new[] { 0, 1, 2, 3, 7, 1000 })
        {
            for (var round = 0; round < 50; round++)
            {
                var done = new int[count];
                team.Run(count, (job, worker) =>
                {
                    Assert.InRange(worker, 0, threads - 1);
                    Interlocked.Increment(ref done[job]);
                });
                Assert.All(done, times => Assert.Equal(1, times));
            }
        }
    }

    [Fact]
    public void What_a_job_throws_reaches_the_caller_and_the_team_works_on()
    {
        using var team = new ThreadTeam(3);

        Assert.Throws<InvalidOperationException>(() => team.Run(10, (job, _) =>
        {
            if (job == 7)
                throw new InvalidOperationException();
        }));

        var sum = 0;
        team.Run(100, (job, _) => Interlocked.Add(ref sum, job));
        Assert.Equal(4950, sum);
    }
}
