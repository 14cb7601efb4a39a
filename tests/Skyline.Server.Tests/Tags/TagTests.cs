using Skyline.Protocol;

namespace Skyline.Server.Tests.Tags;

public sealed class TagTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_first_start_makes_a_tag_and_a_target_and_the_second_leaves_them_be()
    {
        var site = await Site.Open();
        var token = site.AdminToken;
        await site.Stop();

        await using var again = await Site.Open(site.Data);

        Assert.Equal(("paper", "paper-1"), ((await again.Admin.Tags(Ct)).Single().Name, (await again.Admin.Tags(Ct)).Single().Chroot));
        Assert.Equal(new TargetDetails("paper", "paper", "paper", "default"), Assert.Single(await again.Admin.Targets(Ct)));
        Assert.Equal(token, again.AdminToken);
    }

    [Fact]
    public async Task Secrets_are_readable_by_their_owner_alone()
    {
        await using var site = await Site.Open();

        foreach (var file in new[] { "admin.token", "builder.token", "keys/seal.key" })
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(site.Data, file)));
    }

    [Fact]
    public async Task A_first_start_that_was_killed_half_way_is_finished_by_the_next()
    {
        var site = await Site.Open();
        await site.Stop();
        // As a SIGKILL would leave it: the tag's row is there, its first snapshot, its target and the builder's row are not.
        using (var database = Skyline.Server.Storage.Database.Open(Path.Combine(site.Data, "skyline.db")))
            await database.Write(tx =>
            {
                foreach (var table in new[] { "snapshot_files", "snapshots", "target_configs", "targets", "tokens", "channel_builders", "builders", "users" })
                    Skyline.Server.Storage.Sql.Execute(tx, $"DELETE FROM {table}");
                Skyline.Server.Storage.Sql.Execute(tx, "UPDATE tags SET published_event = 0");
            }, Ct);

        await using var again = await Site.Open(site.Data);

        Assert.Contains("<revision>", await again.Http().GetStringAsync("repos/paper/x86_64/repodata/repomd.xml", Ct));
        Assert.Equal("paper", Assert.Single(await again.Admin.Targets(Ct)).Name);
        Assert.Null(await new PaperBuilder(again.LocalBuilder).TryLease());
    }

    [Theory]
    [InlineData("../up")]
    [InlineData("a/b")]
    [InlineData("")]
    [InlineData("a..b")]
    [InlineData("-dash")]
    [InlineData("new\nline")]
    public async Task A_name_that_is_no_name_is_refused(string name)
    {
        await using var site = await Site.Open();

        Assert.Equal(400, (await Assert.ThrowsAsync<RefusedException>(() => site.Admin.CreateTag(new NewTag(name, "paper-1"), Ct))).Status);
        Assert.Equal(400, (await Assert.ThrowsAsync<RefusedException>(() => site.Admin.CreateTarget(new NewTarget(name, "paper", "paper"), Ct))).Status);
    }

    [Fact]
    public async Task A_tag_of_an_unknown_chroot_or_architecture_is_refused_with_those_that_are()
    {
        await using var site = await Site.Open();

        Assert.Contains("there are paper-1", (await Assert.ThrowsAsync<RefusedException>(() => site.Admin.CreateTag(new NewTag("new", "fedora-99"), Ct))).Message);
        Assert.Contains("has no vax; it has x86_64, aarch64, i686", (await Assert.ThrowsAsync<RefusedException>(() => site.Admin.CreateTag(new NewTag("new", "paper-1", ["vax"]), Ct))).Message);
    }

    [Fact]
    public async Task A_tag_is_created_once_and_shows_its_repo_file()
    {
        await using var site = await Site.Open();

        var tag = await site.Admin.CreateTag(new NewTag("new", "paper-1", ["x86_64"]), Ct);

        Assert.Contains($"mirrorlist={site.Address}repos/new/$basearch/mirrorlist", tag.RepoFile);
        Assert.Contains("repo_gpgcheck=1", tag.RepoFile);
        Assert.Equal(tag.RepoFile, await site.Http().GetStringAsync("repos/new/new.repo", Ct));
        Assert.StartsWith("-----BEGIN PGP PUBLIC KEY BLOCK-----", await site.Http().GetStringAsync("keys/new.asc", Ct));
        Assert.Equal(409, (await Assert.ThrowsAsync<RefusedException>(() => site.Admin.CreateTag(new NewTag("new", "paper-1"), Ct))).Status);
    }
}
