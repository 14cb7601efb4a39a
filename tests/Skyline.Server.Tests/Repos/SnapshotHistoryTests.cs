using Skyline.Protocol;
using Skyline.Server.Tests.Signing;
using Skyline.Server.Tests.Tags;
using static Skyline.Protocol.PackageChangeKind;

namespace Skyline.Server.Tests.Repos;

public sealed class SnapshotHistoryTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Snapshots_are_listed_newest_first_with_what_each_took_in()
    {
        await using var site = await Site.Open();
        await site.MakeTags("base", "heir");
        await site.Inherit("heir", "base");
        await site.UpToDate("heir");
        await site.Import("hello", "1", "base");
        var first = await site.UpToDate("heir");
        await site.Import("world", "1", "heir");
        var second = await site.UpToDate("heir");

        var page = await site.Admin.Snapshots("heir", Ct, limit: 2);
        var rest = await site.Admin.Snapshots("heir", Ct, page.NextBefore);

        Assert.Equal([second, first], page.Snapshots.Select(snapshot => snapshot.Hash));
        Assert.Equal([2, 1], page.Snapshots.Select(snapshot => snapshot.Packages));
        Assert.Equal([("heir", "world-1-1 tagged", "admin"), ("base", "hello-1-1 tagged", "admin")],
            page.Snapshots.Select(snapshot => snapshot.Events[0]).Select(one => (one.Tag, one.What, one.By!)));
        Assert.Single(page.Snapshots[0].Events);
        // What left the repositories as they were is told of the snapshot that they were and stayed.
        Assert.Equal([("heir", "inherits from base"), ("heir", "created"), ("base", "created")], Assert.Single(rest.Snapshots).Events.Select(one => (one.Tag, one.What)));
        Assert.Null(rest.NextBefore);
        Assert.Equal("There is no tag 'none'.", (await Assert.ThrowsAsync<RefusedException>(() => site.Admin.Snapshots("none", Ct))).Message);
    }

    [Fact]
    public async Task A_snapshot_is_shown_by_the_beginning_of_its_hash()
    {
        await using var site = await Site.Open();
        await site.Import("hello", "1", "paper");
        var hash = await site.UpToDate("paper");

        var details = await site.Admin.Snapshot("paper", hash[..8], Ct);

        Assert.Equal((hash, true), (details.Snapshot.Hash, details.Newest));
        var repo = Assert.Single(details.Repositories, repo => repo.Name == "x86_64");
        Assert.Equal((1, $"/repos/paper/@{hash}/x86_64/"), (repo.Packages, repo.Address));
        Assert.Contains("<revision>", await site.Http().GetStringAsync(repo.Address + "repodata/repomd.xml", Ct));
        Assert.Equal(404, (await Assert.ThrowsAsync<RefusedException>(() => site.Admin.Snapshot("paper", "000000", Ct))).Status);
        Assert.Equal(400, (await Assert.ThrowsAsync<RefusedException>(() => site.Admin.Snapshot("paper", "00%", Ct))).Status);
    }

    [Fact]
    public async Task Two_snapshots_differ_by_what_was_added_removed_and_replaced()
    {
        await using var site = await Site.Open();
        await site.MakeTags("new");
        await site.Import("up", "1", "new");
        await site.Import("down", "2", "new");
        await site.Import("gone", "1", "new");
        var first = await site.UpToDate("new");
        await site.Import("up", "2", "new");
        await site.Import("down", "1", "new");
        await site.Import("fresh", "1", "new");
        await site.Admin.UntagBuilds("new", new(["gone-1-1"]), preview: false, Ct);
        var second = await site.UpToDate("new");

        var there = await site.Admin.Diff("new", first, second, null, Ct);
        var back = await site.Admin.Diff("new", second[..10], first[..10], null, Ct);

        Assert.Equal([("down", Downgraded), ("fresh", Added), ("gone", Removed), ("up", Upgraded)], there.Changes.Select(change => (change.Name, change.Kind)));
        Assert.Equal([("down", Upgraded), ("fresh", Removed), ("gone", Added), ("up", Downgraded)], back.Changes.Select(change => (change.Name, change.Kind)));
        Assert.Equal((first, second), (there.From.Hash, there.To.Hash));
        Assert.Equal(second, (await site.Admin.Diff("new", null, null, null, Ct)).To.Hash);
    }

    [Fact]
    public async Task Snapshots_of_two_tags_are_compared_the_newest_if_none_is_named()
    {
        await using var site = await Site.Open();
        await site.MakeTags("stable", "testing");
        await site.Import("hello", "1", "stable");
        await site.Import("both", "1", "stable");
        await site.Add("testing", "both-1-1");
        await site.Import("hello", "2", "testing");
        await site.UpToDate("stable");
        await site.UpToDate("testing");

        var diff = await site.Admin.Diff("stable", null, null, "testing", Ct);

        Assert.Equal(("stable", "testing"), (diff.From.Tag, diff.To.Tag));
        Assert.Equal(("hello", Upgraded), (Assert.Single(diff.Changes).Name, diff.Changes[0].Kind));
    }

    [Fact]
    public async Task Rolled_back_a_tag_is_the_very_snapshot_it_was_and_its_history_has_both()
    {
        await using var site = await Site.Open();
        await site.MakeTags("new");
        await site.Import("hello", "2", "new");
        await site.Import("hello", "1", "new");
        await site.Admin.Block("new", new(["evil"]), preview: false, Ct);
        await site.Import("kept", "1", "new");
        var then = await site.UpToDate("new");
        await site.Admin.UntagBuilds("new", new(["hello-1-1"]), preview: false, Ct);
        await site.Import("fresh", "1", "new");
        await site.Add("new", "hello-1-1");
        await site.Admin.UntagBuilds("new", new(["hello-2-1"]), preview: false, Ct);
        await site.Add("new", "hello-2-1");
        await site.Admin.Unblock("new", new(["evil"]), preview: false, Ct);
        await site.Admin.Block("new", new(["kept"]), preview: false, Ct);
        var between = await site.UpToDate("new");
        Assert.Equal(["fresh-1", "hello-2"], await site.Listed("new"));

        var preview = await site.Admin.RollBack("new", new(then[..12]), preview: true, Ct);
        var done = await site.Admin.RollBack("new", new(then), preview: false, Ct);

        Assert.Equal([("new", Removed, "fresh-1-1.x86_64", null), ("new", Downgraded, "hello-2-1.x86_64", "hello-1-1.x86_64"), ("new", Added, null, "kept-1-1.x86_64")], preview.Changes());
        Assert.Equal(preview.Done, done.Done);
        Assert.Empty(done.Notes);
        Assert.Equal(then, await site.UpToDate("new"));
        Assert.Equal(["hello-1", "kept-1"], await site.Listed("new"));
        Assert.Equal(["evil"], (await site.Admin.Tag("new", Ct)).Blocked);
        Assert.Contains((await site.Admin.TagEvents("new", Ct)).Events, one => one.What == $"rolled back to snapshot {then}");
        // And back again: nothing was lost.
        await site.Admin.RollBack("new", new(between), preview: false, Ct);
        Assert.Equal(between, await site.UpToDate("new"));
        Assert.Empty((await site.Admin.RollBack("new", new(between), preview: false, Ct)).Done);
    }

    [Fact]
    public async Task What_was_tagged_while_packages_were_signed_comes_back_with_the_snapshot_that_held_it()
    {
        await using var host = await SigningHost.Open();
        await using var site = await Site.Open(null, null, host.Setting);
        var key = await site.Admin.RotateKey(null, new NewKey(PublicKey: await host.MakeKey("ed25519", "Host <host@example.invalid>")), Ct);
        await site.UntilCurrent(key);
        await site.MakeTags("new", "other");
        await site.Import("stubborn", "2", "other");
        await site.Import("stubborn", "1");
        await site.UpToDate("new");
        await host.HoldWhatHolds("stubborn");

        await site.Add("new", "stubborn-1-1");
        await using (await host.Held()) await site.Add("new", "stubborn-2-1");
        var then = await site.UpToDate("new");
        Assert.Equal(["stubborn-2"], await site.Listed("new"));
        await site.Admin.UntagBuilds("new", new(["stubborn-1-1", "stubborn-2-1"]), preview: false, Ct);
        await site.UpToDate("new");
        await site.Admin.RollBack("new", new(then), preview: false, Ct);

        Assert.Equal(then, await site.UpToDate("new"));
    }

    [Fact]
    public async Task What_is_inherited_stays_when_a_tag_is_rolled_back_and_the_answer_says_so()
    {
        await using var site = await Site.Open();
        await site.MakeTags("base", "heir");
        await site.Inherit("heir", "base");
        await site.Import("own", "1", "heir");
        var then = await site.UpToDate("heir");
        await site.Import("own", "2", "heir");
        await site.Import("inherited", "1", "base");
        await site.Admin.EditGroup("heir", "words", new(Name: "Words"), Ct);

        var preview = await site.Admin.RollBack("heir", new(then), preview: true, Ct);
        var done = await site.Admin.RollBack("heir", new(then), preview: false, Ct);

        Assert.Equal("Changed since, and left as it is now: group words set; base: inherited-1-1 tagged. So the next snapshot may differ from that one.", Assert.Single(done.Notes));
        Assert.Equal(preview.Notes, done.Notes);
        Assert.Equal(["inherited-1", "own-1"], await site.Listed("heir"));
        Assert.Equal("words", Assert.Single(await site.Admin.Groups("heir", Ct)).Id);
        Assert.Equal(404, (await Assert.ThrowsAsync<RefusedException>(() => site.Admin.RollBack("base", new(then), preview: false, Ct))).Status);
    }
}
