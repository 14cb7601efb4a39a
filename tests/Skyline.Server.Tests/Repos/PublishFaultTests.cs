using Skyline.Protocol;
using Skyline.Server.Storage;
using Skyline.Server.Tests.Signing;
using Skyline.Server.Tests.Tags;

namespace Skyline.Server.Tests.Repos;

public sealed class PublishFaultTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static async Task<Site> Open(SigningHost host)
    {
        var site = await Site.Open(null, null, host.Setting);
        await site.UntilCurrent(await site.Admin.RotateKey(null, new NewKey(PublicKey: await host.MakeKey("ed25519", "Host <host@example.invalid>")), Ct));
        return site;
    }

    [Fact]
    public async Task A_tag_whose_first_repository_could_not_be_signed_gets_it_without_being_asked_again()
    {
        await using var host = await SigningHost.Open();
        await using var site = await Open(host);
        await host.RefusesOnce();

        // (Whose try it is that fails, the caller's or the publisher's, is not told beforehand.)
        await Record.ExceptionAsync(() => site.Admin.CreateTag(new NewTag("fresh", "paper-1", ["x86_64"]), Ct));

        var id = site.Part<Database>().Read(db => Skyline.Server.Tags.Tag.Find(db, "fresh")!.Id);
        while (true)
        {
            var bell = site.Part<Bells>().Next(Bells.Tag(id));
            if ((await site.Http().GetAsync("repos/fresh/x86_64/repodata/repomd.xml", Ct)).IsSuccessStatusCode) break;
            await bell.WaitAsync(TimeSpan.FromSeconds(60), Ct);
        }
    }

    [Fact]
    public async Task A_tag_that_cannot_be_published_is_not_tried_again_for_what_happens_to_others()
    {
        await using var host = await SigningHost.Open();
        await using var site = await Open(host);
        await site.MakeTags("stuck");
        await site.Import("stubborn", "1");
        await site.UpToDate("stuck");
        await host.RefuseWhatHolds("stubborn");

        await site.Add("stuck", "stubborn-1-1");
        for (var i = 0; i < 20; i++)
        {
            await site.Admin.Block("paper", new([$"package{i}"]), preview: false, Ct);
            await site.UpToDate("paper");
        }

        Assert.InRange(host.Refusals, 1, 4);
        await host.Mend();
        await site.Admin.Block("stuck", new(["another"]), preview: false, Ct);
        Assert.True((await site.Admin.WaitRepo("stuck", ["stubborn-1-1"], 50, Ct)).Holds);
    }
}
