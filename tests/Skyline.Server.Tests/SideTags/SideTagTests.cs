using Microsoft.Extensions.DependencyInjection;
using Skyline.Protocol;
using Skyline.Server.SideTags;
using Skyline.Server.Storage;
using Skyline.Server.Tests.Tags;

namespace Skyline.Server.Tests.SideTags;

/// <summary>A side tag is made by anybody, is its owner's, and goes by itself when it is of no more use.</summary>
public sealed class SideTagTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_side_tag_builds_from_its_target_and_into_itself()
    {
        await using var site = await Site.Open();
        await site.Import("base", "1", "paper");
        var ann = await site.Person("ann");

        var made = await ann.CreateSideTag(new("for a new libfoo", null, "paper"), Ct);
        await site.Build(ann, made.SideTag.Name, "foo", "2");

        Assert.Equal(("paper-side-1", "paper", "ann", "for a new libfoo", "paper"), (made.SideTag.Name, made.SideTag.Target, made.SideTag.Owner, made.SideTag.Note, made.Into));
        Assert.Equal(["base-1", "foo-2"], await site.Listed("paper-side-1"));
        Assert.Equal(["base-1"], await site.Listed("paper"));
        var tag = await ann.Tag("paper-side-1", Ct);
        Assert.Equal(("paper-1", "paper"), (tag.Chroot, Assert.Single(tag.Parents!).Parent));
        Assert.Equal("foo-2-1", Assert.Single((await ann.SideTag("paper-side-1", Ct)).Builds).Nvr);
        Assert.Equal("paper-side-2", await ann.MakeSideTag());
        Assert.Equal(["paper-side-2", "paper-side-1"], (await ann.SideTags(Ct, owner: "ann")).SideTags.Select(one => one.Name));
    }

    [Fact]
    public async Task Only_its_owner_and_administrators_build_into_it_change_it_and_remove_it()
    {
        await using var site = await Site.Open();
        var (ann, bob) = (await site.Person("ann"), await site.Person("bob"));
        var side = await ann.MakeSideTag();

        Assert.Contains("is ann's own tag: ann and administrators alone build into it", await SideWork.Refused(bob.Send(side, "foo", "1"), 403));
        Assert.Contains("ann and administrators alone change it", await SideWork.Refused(bob.EditSideTag(side, new("mine"), Ct), 403));
        Assert.Contains("ann and administrators alone change it", await SideWork.Refused(bob.PromoteSideTag(side, new(), preview: true, Ct), 403));
        Assert.Contains("ann and administrators alone change it", await SideWork.Refused(bob.UntagBuilds(side, new(["x-1-1"]), preview: false, Ct), 403));
        await SideWork.Refused(bob.RemoveSideTag(side, Ct), 403);
        Assert.Contains("`skyline side-tag remove paper-side-1` removes both", await SideWork.Refused(site.Admin.RemoveTarget(side, Ct), 409));
        Assert.Equal("foo-1-1", (await site.Admin.Send(side, "foo", "1")).Nvr);
        Assert.Equal("better", (await ann.EditSideTag(side, new("better"), Ct)).SideTag.Note);
    }

    [Fact]
    public async Task One_that_is_removed_takes_its_target_along_and_leaves_its_builds_and_its_history()
    {
        await using var site = await Site.Open();
        var ann = await site.Person("ann");
        var side = await ann.MakeSideTag();
        var build = await ann.Send(side, "foo", "1");
        Assert.Contains("1 build is on the way into", await SideWork.Refused(ann.RemoveSideTag(side, Ct), 409));
        await site.Deliver("foo", "1");
        await ann.Published(build.Id);

        await ann.RemoveSideTag(side, Ct);

        await SideWork.Refused(ann.SideTag(side, Ct), 404);
        Assert.Contains("There is no target", await SideWork.Refused(ann.Send(side, "bar", "1"), 404));
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await site.Http().GetAsync($"repos/{side}/x86_64/repodata/repomd.xml", Ct)).StatusCode);
        var left = await ann.Build(build.Id, Ct);
        Assert.Equal((BuildState.Complete, side), (left.State, left.Target));
        await site.Add("paper", "foo-1-1");
        Assert.Equal(["foo-1"], await site.Listed("paper"));
        Assert.Equal("paper-side-2", await ann.MakeSideTag());
        await SideWork.Refused(ann.RemoveSideTag(side, Ct), 404);
    }

    [Fact]
    public async Task A_person_has_so_many_and_an_administrator_any_number()
    {
        await using var site = await Site.Open(settings: "--Skyline:SideTagsPerPerson=1");
        var ann = await site.Person("ann");
        await ann.MakeSideTag();

        Assert.Contains("You have 1 side tags, and nobody has more here", await SideWork.Refused(ann.MakeSideTag(), 409));
        await site.Admin.MakeSideTag();
        await site.Admin.MakeSideTag();
        Assert.Contains("There is no target 'nowhere'", await SideWork.Refused(site.Admin.MakeSideTag("nowhere"), 404));
        Assert.Contains("between 1 and 365 days", await SideWork.Refused(site.Admin.MakeSideTag(days: 1000), 400));
    }

    [Fact]
    public async Task An_empty_one_goes_after_a_day_an_idle_one_after_ten_and_an_old_one_after_thirty()
    {
        var time = new LaterTime();
        await using var site = await Site.Open(change: services => services.AddSingleton<TimeProvider>(time));
        var ann = await site.Person("ann");
        var (empty, idle, busy, given) = (await ann.MakeSideTag(), await ann.MakeSideTag(), await ann.MakeSideTag(), await ann.MakeSideTag(days: 40));
        foreach (var side in new[] { idle, busy }) await site.Build(ann, side, "foo" + side[^1], "1");

        Assert.Equal([empty], await Gone(TimeSpan.FromDays(1.1)));
        time.Pass(TimeSpan.FromDays(7));
        await site.Build(ann, busy, "bar", "1");
        Assert.Equal([idle], await Gone(TimeSpan.FromDays(3)));
        time.Pass(TimeSpan.FromDays(6));
        await site.Build(ann, busy, "baz", "1");
        time.Pass(TimeSpan.FromDays(9));
        await site.Build(ann, busy, "boz", "1");
        Assert.Equal([busy], await Gone(TimeSpan.FromDays(4)));
        Assert.Equal([given], await Gone(TimeSpan.FromDays(10)));
        Assert.Contains("removed: it has been empty for a day", await site.Http().GetStringAsync($"api/tags/{empty}/events", Ct));

        async Task<IReadOnlyList<string>> Gone(TimeSpan after)
        {
            var before = (await ann.SideTags(Ct)).SideTags.Select(one => one.Name).ToList();
            time.Pass(after);
            await site.Part<ExpireSideTags>().Run(Ct);
            await site.Part<ExpireSideTags>().Run(Ct);
            return [.. before.Except((await ann.SideTags(Ct)).SideTags.Select(one => one.Name))];
        }
    }

    [Fact]
    public async Task One_that_a_batch_is_built_in_stays()
    {
        var time = new LaterTime();
        await using var site = await Site.Open(change: services => services.AddSingleton<TimeProvider>(time));
        var side = await site.Admin.MakeSideTag();
        await site.Part<Database>().Write(tx => tx.Execute("""
            INSERT INTO batches (kind, title, target_id, side_tag_id, priority, owner_id, state, created_at) SELECT 'MassRebuild', 'all', target_id, tag_id, 25, owner_id, 'Running', 1 FROM side_tags
            """), Ct);
        time.Pass(TimeSpan.FromDays(50));

        await site.Part<ExpireSideTags>().Run(Ct);

        Assert.Equal(side, (await site.Admin.SideTag(side, Ct)).SideTag.Name);
        Assert.Contains("is built in 'paper-side-1' and is not over", await SideWork.Refused(site.Admin.RemoveSideTag(side, Ct), 409));
    }
}
