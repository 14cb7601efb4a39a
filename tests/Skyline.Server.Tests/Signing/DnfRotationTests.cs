using Skyline.Protocol;
using Skyline.Server.Storage;
using Skyline.Testing;

namespace Skyline.Server.Tests.Signing;

/// <summary>A machine that trusts a tag's key, and then the tag gets another: the real dnf and rpm, with all checks.</summary>
public sealed class DnfRotationTests : IDisposable
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    readonly string machine = Directory.CreateTempSubdirectory("skyline-machine-").FullName;

    public void Dispose() => Directory.Delete(machine, recursive: true);

    [Fact(Timeout = 240_000)]
    public async Task A_machine_that_trusts_the_old_key_upgrades_across_a_rotation()
    {
        Assert.SkipUnless(Environment.UserName == "root", "Only root can install into a root of its own.");
        await using var site = await Site.Open();
        await site.Admin.Import(Papers.Binary("hello", "1", "1").Open(), "paper", Ct);
        await Settled(site);
        await Take(site);
        (await Dnf("install", "hello")).Ok("dnf install");
        var next = await site.Admin.RotateKey(null, new NewKey(), Ct);
        await Settled(site, next);
        await site.Admin.Import(Papers.Binary("hello", "2", "1").Open(), "paper", Ct);
        await Settled(site);

        (await Dnf("upgrade", "--refresh")).Ok("dnf upgrade");

        Assert.Equal("hello-2-1.x86_64\n", await Installed("hello"));
        Assert.Contains(next.Fingerprint[^8..].ToLowerInvariant(), await Installed("gpg-pubkey", "--qf", "%{version}\n"));
    }

    [Fact]
    public async Task Rpm_imports_every_key_of_the_file_at_once()
    {
        await using var site = await Site.Open();
        var next = await site.Admin.RotateKey(null, new NewKey(), Ct);
        await Settled(site, next);
        var file = Path.Combine(machine, "keys.asc");
        await File.WriteAllBytesAsync(file, await site.Http().GetByteArrayAsync("keys/paper.asc", Ct), Ct);

        (await Tool.Run("rpm", ["--dbpath", Path.Combine(machine, "db"), "--import", file], Ct)).Ok("rpm --import");

        var known = (await Tool.Run("rpm", ["--dbpath", Path.Combine(machine, "db"), "-q", "gpg-pubkey", "--qf", "%{version}\n"], Ct)).Ok("rpm -q");
        Assert.Equal((await site.Admin.Keys(Ct)).Select(key => key.Fingerprint[^8..].ToLowerInvariant()).Order(), known.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order());
    }

    string Root => Path.Combine(machine, "root");

    async Task Take(Site site)
    {
        var repos = Directory.CreateDirectory(Path.Combine(machine, "yum.repos.d")).FullName;
        await File.WriteAllTextAsync(Path.Combine(repos, "skyline.repo"), await site.Http().GetStringAsync("repos/paper/paper.repo", Ct), Ct);
        await File.WriteAllTextAsync(Path.Combine(machine, ".rpmmacros"), "%_dbpath /usr/lib/sysimage/rpm\n", Ct);
        Directory.CreateDirectory(Root);
    }

    Task<Tool.Result> Dnf(params string[] what) => Tool.Run("env", [
        $"HOME={machine}", "dnf", "-y", $"--installroot={Root}", "--releasever=1", $"--setopt=reposdir={machine}/yum.repos.d", "--setopt=pluginpath=/nonexistent",
        $"--setopt=cachedir={machine}/dnf-cache", $"--setopt=logdir={machine}", "--setopt=*.skip_if_unavailable=0", .. what], Ct);

    async Task<string> Installed(params string[] what) => (await Tool.Run("env", [$"HOME={machine}", "rpm", "--root", Root, "-q", .. what], Ct)).Ok("rpm -q");

    static async Task Settled(Site site, KeyDetails? key = null)
    {
        while (key is not null)
        {
            var bell = site.Part<Bells>().Next(Bells.KeyStates);
            if ((await site.Admin.Keys(Ct)).Single(one => one.Fingerprint == key.Fingerprint).State == KeyState.Current) break;
            await bell.WaitAsync(Ct);
        }
        await site.Part<Skyline.Server.Repos.PublishSnapshot>().BringUpToDate(1, Ct);
    }
}
