using System.Security.Cryptography;
using Skyline.Protocol;
using Skyline.Testing;

namespace Skyline.Scenarios;

/// <summary>A site that builds, is backed up meanwhile, and is destroyed; what a restore gives back.</summary>
public sealed class SiteDestroyedTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(Timeout = 300_000)]
    public async Task Destroyed_and_restored_it_is_what_it_was_and_its_builders_go_on()
    {
        await using var site = await Appliance.Start(Ct);
        await site.StartLocalBuilder();
        var first = await site.UntilComplete((await site.Submit(await SourcePackage.MakeHello(site.Folder, Ct, name: "first"))).Id);
        var person = (await site.Admin.AddPerson(new NewPerson("ann", "packager"), Ct)).Token;
        // One that builds while the backup is made, and one that waits behind it.
        var under = await site.Submit(await SourcePackage.MakeHello(site.Folder, Ct, name: "under", extraBuild: "for i in $(seq 1 30); do echo line $i; sleep 0.1; done"));
        await site.Until(under.Id, now => now.Tasks[0].Runs.Any(run => run.Phase == RunPhase.Rpmbuild));
        var waits = await site.Submit(await SourcePackage.MakeHello(site.Folder, Ct, name: "waits"));
        var backups = Path.Combine(site.Folder, "backups");
        var snapshot = (await site.Admin.Tag("testos", Ct)).Snapshot;
        var before = await Served(site, snapshot);
        var log = await Log(site, first);
        var head = await Host(site, "verify-audit");

        var made = await Host(site, "backup", backups, "--keep", "2");
        var second = await Refused(site);
        await site.Server.Kill();
        Directory.Delete(site.Server.Data, recursive: true);
        var restored = await Host(site, "restore", backups);
        await site.Server.Start();

        Assert.Equal((0, 0, 0), (head.ExitCode, made.ExitCode, restored.ExitCode));
        Assert.Contains("is in use by skyline-server, process ", second, StringComparison.Ordinal);
        Assert.Equal(before, await Served(site, snapshot));
        Assert.Equal(log, await Log(site, first));
        Assert.Equal("ann", (await new SkylineClient(WithToken(site, person)).WhoAmI(Ct)).Name);
        Assert.Equal(0, (await Host(site, "verify-audit", "--head", Head(head.Output))).ExitCode);
        // The very builder that was there goes on with its token; what built then is built, what waited too.
        foreach (var build in new[] { under.Id, waits.Id }) await site.UntilComplete(build);
        Assert.Equal(first.Rpms[0].Sha256, (await site.Admin.Build(first.Id, Ct)).Rpms[0].Sha256);
        Assert.Equal(3, (await RepositoryChecks.IsWhole(site.Server.Http(), "testos", "x86_64", Ct)).Count);
        VerifyLine? last = null;
        await foreach (var line in site.Admin.Verify(null, Ct)) last = line.Finding is null ? line : throw new InvalidOperationException(line.Finding);
        Assert.Equal(0, last?.Result?.Findings);
    }

    /// <summary>All files of the repository as it was then, by their digests.</summary>
    static async Task<SortedDictionary<string, string>> Served(Appliance site, string snapshot)
    {
        using var http = site.Server.Http();
        var (tag, files) = ($"testos/@{snapshot}", new SortedDictionary<string, string>(StringComparer.Ordinal));
        foreach (var path in (await RepositoryChecks.IsWhole(http, tag, "x86_64", Ct)).Concat(["repodata/repomd.xml", "repodata/repomd.xml.asc"]))
            files[path] = Convert.ToHexStringLower(SHA256.HashData(await http.GetByteArrayAsync($"repos/{tag}/x86_64/{path}", Ct)));
        return files;
    }

    static async Task<string> Log(Appliance site, BuildDetails build)
    {
        using var reader = new StreamReader(await site.Admin.OpenLog(build.Tasks[0].Runs[^1].Id, 0, follow: false, Ct));
        return await reader.ReadToEndAsync(Ct);
    }

    static HttpClient WithToken(Appliance site, string token)
    {
        var http = site.Server.Http();
        http.DefaultRequestHeaders.Authorization = new("Bearer", token);
        return http;
    }

    static Task<Tool.Result> Host(Appliance site, params string[] args) => Tool.Run("dotnet", [Checkout.Program("Skyline.Server", "skyline-server"), .. args, $"--Skyline:Data={site.Server.Data}"], Ct);

    /// <summary>What a second server says that is started on the same folder.</summary>
    static async Task<string> Refused(Appliance site)
    {
        var second = await Tool.Run("dotnet", [Checkout.Program("Skyline.Server", "skyline-server"), $"--Skyline:Data={site.Server.Data}", "--urls=http://127.0.0.1:0"], Ct);
        Assert.Equal(1, second.ExitCode);
        return second.Output;
    }

    static string Head(string said) => System.Text.RegularExpressions.Regex.Match(said, "[0-9]+:[0-9a-f]{64}").Value;
}
