using Skyline.Protocol;
using Skyline.Server.Storage;
using Skyline.Testing;

namespace Skyline.Server.Tests.Signing;

public sealed class RotationTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static async Task Import(Site site, string tag, params string[] names)
    {
        foreach (var name in names) await site.Admin.Import(Papers.Binary(name, "1", "1").Open(), tag, Ct);
        await Published(site, tag);
    }

    /// <summary>The tag's newest snapshot knows of everything that has happened to the tag.</summary>
    static async Task Published(Site site, string tag)
    {
        var id = site.Part<Database>().Read(db => Skyline.Server.Tags.Tag.Find(db, tag)!.Id);
        await site.Part<Skyline.Server.Repos.PublishSnapshot>().BringUpToDate(id, Ct);
    }

    static Task<string> Key(Site site, KeyDetails key) => site.Http().GetStringAsync($"keys/{key.Fingerprint}.asc", Ct);

    [Fact]
    public async Task After_a_rotation_the_new_key_alone_verifies_everything_and_the_old_one_what_was_before()
    {
        await using var site = await Site.Open();
        await Import(site, "paper", "hello", "words");
        var old = Assert.Single(await site.Admin.Keys(Ct));
        var before = (await site.Admin.Tag("paper", Ct)).Snapshot;

        var next = await site.Admin.RotateKey(null, new NewKey(Identity: "Second <second@example.invalid>"), Ct);
        await site.UntilCurrent(next);

        foreach (var part in new[] { "x86_64", "x86_64-debug", "aarch64", "src" })
            Assert.Equal(part == "x86_64" ? 2 : 0, await SignatureChecks.AllSignedWith(site.Http(), "paper", part, await Key(site, next), Ct));
        Assert.Equal(2, await SignatureChecks.AllSignedWith(site.Http(), "paper", $"@{before}/x86_64", await Key(site, old), Ct));
        var tag = await site.Admin.Tag("paper", Ct);
        Assert.NotEqual(before, tag.Snapshot);
        Assert.Equal(await site.Http().GetByteArrayAsync("repos/paper/x86_64/Packages/h/hello-1-1.x86_64.rpm", Ct),
            await site.Http().GetByteArrayAsync($"api/builds/{tag.Builds.Single(build => build.Nvr == "hello-1-1").Id}/files/hello-1-1.x86_64.rpm", Ct));
        var both = await site.Http().GetStringAsync("keys/paper.asc", Ct);
        Assert.Equal(await Key(site, next) + await Key(site, old), both);
        Assert.Equal([KeyState.Current, KeyState.Retired], (await site.Admin.Keys(Ct)).Select(key => key.State));
        Assert.Equal(2, await SignatureChecks.AllSignedWith(site.Http(), "paper", "x86_64", both, Ct));

        await Import(site, "paper", "later");
        Assert.Equal(3, await SignatureChecks.AllSignedWith(site.Http(), "paper", "x86_64", await Key(site, next), Ct));
        await site.Admin.CreateTag(new NewTag("fresh", "paper-1"), Ct);
        Assert.Equal(await Key(site, next), await site.Http().GetStringAsync("keys/fresh.asc", Ct));
    }

    [Fact]
    public async Task While_packages_are_signed_anew_clients_see_the_repository_whole_and_signed_with_the_old_key()
    {
        await using var host = await SigningHost.Open();
        await using var site = await Site.Open(null, null, host.Setting);
        await site.Admin.CreateTag(new NewTag("second", "paper-1"), Ct);
        await Import(site, "paper", "hello");
        await Import(site, "second", "words", "stubborn");
        var old = Assert.Single(await site.Admin.Keys(Ct));
        await host.RefuseWhatHolds("stubborn");

        var next = await site.Admin.RotateKey(null, new NewKey(PublicKey: await host.MakeKey("ed25519", "Host <host@example.invalid>")), Ct);
        var stuck = await site.UntilKey(next, now => now.Why!.Contains("tried again", StringComparison.Ordinal));

        Assert.Contains("it ended with 3", stuck.Why);
        Assert.Equal(1, await SignatureChecks.AllSignedWith(site.Http(), "paper", "x86_64", await Key(site, next), Ct));
        Assert.Equal(2, await SignatureChecks.AllSignedWith(site.Http(), "second", "x86_64", await Key(site, old), Ct));
        // A client that asks now will know the key that comes.
        Assert.Equal(await Key(site, next) + await Key(site, old), await site.Http().GetStringAsync("keys/second.asc", Ct));
        // What comes into the tag meanwhile comes signed as the rest is.
        await Import(site, "second", "meanwhile");
        Assert.Equal(3, await SignatureChecks.AllSignedWith(site.Http(), "second", "x86_64", await Key(site, old), Ct));

        await host.Mend();
        site.Part<Bells>().Ring(Bells.Keys);
        Assert.Null((await site.UntilCurrent(next)).Why);
        Assert.Equal(3, await SignatureChecks.AllSignedWith(site.Http(), "second", "x86_64", await Key(site, next), Ct));
    }

    [Fact(Timeout = 240_000)]
    public async Task A_rotation_that_was_killed_goes_on_with_the_next_start()
    {
        await using var host = await SigningHost.Open();
        await using var site = await Site.Open();
        await Import(site, "paper", "hello", "words", "stubborn");
        await site.Stop();
        await host.RefuseWhatHolds("stubborn");
        KeyDetails next;
        await using (var server = StartProcess(site, host))
        {
            next = await (await AdminOf(server, site)).RotateKey(null, new NewKey(PublicKey: await host.MakeKey("ed25519", "Host <host@example.invalid>")), Ct);
            await server.Line("could not be taken into use yet");
            await server.Kill();
        }

        await host.Mend();
        await using var again = StartProcess(site, host);
        await again.Line($"Key {next.Fingerprint} was taken into use");

        Assert.Equal([KeyState.Current, KeyState.Retired], (await (await AdminOf(again, site)).Keys(Ct)).Select(key => key.State));
        using var http = new HttpClient { BaseAddress = await AddressOf(again) };
        Assert.Equal(3, await SignatureChecks.AllSignedWith(http, "paper", "x86_64", await http.GetStringAsync($"keys/{next.Fingerprint}.asc", Ct), Ct));
    }

    /// <summary>The server as a process, which can really be killed, on the data of a site that was stopped.</summary>
    static ProgramProcess StartProcess(Site site, SigningHost host) => ProgramProcess.Start(Checkout.Program("Skyline.Server", "skyline-server"),
        ["--urls=http://127.0.0.1:0", $"--Skyline:Data={site.Data}", $"--Skyline:Chroots={site.Data}/chroots", "--Skyline:FirstTag=paper", host.Setting], new Dictionary<string, string>());

    static async Task<Uri> AddressOf(ProgramProcess server) => new((await server.Line("Now listening on: ")).Split(": ")[^1].Trim());

    static async Task<SkylineClient> AdminOf(ProgramProcess server, Site site)
    {
        var http = new HttpClient { BaseAddress = await AddressOf(server) };
        http.DefaultRequestHeaders.Authorization = new("Bearer", site.AdminToken);
        return new(http);
    }

    [Fact]
    public async Task A_tags_own_key_signs_that_tag_and_no_other()
    {
        await using var site = await Site.Open();
        await site.Admin.CreateTag(new NewTag("other", "paper-1"), Ct);
        await Import(site, "paper", "hello");
        await Import(site, "other", "words");
        var instance = Assert.Single(await site.Admin.Keys(Ct));

        var own = await site.Admin.CreateKey("paper", new NewKey("rsa2048"), Ct);
        await site.UntilCurrent(own);

        Assert.Equal(("paper", "Rsa2048", "paper, Skyline <skyline@localhost>"), (own.Tag, own.Kind, own.Identity));
        Assert.Equal(1, await SignatureChecks.AllSignedWith(site.Http(), "paper", "x86_64", await Key(site, own), Ct));
        Assert.Equal(1, await SignatureChecks.AllSignedWith(site.Http(), "other", "x86_64", await Key(site, instance), Ct));
        Assert.Equal([own.Fingerprint, instance.Fingerprint], (await site.Admin.KeysOf("paper", Ct)).Select(key => key.Fingerprint));
        Assert.Equal(await Key(site, instance), await site.Http().GetStringAsync("keys/other.asc", Ct));

        // The instance's next key is not the tag's affair, and the tag's not the instance's.
        var second = await site.Admin.RotateKey(null, new NewKey(), Ct);
        await site.UntilCurrent(second);
        var third = await site.Admin.RotateKey("paper", new NewKey(), Ct);
        await site.UntilCurrent(third);
        Assert.Equal(1, await SignatureChecks.AllSignedWith(site.Http(), "paper", "x86_64", await Key(site, third), Ct));
        Assert.Equal(1, await SignatureChecks.AllSignedWith(site.Http(), "other", "x86_64", await Key(site, second), Ct));
        Assert.Equal([third.Fingerprint, own.Fingerprint, instance.Fingerprint], (await site.Admin.KeysOf("paper", Ct)).Select(key => key.Fingerprint));
    }

    [Fact]
    public async Task A_signing_host_that_breaks_publishes_nothing_that_cannot_be_verified()
    {
        await using var host = await SigningHost.Open();
        await using var site = await Site.Open(null, null, host.Setting);
        var key = await site.Admin.RotateKey(null, new NewKey(PublicKey: await host.MakeKey("rsa3072", "Host <host@example.invalid>")), Ct);
        await site.UntilCurrent(key);
        await Import(site, "paper", "hello");

        await host.SignsSomethingElse();
        var fault = await Assert.ThrowsAsync<RefusedException>(() => Import(site, "paper", "words"));

        Assert.Equal(503, fault.Status);
        Assert.EndsWith("what it wrote does not fit the data.", fault.Message);
        Assert.Equal(1, await SignatureChecks.AllSignedWith(site.Http(), "paper", "x86_64", await Key(site, key), Ct));
        await host.Mend();
        await Import(site, "paper", "words");
        Assert.Equal(2, await SignatureChecks.AllSignedWith(site.Http(), "paper", "x86_64", await Key(site, key), Ct));
        Assert.True(key.Elsewhere);
    }

    [Fact]
    public async Task A_damaged_package_keeps_no_other_tag_and_no_other_package_from_the_next_key()
    {
        await using var site = await Site.Open();
        await site.Admin.CreateTag(new NewTag("second", "paper-1"), Ct);
        await Import(site, "paper", "first", "damaged", "last");
        await Import(site, "second", "words");
        var old = Assert.Single(await site.Admin.Keys(Ct));
        var sha256 = Papers.Binary("damaged", "1", "1").Sha256;
        await File.WriteAllTextAsync(Path.Combine(site.Data, "blobs", sha256[..2], sha256[2..]), "no package", Ct);

        var next = await site.Admin.RotateKey(null, new NewKey(), Ct);
        var stuck = await site.UntilKey(next, now => now.Why!.Contains("tried again", StringComparison.Ordinal));

        Assert.Contains("is not an RPM package", stuck.Why);
        Assert.Equal(1, await SignatureChecks.AllSignedWith(site.Http(), "second", "x86_64", await Key(site, next), Ct));
        Assert.Equal(["first-1-1.x86_64.rpm", "last-1-1.x86_64.rpm", "words-1-1.x86_64.rpm"], site.Part<Database>().Read(db => db.All<string>("""
            SELECT r.file_name FROM signed_rpms s JOIN rpms r ON r.id = s.rpm_id JOIN signing_keys k ON k.id = s.key_id WHERE k.fingerprint = @Fingerprint ORDER BY r.file_name
            """, next)));
        Assert.Equal(await Key(site, next) + await Key(site, old), await site.Http().GetStringAsync("keys/paper.asc", Ct));
    }

    [Fact]
    public async Task A_next_key_that_is_stuck_makes_way_for_another()
    {
        await using var host = await SigningHost.Open();
        await using var site = await Site.Open(null, null, host.Setting);
        await Import(site, "paper", "stubborn");
        await host.RefuseWhatHolds("stubborn");
        var stuck = await site.Admin.RotateKey(null, new NewKey(PublicKey: await host.MakeKey("ed25519", "Host <host@example.invalid>")), Ct);
        await site.UntilKey(stuck, now => now.Why!.Contains("tried again", StringComparison.Ordinal));

        var next = await site.Admin.RotateKey(null, new NewKey(), Ct);
        await site.UntilCurrent(next);

        Assert.Equal(1, await SignatureChecks.AllSignedWith(site.Http(), "paper", "x86_64", await Key(site, next), Ct));
        Assert.Equal([KeyState.Current, KeyState.Retired, KeyState.Retired], (await site.Admin.Keys(Ct)).Select(key => key.State));
    }

    [Fact]
    public async Task With_a_new_key_file_in_place_of_a_lost_one_a_rotation_makes_the_server_whole_again()
    {
        var first = await Site.Open();
        await Import(first, "paper", "hello");
        await first.Stop();
        await File.WriteAllTextAsync(Path.Combine(first.Data, "keys", "seal.key"), Convert.ToHexStringLower(new byte[32]), Ct);
        await using var site = await Site.Open(first.Data);
        Assert.StartsWith("Degraded", await site.Http().GetStringAsync("healthz", Ct));

        var next = await site.Admin.RotateKey(null, new NewKey(), Ct);
        await site.UntilCurrent(next);

        Assert.Equal("Healthy\n", await site.Http().GetStringAsync("healthz", Ct));
        Assert.Equal(1, await SignatureChecks.AllSignedWith(site.Http(), "paper", "x86_64", await Key(site, next), Ct));
    }
}
