using System.Security.Cryptography;
using Skyline.Protocol;

namespace Skyline.Server.Tests;

/// <summary>A builder that speaks the real contract but builds on paper: its results are packages that the test made.</summary>
public sealed class PaperBuilder(BuilderContract contract, params string[] arches)
{
    /// <summary>As builders say it that know of no other; null.</summary>
    public IReadOnlyList<string>? Engines { get; init; }

    public int Protocol { get; init; } = BuilderContract.Version;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public BuilderContract Contract => contract;

    /// <summary>What it says of itself; null: nothing.</summary>
    public BuilderReport? Says { get; set; }

    /// <summary>What the last answer told its owner.</summary>
    public string? Notice { get; private set; }
    /// <summary>What it says that its buildroots are made of, unless it is given a lock.</summary>
    public IReadOnlyList<LockedPackage> Lock { get; set; } = [new("bash-5.2-1.x86_64", new string('b', 64), "paper")];

    public Task<LeasedRun?> TryLease(int waitSeconds = 0) =>
        contract.Lease(new LeaseRequest(arches.Length == 0 ? ["x86_64"] : arches, "0.1.0", "paper", waitSeconds, Engines, Says, Protocol: Protocol), Ct, notice => Notice = notice);

    public async Task<LeasedRun> Lease(int waitSeconds = 30) =>
        await TryLease(waitSeconds) ?? throw new InvalidOperationException("There was no work within the wait.");

    public Task<ResultFile> Upload(long run, Paper paper, string? asName = null) =>
        contract.PutFile(run, asName ?? paper.FileName, new MemoryStream(paper.Bytes), paper.Sha256, Ct);

    public Task Report(long run, RunOutcome outcome, string? why = null, params Paper[] files) => contract.Report(run, new RunReport(
        outcome, why, outcome == RunOutcome.Failed ? ["hello.c:3: error: expected ';'"] : [],
        [.. files.Select(file => new ResultFile(file.FileName, file.Sha256, file.Bytes.Length))],
        [new(RunPhase.Rpmbuild, 1.5)], Lock), Ct);

    /// <summary>Leases, uploads and reports success.</summary>
    public async Task<LeasedRun> Build(params Paper[] results)
    {
        var run = await Lease();
        await Deliver(run, results);
        return run;
    }

    public async Task Deliver(LeasedRun run, params Paper[] results)
    {
        foreach (var paper in results) await Upload(run.RunId, paper);
        await Report(run.RunId, RunOutcome.Succeeded, null, results);
    }
}

/// <summary>A package file in memory.</summary>
public sealed record Paper(string FileName, byte[] Bytes)
{
    public string Sha256 { get; } = Convert.ToHexStringLower(SHA256.HashData(Bytes));

    public Stream Open() => new MemoryStream(Bytes);
}
