using System.Net.Http.Json;
using System.Net.Sockets;
using Skyline.Protocol;
using Skyline.Rpm;
using Skyline.Testing;
using Skyline.Testing.Rpms;

namespace Skyline.Scenarios;

/// <summary>
/// A server that much is asked of at once until it is killed, and what it must know afterwards: everything that it has said yes to.
/// What it had not answered yet may have happened or not.
/// </summary>
sealed class KilledSite : IAsyncDisposable
{
    readonly Random random;
    readonly string folder;
    readonly ServerProcess server;
    readonly CancellationToken ct;
    readonly Promises promises;
    readonly SortedDictionary<string, int> did = new(StringComparer.Ordinal);

    KilledSite(int seed, string folder, CancellationToken ct)
    {
        (random, promises, this.folder, this.ct) = (new Random(seed), new Promises(seed), folder, ct);
        server = new(Path.Combine(folder, "server"), new Dictionary<string, string>
        {
            ["--Skyline:KeepUntaggedDays"] = "0", ["Skyline__ExportFolder"] = Exports, ["Logging__LogLevel__Default"] = "Error",
            ["Logging__LogLevel__Microsoft.Hosting.Lifetime"] = "Information", ["DOTNET_TieredPGO"] = "0",
        });
    }

    string Exports => Path.Combine(folder, "exports");

    /// <summary>What a run must have done, each at least once, to have tried what it is for.</summary>
    public static readonly IReadOnlyList<string> Kinds = ["import", "untag", "export", "rotate", "retention", "gc", "snapshots gone", "builds retired", "blobs gone"];

    public IReadOnlyDictionary<string, int> Did => did;

    /// <summary>What was done, and how often.</summary>
    public string Story { get { lock (did) return string.Join(", ", did.Select(one => $"{one.Key} {one.Value}")); } }

    public static async Task<KilledSite> Start(int seed, CancellationToken ct)
    {
        var site = new KilledSite(seed, Directory.CreateTempSubdirectory("skyline-killed-").FullName, ct);
        await site.server.Start();
        var admin = site.server.Admin();
        await admin.CreateTag(new(Promises.Tags[0], "testos-1", ["x86_64"], Holds: TagHolds.All), ct);
        await admin.CreateTag(new(Promises.Tags[1], "testos-1", ["x86_64"], TagCompression.Gzip, TagHolds.All), ct);
        foreach (var tag in Promises.Tags) await admin.SetRetention(tag, new(2, 0), ct);
        return site;
    }

    public Task StartAgain() => server.Start();

    /// <summary>Everything at once; the end comes after some answers and a few milliseconds, wherever the rest is then.</summary>
    /// <param name="all">Also what is rare, and it lives until that is answered.</param>
    public async Task WorkUntilKilled(bool all)
    {
        using var http = server.Http(server.AdminTokenFile);
        using var answers = new SemaphoreSlim(0);
        using var dead = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var (admin, garbageFirst, exported, rotated) = (new SkylineClient(http), random.Next(2) == 0, new TaskCompletionSource(), new TaskCompletionSource());
        List<Func<Task>> asked = [() => Import(admin, dead.Token), () => Import(admin, dead.Token), () => Untag(http, dead.Token), () => Tidy(admin, garbageFirst, dead.Token)];
        if (random.Next(3) == 0 || all) asked.Add(() => Done("export", admin.Export(Promises.Tags[random.Next(2)], new(), dead.Token), exported));
        var acts = asked.Select(act => UntilDead(act, answers, dead.Token)).ToList();
        if (random.Next(8) == 0 || all) acts.Add(UntilOne(rotated, () => Done("rotate", admin.RotateKey(null, new(), dead.Token), rotated), dead.Token));

        for (var left = random.Next(random.Next(4) == 0 ? 60 : 10); left >= 0; left--) await answers.WaitAsync(TimeSpan.FromSeconds(5), ct);
        if (all) await Task.WhenAll(exported.Task, rotated.Task).WaitAsync(TimeSpan.FromSeconds(120), TimeProvider.System, ct);
        await Task.Delay(TimeSpan.FromMilliseconds(random.Next(100)), TimeProvider.System, ct);
        await server.Kill();
        await dead.CancelAsync();
        await Task.WhenAll(acts);
        Age();
    }

