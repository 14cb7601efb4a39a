using System.Net;
using System.Security.Cryptography;
using Skyline.Protocol;

namespace Skyline.Server.Tests.Locks;

/// <summary>Rebuild exactly as then: what is leased, what is taken, and what is said of the result.</summary>
public sealed class RebuildTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static readonly LockedPackage[] packages = [new("bash-5.2-1.x86_64", new string('b', 64), "paper", 7), new("glibc-1:2.36-1.x86_64", new string('c', 64), "skyline-paper", 8)];

    [Fact]
    public async Task A_locked_rebuild_is_leased_with_the_lock_and_the_recipe_of_then_whatever_the_chroot_is_now()
    {
        var data = Directory.CreateTempSubdirectory("skyline-site-").FullName;
        var chroots = Directory.CreateDirectory(Path.Combine(data, "own")).FullName;
        await WriteChroot(chroots, ".then");
        var site = await Site.Open(data, null, $"--Skyline:Chroots={chroots}");
        var build = await site.Built(packages);
        await site.Stop();
        await WriteChroot(chroots, ".now");
        await using var again = await Site.Open(data, null, $"--Skyline:Chroots={chroots}");

        var locked = await again.Admin.Rebuild(build.Id, new(Locked: true), Ct);
        var lease = await new PaperBuilder(again.LocalBuilder).Lease();
        await again.Admin.Rebuild(build.Id, new(), Ct);
        var today = await new PaperBuilder(await again.Enrol("other")).Lease();

        Assert.Equal((locked.Id, true, "hello-2.12-1.pp1"), (lease.BuildId, locked.Scratch, locked.Nvr));
        Assert.Equal(packages, lease.Lock);
        Assert.Equal(".then", lease.Buildroot.Macros["dist"]);
        Assert.Equal((".now", null), (today.Buildroot.Macros["dist"], today.Lock));
        Assert.Equal(build.Id, locked.Rebuild!.Of);
    }

    static Task WriteChroot(string folder, string dist) => File.WriteAllTextAsync(Path.Combine(folder, "paper-1.json"), $$"""
        { "name": "paper-1", "title": "Paper", "releaseVersion": "1", "arches": { "x86_64": {} }, "packages": ["@build"], "macros": { "dist": "{{dist}}" },
          "repos": [{ "id": "paper", "baseUrl": "file:///nonexistent/paper", "gpgCheck": false }] }
        """, Ct);

    [Fact]
    public async Task A_report_of_other_packages_than_the_lock_names_is_refused_and_one_of_the_same_is_taken()
    {
        await using var site = await Site.Open();
        var build = await site.Built(packages);
        var rebuild = await site.Admin.Rebuild(build.Id, new(Locked: true), Ct);
        var builder = new PaperBuilder(site.LocalBuilder) { Lock = [packages[0]] };
        var lease = await builder.Lease();

        var refused = await Assert.ThrowsAsync<RefusedException>(() => builder.Deliver(lease, LockSite.Results()));
        builder.Lock = [.. lease.Lock!.Reverse()];
        await builder.Deliver(lease, LockSite.Results());

        Assert.Equal(400, refused.Status);
        Assert.Contains("was given a lock, and its report names other packages", refused.Message);
        var done = await site.Until(rebuild.Id, now => now.State == BuildState.Complete);
        Assert.Equal((await site.Admin.Lock(build.Id, null, Ct)).Sha256, done.Tasks[0].Runs[0].LockSha256);
        Assert.Equal(build.Tasks[0].Runs[0].Vote, done.Tasks[0].Runs[0].Vote);
    }

    [Fact]
    public async Task A_rebuild_says_whether_it_is_bit_identical_and_names_what_differs()
    {
        await using var site = await Site.Open();
        var build = await site.Built(packages);
        var builder = new PaperBuilder(site.LocalBuilder) { Lock = packages };

        var same = await site.Admin.Rebuild(build.Id, new(Locked: true), Ct);
        await builder.Build(LockSite.Results());
        var other = await site.Admin.Rebuild(build.Id, new(Locked: true), Ct);
        await builder.Build(LockSite.Results(summary: "Another"));

        Assert.Null(same.Rebuild!.Identical);
        Assert.Equivalent(new RebuildDetails(build.Id, true, true, []), (await site.Until(same.Id, now => now.State == BuildState.Complete)).Rebuild, strict: true);
        Assert.Equivalent(new RebuildDetails(build.Id, true, false, ["x86_64/hello-2.12-1.pp1.x86_64.rpm"]), (await site.Until(other.Id, now => now.State == BuildState.Complete)).Rebuild, strict: true);
        Assert.Contains("Bit-identical", await site.Http().GetStringAsync($"builds/{same.Id}", Ct));
        Assert.Contains("It came out different", await site.Http().GetStringAsync($"builds/{other.Id}", Ct));
    }

    [Fact]
    public async Task What_cannot_be_built_again_is_refused_with_the_reason()
    {
        await using var site = await Site.Open();
        var waiting = await site.Submit();
        var imported = await site.Admin.Import(Papers.Binary("alpha", "1", "1").Open(), "paper", Ct);
        var importedBuild = (await site.Admin.Builds(Ct)).Builds.Single(build => build.Nvr == "alpha-1-1").Id;

        await Refused(404, "There is no build 9999", 9999);
        await Refused(409, "did not succeed for x86_64", waiting.Id);
        await Refused(409, "was imported", importedBuild);

        using var builder = site.Http(site.BuilderToken);
        Assert.Equal(HttpStatusCode.Forbidden, (await builder.PostAsync($"api/builds/{waiting.Id}/rebuild", new StringContent("{}", null, "application/json"), Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await site.Http().PostAsync($"api/builds/{waiting.Id}/rebuild", new StringContent("{}", null, "application/json"), Ct)).StatusCode);

        async Task Refused(int status, string why, long build)
        {
            var refused = await Assert.ThrowsAsync<RefusedException>(() => site.Admin.Rebuild(build, new(Locked: true), Ct));
            Assert.Equal(status, refused.Status);
            Assert.Contains(why, refused.Message);
        }
    }

    [Fact]
    public async Task A_lock_is_told_line_by_line_and_a_builder_may_not_write_what_would_not_come_out_as_it_went_in()
    {
        await using var site = await Site.Open();
        var build = await site.Built(packages);

        var told = await site.Admin.Lock(build.Id, "x86_64", Ct);

        var text = string.Concat(packages.Select(package => $"{package.Sha256} {package.Nevra} {package.Size} {package.Repo}\n").Order(StringComparer.Ordinal));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text))), told.Sha256);
        Assert.Equal(packages.Select(package => (package.Nevra, package.Size, package.Repo)), told.Packages.Select(package => (package.Nevra, package.Size, package.Repo)));
        Assert.Equal(404, (await LockSite.Refused(() => site.Admin.Lock(build.Id, "s390x", Ct))).Status);
        Assert.Contains("glibc-1:2.36-1.x86_64", await site.Http().GetStringAsync($"builds/{build.Id}/lock", Ct));
        await site.Submit("odd");
        var builder = new PaperBuilder(site.LocalBuilder) { Lock = [new("bash-5.2-1.x86_64", new string('b', 64), "two words", 7)] };
        var lease = await builder.Lease();
        Assert.Equal(400, (await LockSite.Refused(() => builder.Deliver(lease, LockSite.Results("odd")))).Status);
    }

    [Fact]
    public async Task Only_the_runs_holder_is_given_the_packages_of_its_lock_and_no_others()
    {
        await using var site = await Site.Open();
        await site.Admin.Import(Papers.Binary("alpha", "1", "1").Open(), "paper", Ct);
        await RepositoryReading.Packages(site, "paper", "x86_64");
        var alpha = await Signed(site, "alpha-1-1");
        var build = await site.Built([new("alpha-1-1.x86_64", alpha.Sha256, "skyline-paper", alpha.Size), packages[0]]);
        await site.Admin.Rebuild(build.Id, new(Locked: true), Ct);
        var lease = await new PaperBuilder(site.LocalBuilder).Lease();

        await using var body = await site.LocalBuilder.OpenLocked(lease.RunId, alpha.Sha256, 0, Ct);

        Assert.Equal(alpha.Sha256, Convert.ToHexStringLower(await SHA256.HashDataAsync(body, Ct)));
        Assert.Equal(409, (await LockSite.Refused(async () => await (await site.Enrol("stranger")).OpenLocked(lease.RunId, alpha.Sha256, 0, Ct))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await site.Http(site.AdminToken).GetAsync($"api/runs/{lease.RunId}/packages/{alpha.Sha256}", Ct)).StatusCode);
        var (gone, status) = await LockSite.Refused(() => site.LocalBuilder.OpenLocked(lease.RunId, packages[0].Sha256, 0, Ct));
        Assert.Equal(422, status);
        Assert.StartsWith($"bash-5.2-1.x86_64 (SHA-256 {packages[0].Sha256}) of the lock is not kept any more.", gone.Message);
        Assert.Equal(422, (await LockSite.Refused(() => site.LocalBuilder.OpenLocked(lease.RunId, new string('d', 64), 0, Ct))).Status);
        Assert.Equal(422, (await LockSite.Refused(() => site.LocalBuilder.OpenLocked(lease.RunId, lease.Srpm.Sha256, 0, Ct))).Status);
    }

    internal static async Task<RpmDetails> Signed(Site site, string nvr)
    {
        var build = (await site.Admin.Builds(Ct)).Builds.Single(build => build.Nvr == nvr).Id;
        return (await site.Admin.Build(build, Ct)).Rpms.Single();
    }
}
