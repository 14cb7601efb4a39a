using Skyline.Protocol;

namespace Skyline.Server.Tests.Builders;

public sealed class ChannelTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_targets_builds_go_to_the_builders_of_its_channel_alone()
    {
        await using var site = await Site.Open();
        await site.Admin.CreateChannel(new NewChannel("heavy"), Ct);
        await site.Admin.CreateTarget(new NewTarget("kernels", "paper", "paper", "heavy"), Ct);
        var (usual, strong) = (await site.Machine("usual"), await site.Machine("strong"));
        await strong.TryLease();
        var build = await site.Submit("kernel", "kernels");

        Assert.Null(await usual.TryLease());
        Assert.Null(await strong.TryLease());
        Assert.Equal("Waiting: no builder in channel 'heavy' can build x86_64. Put one in: `skyline builder channel add NAME heavy`.", (await site.Admin.Build(build.Id, Ct)).Why);
        await site.Admin.AddToChannel("heavy", "strong", Ct);

        Assert.Equal("Waiting for a free builder for x86_64 in channel 'heavy'; it is next.", (await site.Admin.Build(build.Id, Ct)).Why);
        Assert.Null(await usual.TryLease());
        Assert.Equal("kernel-1-1", (await strong.Lease()).Nvr);
    }

    [Fact]
    public async Task A_builder_that_waits_is_woken_when_it_comes_into_a_channel_or_a_target_changes_its()
    {
        await using var site = await Site.Open();
        await site.Admin.CreateChannel(new NewChannel("heavy"), Ct);
        await site.Admin.EditTarget("paper", new TargetEdit("heavy"), Ct);
        await site.Submit("first");
        await site.Submit("second");
        var builder = await site.Machine("strong");
        var waiting = builder.Lease(waitSeconds: 50);

        await site.Admin.AddToChannel("heavy", "strong", Ct);
        Assert.Equal("first-1-1", (await waiting).Nvr);
        await site.Admin.RemoveFromChannel("heavy", "strong", Ct);
        Assert.Null(await builder.TryLease());
        waiting = builder.Lease(waitSeconds: 50);
        await site.Admin.EditTarget("paper", new TargetEdit("default"), Ct);

        Assert.Equal("second-1-1", (await waiting).Nvr);
        Assert.Equal("default", Assert.Single(await site.Admin.Targets(Ct)).Channel);
    }

    [Fact]
    public async Task Channels_are_listed_and_removed_and_one_in_use_is_not()
    {
        await using var site = await Site.Open();
        await site.Admin.CreateChannel(new NewChannel("heavy"), Ct);
        await site.Admin.EditTarget("paper", new TargetEdit("heavy"), Ct);
        await site.Admin.AddToChannel("heavy", "local", Ct);

        var listed = await site.Admin.Channels(Ct);

        Assert.Equal(["default", "heavy"], listed.Select(channel => channel.Name));
        Assert.Equal(("local", "paper"), (Assert.Single(listed[1].Builders), Assert.Single(listed[1].Targets)));
        foreach (var (status, attempt) in new (int, Func<Task>)[]
        {
            (409, () => site.Admin.RemoveChannel("heavy", Ct)), (409, () => site.Admin.RemoveChannel("default", Ct)), (404, () => site.Admin.RemoveChannel("none", Ct)),
            (409, () => site.Admin.CreateChannel(new NewChannel("heavy"), Ct)), (400, () => site.Admin.CreateChannel(new NewChannel("../x"), Ct)),
            (400, () => site.Admin.EditTarget("paper", new TargetEdit("none"), Ct)), (404, () => site.Admin.EditTarget("none", new TargetEdit("heavy"), Ct)),
            (404, () => site.Admin.AddToChannel("heavy", "none", Ct)), (404, () => site.Admin.AddToChannel("none", "local", Ct)),
            (400, () => site.Admin.EnrolBuilder(new NewBuilder("lost", "me", "none"), Ct)),
        })
            Assert.Equal(status, (await Assert.ThrowsAsync<RefusedException>(attempt)).Status);
        await site.Admin.EditTarget("paper", new TargetEdit("default"), Ct);
        await site.Admin.RemoveChannel("heavy", Ct);
        Assert.Single(await site.Admin.Channels(Ct));
        Assert.Equal(["default"], (await site.Admin.Builder("local", Ct)).Builder.Channels);
    }

    [Fact]
    public async Task A_builder_in_no_channel_says_so()
    {
        await using var site = await Site.Open();
        await new PaperBuilder(site.LocalBuilder).TryLease();

        await site.Admin.RemoveFromChannel("default", "local", Ct);

        Assert.StartsWith("It is in no channel;", (await site.Admin.Builder("local", Ct)).Builder.NoWork);
    }
}
