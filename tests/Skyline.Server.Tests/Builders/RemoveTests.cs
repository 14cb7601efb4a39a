using System.Net;
using System.Text.RegularExpressions;
using Skyline.Protocol;

namespace Skyline.Server.Tests.Builders;

/// <summary>A builder is let in no more, and may come back.</summary>
public sealed class RemoveTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_removed_builder_is_let_in_no_more_and_what_it_built_stays()
    {
        await using var site = await Site.Open();
        var (builder, build) = (await site.Machine("worn"), await site.Submit());
        var run = await builder.Lease();
        Assert.Equal((409, "Builder 'worn' still builds 1: drain it (skyline builder drain worn), and remove it when it has finished."), await Assert.ThrowsAsync<RefusedException>(() => site.Admin.RemoveBuilder("worn", Ct)) is var busy ? (busy.Status, busy.Message) : default);
        await builder.Deliver(run, Papers.Source("hello", "1", "1"), Papers.Binary("hello", "1", "1"));

        await site.Admin.RemoveBuilder("worn", Ct);

        Assert.Equal(401, (await Assert.ThrowsAsync<RefusedException>(() => builder.TryLease())).Status);
        Assert.DoesNotContain(await site.Admin.Builders(Ct), one => one.Name == "worn");
        Assert.DoesNotContain(await site.Admin.Find("worn", Ct), found => found.Kind == FoundKind.Builder);
        Assert.DoesNotContain("/builders/worn\"", Regex.Match(await site.Http().GetStringAsync("", Ct), "(?s)<main.*</main>").Value);
        foreach (var attempt in new Func<Task>[] { () => site.Admin.Builder("worn", Ct), () => site.Admin.DrainBuilder("worn", null, Ct), () => site.Admin.AddToChannel("default", "worn", Ct), () => site.Admin.RemoveBuilder("worn", Ct) })
            Assert.Equal(404, (await Assert.ThrowsAsync<RefusedException>(attempt)).Status);
        Assert.Equal("worn", (await site.Admin.Build(build.Id, Ct)).Tasks[0].Runs[0].Builder);
        Assert.Equal(HttpStatusCode.NotFound, (await site.Http().GetAsync("builders/worn", Ct)).StatusCode);
    }

    [Fact]
    public async Task Its_name_may_be_enrolled_again_and_has_what_it_built()
    {
        await using var site = await Site.Open();
        var builder = await site.Machine("worn");
        await site.Submit();
        await builder.Build(Papers.Source("hello", "1", "1"), Papers.Binary("hello", "1", "1"));
        await site.Admin.RemoveBuilder("worn", Ct);

        var again = await site.Machine("worn");

        Assert.Equal(401, (await Assert.ThrowsAsync<RefusedException>(() => builder.TryLease())).Status);
        Assert.Null((await site.Admin.Builder("worn", Ct)).Builder.LastSeenAt);
        await site.Submit("second");
        Assert.Equal("second-1-1", (await again.Lease()).Nvr);
        Assert.Equal(2, (await site.Admin.Builder("worn", Ct)).Runs.Count);
        Assert.Equal(409, (await Assert.ThrowsAsync<RefusedException>(() => site.Enrol("worn"))).Status);
    }
}