    static async Task UntilDead(Func<Task> act, SemaphoreSlim answers, CancellationToken dead)
    {
        while (await OrDead(act, dead)) answers.Release();
    }

    static async Task UntilOne(TaskCompletionSource done, Func<Task> act, CancellationToken dead)
    {
        while (!done.Task.IsCompleted && await OrDead(act, dead)) { }
    }

    /// <returns>False if the server died of it, or before.</returns>
    static async Task<bool> OrDead(Func<Task> act, CancellationToken dead)
    {
        try
        {
            await act();
            return true;
        }
        catch (RefusedException refused) when (refused.Status == 409)
        {
            // Two of those that are done one after the other met.
            return true;
        }
        catch (Exception broken) when (broken is HttpRequestException { StatusCode: null } or IOException or SocketException || broken is OperationCanceledException && dead.IsCancellationRequested)
        {
            return false;
        }
    }

    async Task Import(SkylineClient admin, CancellationToken dead)
    {
        var (tag, package) = promises.ToImport();
        await admin.Import(new MemoryStream(package.Bytes), tag, dead);
        promises.Holds(tag, package);
        Count("import");
    }

    async Task Untag(HttpClient http, CancellationToken dead)
    {
        if (promises.ToUntag() is not var (tag, package))
        {
            await Import(new(http), dead);
            return;
        }
        using var answer = await http.PostAsJsonAsync($"api/tags/{tag}/untag", new { builds = new[] { package.Nvr } }, dead);
        answer.EnsureSuccessStatusCode();
        promises.Let(tag, package);
        Count("untag");
    }

    async Task Tidy(SkylineClient admin, bool garbageFirst, CancellationToken dead)
    {
        if (garbageFirst) await Collect(admin, dead);
        await Retention(admin, dead);
        await Collect(admin, dead);
    }

    async Task Retention(SkylineClient admin, CancellationToken dead)
    {
        var report = await admin.ApplyRetention(dryRun: false, dead);
        Count("retention");
        Count("snapshots gone", report.Tags.Sum(tag => tag.Snapshots.Count(snapshot => snapshot.Stays is null)));
        Count("old signed copies gone", report.SignedCopies);
    }

    async Task Collect(SkylineClient admin, CancellationToken dead)
    {
        var collected = await admin.CollectGarbage(dryRun: false, dead);
        Count("gc");
        Count("blobs gone", collected.Blobs);
    }

    async Task Done(string what, Task act, TaskCompletionSource done)
    {
        await act;
        Count(what);
        done.TrySetResult();
    }

    void Count(string what, int times = 1)
    {
        lock (did) did[what] = did.GetValueOrDefault(what) + times;
    }

