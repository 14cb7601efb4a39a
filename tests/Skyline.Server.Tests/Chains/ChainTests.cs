using Skyline.Protocol;
using Skyline.Server.Storage;
using Skyline.Server.Tests.Batches;
using static Skyline.Server.Tests.Chains.ChainSite;

namespace Skyline.Server.Tests.Chains;

/// <summary>Chains in the order that was given, through the people's and the builders' doors.</summary>
public sealed class ChainTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static async Task<string> BuildNext(PaperBuilder builder)
    {
        var run = await builder.Lease();
        await builder.Deliver(run, Results(run));
        return NameOf(run);
    }

    [Fact]
    public async Task A_links_members_are_built_side_by_side_once_the_link_before_is_published()
    {
        await using var site = await Site.Open();
        var person = await site.Person("ada");
        var chain = await person.StartChain(await person.Chain("a : b c : d", Source("a"), Source("b"), Source("c"), Source("d")), Ct);
        var builder = new PaperBuilder(site.LocalBuilder);
        var first = await builder.Lease();
        Assert.Null(await builder.TryLease());
        await builder.Deliver(first, Results(first));
        LeasedRun[] both = [await builder.Lease(), await builder.Lease()];
        Assert.Null(await builder.TryLease());
        foreach (var run in both) await builder.Deliver(run, Results(run));
        var last = await BuildNext(builder);
        var ended = await site.UntilBatch(chain.Id, now => now.State is not BatchState.Running);

        Assert.Equal(["b", "c"], both.Select(NameOf).Order());
        Assert.Equal(("d", BatchState.Complete, "ada"), (last, ended.State, ended.Owner));
        var page = await site.Http().GetStringAsync($"chains/{chain.Id}", Ct);
        Assert.Contains("a, b, c, d", page);
        Assert.Contains("after b-1-1", page);
        Assert.Contains($"/chains/{chain.Id}", await site.Http().GetStringAsync("chains", Ct));
    }

    [Fact]
    public async Task A_failure_stops_the_links_behind_it_and_a_resume_goes_on_from_there()
    {
        await using var site = await Site.Open();
        var chain = await site.Admin.StartChain(await site.Admin.Chain("a b : c", Source("a"), Source("b"), Source("c")), Ct);
        var builder = new PaperBuilder(site.LocalBuilder);
        for (var i = 0; i < 2; i++)
        {
            var run = await builder.Lease();
            if (NameOf(run) == "a") await builder.Report(run.RunId, RunOutcome.Failed, "It does not compile.");
            else await builder.Deliver(run, Results(run));
        }
        var failed = await site.UntilBatch(chain.Id, now => now.State is not BatchState.Running);
        await site.Admin.ResumeBatch(chain.Id, Ct);
        string[] again = [await BuildNext(builder), await BuildNext(builder)];

        Assert.Equal((BatchState.Failed, 1, 1, 1), (failed.State, failed.Counts.Done, failed.Counts.Failed, failed.Counts.Blocked));
        Assert.Equal(["a", "c"], again);
        Assert.Equal(BatchState.Complete, (await site.UntilBatch(chain.Id, now => now.State is not BatchState.Running)).State);
    }

    [Fact]
    public async Task A_cancelled_build_of_a_link_stops_what_depends_on_it_and_nothing_else()
    {
        await using var site = await Site.Open();
        // b needs a alone; d needs c alone.
        var chain = await site.Admin.StartChain(await site.Admin.Auto(Source("a"), Source("b", null, "a-devel"), Source("c"), Source("d", null, "c-devel")), Ct);
        await site.UntilBatch(chain.Id, now => now.Counts.Building == 2);
        await site.Admin.Cancel((await site.Members(chain.Id))["a"].Build!.Value, Ct);
        var builder = new PaperBuilder(site.LocalBuilder);
        string[] built = [await BuildNext(builder), await BuildNext(builder)];
        var ended = await site.UntilBatch(chain.Id, now => now.State is not BatchState.Running);
        var members = await site.Members(chain.Id);

        Assert.Equal(["c", "d"], built);
        Assert.Equal((MemberState.Cancelled, MemberState.Blocked, BatchState.Failed), (members["a"].State, members["b"].State, ended.State));
    }

    [Fact]
    public async Task A_scratch_chain_goes_to_a_tag_of_its_own()
    {
        await using var site = await Site.Open();
        var chain = await site.Admin.StartChain(await site.Admin.Chain("a : b", Source("a"), Source("b")) with { Scratch = true }, Ct);
        var builder = new PaperBuilder(site.LocalBuilder);
        string[] built = [await BuildNext(builder), await BuildNext(builder)];
        var ended = await site.UntilBatch(chain.Id, now => now.State is not BatchState.Running);

        Assert.Equal(["a", "b"], built);
        Assert.Equal((BatchState.Complete, "paper-side-1"), (ended.State, ended.SideTag));
        Assert.Empty((await site.Admin.Tag("paper", Ct)).Builds);
        Assert.Equal(2, (await site.Admin.Tag("paper-side-1", Ct)).Builds.Count);
    }

    [Fact]
    public async Task A_source_is_sent_once_and_goes_on_from_where_it_broke_off()
    {
        await using var site = await Site.Open();
        var source = Source("a");
        var (client, half) = (site.Admin, source.Bytes.Length / 2);
        // As a connection that broke leaves it (Blobs' own tests break one).
        await File.WriteAllBytesAsync(site.Part<Blobs>().Unfinished($"source-1-{source.Sha256}"), source.Bytes[..half], Ct);
        var come = await client.Source(source.Sha256, Ct);
        var wrong = await Assert.ThrowsAsync<RefusedException>(() => client.SendSource(source.Open(), source.Sha256, source.FileName, come.Bytes + 1, Ct));
        var whole = await client.SendSource(new MemoryStream(source.Bytes[(int)come.Bytes..]), source.Sha256, source.FileName, come.Bytes, Ct);
        var again = await client.Source(source.Sha256, Ct);

        Assert.Equal((416, false), (wrong.Status, come.Kept));
        Assert.Equal(half, come.Bytes);
        Assert.Equal((true, "a-1-1", true), (whole.Kept, whole.Nvr, again.Kept));
    }

    [Fact]
    public async Task What_is_no_chain_is_refused_with_a_sentence()
    {
        await using var site = await Site.Open();
        var source = Source("a");
        await site.Admin.Send(source);
        async Task<string> Why(NewChain chain) => (await Assert.ThrowsAsync<RefusedException>(() => site.Admin.StartChain(chain, Ct))).Message;

        Assert.Contains("There is no target 'gone'", await Why(new("gone", [[source.Sha256]])));
        Assert.Contains("each link has source packages", await Why(new("paper", [[source.Sha256], []])));
        Assert.Contains("twice", await Why(new("paper", [[source.Sha256], [source.Sha256]])));
        Assert.Contains("There is no source package", await Why(new("paper", [[new string('0', 64)]])));
        Assert.Contains("neither the SHA-256", await Why(new("paper", [["../../etc/passwd"]])));
        var side = await site.Admin.CreateSideTag(new NewSideTag(Target: "paper"), Ct);
        var (stranger, others) = (await site.Person("eve"), new NewChain(side.SideTag.Name, [[source.Sha256]]));
        Assert.Equal(403, (await Assert.ThrowsAsync<RefusedException>(() => stranger.StartChain(others, Ct))).Status);
        Assert.Equal(400, (await Assert.ThrowsAsync<RefusedException>(() => site.Admin.Source("..%2f", Ct))).Status);
        Assert.Equal(409, (await Assert.ThrowsAsync<RefusedException>(() => site.Admin.SendSource(Source("b").Open(), new string('1', 64), "b-1-1.src.rpm", 0, Ct))).Status);
    }
}
