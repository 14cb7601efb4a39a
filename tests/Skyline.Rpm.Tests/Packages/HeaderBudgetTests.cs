using Skyline.Testing.Rpms;

namespace Skyline.Rpm.Tests.Packages;

public sealed class HeaderBudgetTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static readonly byte[] large = new SyntheticRpm("large") { Description = new('d', 3 << 20) }.Build();
    static readonly byte[] small = new SyntheticRpm("small").Build();

    // (Reading from memory is done when it returns, so one that is not waits for room.)
    static Task<RpmPackage> Read(byte[] bytes, HeaderRoom room, CancellationToken ct) => RpmPackage.ReadAndVerify(new MemoryStream(bytes), "some.rpm", room, ct).AsTask();

    [Fact]
    public async Task A_large_header_waits_until_there_is_room_for_it_and_a_common_one_does_not()
    {
        var budget = new HeaderBudget(headers: 4 << 20);
        using var second = budget.Enter();
        Task<RpmPackage> waiting;
        using (var first = budget.Enter())
        {
            await Read(large, first, Ct);
            waiting = Read(large, second, Ct);
            using var third = budget.Enter();
            await Read(small, third, Ct);
            Assert.False(waiting.IsCompleted);
        }

        Assert.Equal("large", (await waiting).Nevra.Name);
    }

    [Fact]
    public async Task Who_goes_away_while_it_waits_leaves_the_room_to_others()
    {
        var budget = new HeaderBudget(headers: 4 << 20);
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        using var second = budget.Enter();
        using var third = budget.Enter();
        Task<RpmPackage> waiting;
        using (var first = budget.Enter())
        {
            await Read(large, first, Ct);
            var leaving = Read(large, second, gone.Token);
            waiting = Read(large, third, Ct);
            await gone.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving);
            Assert.False(waiting.IsCompleted);
        }

        await waiting;
    }

    [Fact]
    public async Task A_header_that_is_larger_than_all_room_is_read_alone()
    {
        var budget = new HeaderBudget(headers: 2 << 20);
        for (var i = 0; i < 2; i++)
        {
            using var room = budget.Enter();
            Assert.Equal("large", (await Read(large, room, Ct)).Nevra.Name);
        }
    }
}