    /// <summary>All blobs have been there for hours: what nothing points at is garbage at once.</summary>
    void Age()
    {
        var hours = TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-2);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(server.Data, "blobs"), "*", SearchOption.AllDirectories)) File.SetLastWriteTimeUtc(file, hours);
    }

    /// <summary>All that was promised is there, is served as it came, is signed, and the server's own check finds nothing.</summary>
    public async Task IsWhole()
    {
        using var http = server.Http(server.AdminTokenFile);
        var admin = new SkylineClient(http);
        foreach (var tag in Promises.Tags)
        {
            promises.Settle(tag, (await admin.Tag(tag, ct)).Builds.Select(build => build.Nvr).ToHashSet());
            await IsServed(http, tag);
            await IsSigned(http, tag);
        }
        VerifyLine? last = null;
        await foreach (var line in admin.Verify(null, ct)) last = line.Finding is null ? line : throw new InvalidOperationException(line.Finding);
        if (last?.Result is not { Findings: 0, Snapshots: > 0 }) throw new InvalidOperationException("The check ended without a result.");
        Count("kills survived");
    }

    /// <summary>Every repository that is met on the way to the newest state is whole too.</summary>
    async Task IsServed(HttpClient http, string tag)
    {
        var expected = promises.In(tag);
        IReadOnlyList<string> served;
        do served = await RepositoryChecks.IsWhole(http, tag, "x86_64", ct);
        while (!served.ToHashSet().SetEquals(expected.Select(package => package.Location)));
        foreach (var package in expected.Where(package => package.IsNew || random.Next(10) == 0))
        {
            var bytes = await http.GetByteArrayAsync($"repos/{tag}/x86_64/{package.Location}", ct);
            if ((await RpmPackage.ReadAndVerify(new MemoryStream(bytes), ct)).ContentHash != package.ContentHash) throw new InvalidOperationException($"{package.Location} is another package than was sent.");
            package.IsNew = false;
        }
    }

    async Task IsSigned(HttpClient http, string tag)
    {
        var mirror = (await http.GetStringAsync($"repos/{tag}/x86_64/mirrorlist", ct)).Trim();
        var keys = TrustedKeys.Read(await http.GetStringAsync($"keys/{tag}.asc", ct));
        var (repomd, signature) = (await http.GetByteArrayAsync($"{mirror}repodata/repomd.xml", ct), await http.GetStringAsync($"{mirror}repodata/repomd.xml.asc", ct));
        if (keys.WhyNotSignedBy(repomd, signature, TimeProvider.System.GetUtcNow(), out _) is { } why) throw new InvalidOperationException($"repomd.xml of {tag}: {why}");
    }

    /// <summary>The real client, with both checks, on a machine that knows nothing yet.</summary>
    public async Task DnfTakesIt()
    {
        using var http = server.Http();
        foreach (var tag in Promises.Tags)
        {
            var machine = Directory.CreateDirectory(Path.Combine(folder, "machine")).FullName;
            Directory.CreateDirectory(Path.Combine(machine, "repos"));
            await File.WriteAllTextAsync(Path.Combine(machine, "repos", "skyline.repo"), await http.GetStringAsync($"repos/{tag}/{tag}.repo", ct), ct);
            var listed = (await Tool.Run("dnf", ["-y", "-q", $"--installroot={machine}/root", "--releasever=1", "--forcearch=x86_64", $"--setopt=reposdir={machine}/repos", "--setopt=pluginpath=/nonexistent",
                $"--setopt=cachedir={machine}/cache", $"--setopt=logdir={machine}", "--setopt=*.skip_if_unavailable=0", "repoquery", "--qf", "%{name}-%{version}-%{release}\n"], ct)).Ok("dnf repoquery");
            var missing = promises.In(tag).Select(package => package.Nvr).Except(listed.Split('\n', StringSplitOptions.RemoveEmptyEntries)).ToList();
            if (missing.Count > 0) throw new InvalidOperationException($"dnf does not see {string.Join(", ", missing)} in {tag}; it said:\n{listed}");
            Directory.Delete(machine, recursive: true);
        }
        Count("dnf");
    }

    /// <summary>What is left is in order: the exports are what is served, and garbage is none after one more collection.</summary>
    public async Task EndsWell()
    {
        using var http = server.Http(server.AdminTokenFile);
        var admin = new SkylineClient(http);
        foreach (var tag in Promises.Tags)
        {
            await admin.Export(tag, new(), ct);
            foreach (var package in promises.In(tag))
                Assert.Equal(await http.GetByteArrayAsync($"repos/{tag}/x86_64/{package.Location}", ct), await File.ReadAllBytesAsync(Path.Combine(Exports, tag, "x86_64", package.Location), ct));
        }
        Age();
        await Tidy(admin, garbageFirst: false, ct);
        await IsWhole();
        // Counted where they are: most were retired by a server that was killed before it could say so.
        Count("builds retired", (await admin.Builds(ct, limit: 200)).Builds.Count(build => build.Why is { } why && why.StartsWith("Its packages were removed", StringComparison.Ordinal)));
        VerifyLine? last = null;
        await foreach (var line in admin.Verify(null, ct)) last = line;
        Assert.Equal(0, last?.Result?.OrphanBlobs);
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
