using System.Collections.Concurrent;
using System.Security.Cryptography;
using Skyline.Protocol;

namespace Skyline.Builder.Tests;

/// <summary>A run that is given a lock is built from exactly that, or is lost with the reason; nothing is resolved.</summary>
public sealed class LockScenarios
{
    static readonly Lazy<Dictionary<string, string>> testOs = new(() => Directory.EnumerateFiles(TestOs.Repo, "*.rpm", SearchOption.AllDirectories).ToDictionary(path =>
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }));

    /// <summary>The recipe of then has no addresses: whoever resolved in spite of the lock would fail.</summary>
    static Func<LeasedRun, LeasedRun> Locked(IReadOnlyList<LockedPackage> packages) => lease => lease with
    {
        Lock = packages,
        Buildroot = lease.Buildroot with { Repos = [.. lease.Buildroot.Repos.Select(repo => repo with { BaseUrl = null })] },
    };

    [Fact]
    public async Task Locked_run_takes_the_buildroot_that_resolving_made_and_reports_the_lock_as_it_was_given()
    {
        await using var agent = await RunningAgent.Start("bubblewrap");
        var srpm = Srpm.Make("locked-again", "rpm -q zlib-devel", header: "BuildRequires: zlib-devel");
        var resolved = agent.Server.Enqueue(srpm);
        await resolved.Succeeded();
        var made = agent.Said.Count(line => line.Contains("Making buildroot", StringComparison.Ordinal));

        var again = agent.Server.Enqueue(srpm, Locked((await resolved.Report).Lock));

        await again.Succeeded();
        Assert.Equal(made, agent.Said.Count(line => line.Contains("Making buildroot", StringComparison.Ordinal)));
        Assert.Equal((await resolved.Report).Lock, (await again.Report).Lock);
        Assert.Equal(resolved.Digests(), again.Digests());
        Assert.All((await again.Report).Lock, package => Assert.True(package.Size > 0));
    }

    [Fact]
    public async Task Locked_run_on_a_builder_that_knows_nothing_takes_every_package_by_its_hash_and_makes_the_same()
    {
        var srpm = Srpm.Make("locked-afresh", "rpm -qa | LC_ALL=C sort", header: "BuildRequires: zlib-devel");
        await using var first = await RunningAgent.Start("bubblewrap");
        var resolved = first.Server.Enqueue(srpm);
        await resolved.Succeeded();
        var given = (await resolved.Report).Lock;
        await using var second = await RunningAgent.Start("bubblewrap");
        var asked = new ConcurrentBag<string>();

        var run = second.Server.Enqueue(srpm, Locked(given));
        run.Package = sha256 =>
        {
            asked.Add(sha256);
            return testOs.Value.GetValueOrDefault(sha256);
        };

        await run.Succeeded();
        Assert.Equal(given.Select(package => package.Sha256).Order(), asked.Order());
        Assert.Equal(given, (await run.Report).Lock);
        Assert.Equal(resolved.Digests(), run.Digests());
        Assert.Equal(RootOf(resolved), RootOf(run));
    }

    static string RootOf(FakeRun run) => run.Log.Split('\n').Single(line => line.StartsWith("Skyline: buildroot ", StringComparison.Ordinal));

    [Fact]
    public async Task Package_of_the_lock_that_nobody_has_any_more_ends_the_run_as_lost_with_its_name()
    {
        await using var agent = await RunningAgent.Start("bubblewrap");

        var run = agent.Server.Enqueue(Srpm.Make("locked-gone", "true"), Locked([new("gone-1-1.x86_64", new string('a', 64), "testos", 10)]));

        var report = await run.Report;
        Assert.Equal(RunOutcome.Lost, report.Outcome);
        Assert.Equal($"a package (SHA-256 {new string('a', 64)}) of the lock is not kept any more.", report.Why);
    }

    [Fact]
    public async Task Package_that_comes_with_another_hash_than_the_lock_names_is_not_used()
    {
        await using var agent = await RunningAgent.Start("bubblewrap");

        var run = agent.Server.Enqueue(Srpm.Make("locked-wrong", "true"), Locked([new("wrong-1-1.x86_64", new string('a', 64), "testos", 1 << 30)]));
        run.Package = _ => testOs.Value.Values.First();

        var report = await run.Report;
        Assert.Equal(RunOutcome.Lost, report.Outcome);
        Assert.Contains("wrong-1-1.x86_64 of the lock came with another SHA-256", report.Why, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Path.Combine(agent.Data, "packages")));
    }

    [Fact]
    public async Task Spec_that_wants_what_the_lock_does_not_have_is_lost_and_not_resolved_anew()
    {
        await using var agent = await RunningAgent.Start("bubblewrap");
        var bare = agent.Server.Enqueue(Srpm.Make("locked-bare", "true"));
        await bare.Succeeded();

        var run = agent.Server.Enqueue(Srpm.Make("locked-wanting", "true", header: "BuildRequires: zlib-devel\nBuildRequires: bash"), Locked((await bare.Report).Lock));

        var report = await run.Report;
        Assert.Equal(RunOutcome.Lost, report.Outcome);
        Assert.Equal("The spec, read in this chroot, wants what the lock does not have: zlib-devel. Built from a lock, nothing else is resolved.", report.Why);
    }
}
