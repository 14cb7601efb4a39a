using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Skyline.Server.Storage;

namespace Skyline.Server.Tasks;

/// <summary>
/// Results on their way: what has come of each stays until it is whole or its run ends, so that a connection that breaks costs what
/// was under way and no more. One connection at a time brings a file: the next one ends the one before.
/// </summary>
public sealed class UnfinishedFiles(Blobs blobs)
{
    /// <summary>Of one run; an agent sends a few at once.</summary>
    public const int Most = 32;

    readonly ConcurrentDictionary<string, SemaphoreSlim> gates = new();
    readonly ConcurrentDictionary<string, CancellationTokenSource> holders = new();

    static string Of(long run) => string.Create(CultureInfo.InvariantCulture, $"run-{run}-");

    static string Of(long run, string fileName, string sha256) => Of(run) + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{fileName}\n{sha256}")))[..32];

    static string OfPerson(long person) => string.Create(CultureInfo.InvariantCulture, $"source-{person}-");

    public int CountOfPerson(long person) => blobs.AllUnfinished(OfPerson(person) + "*").Count();

    /// <summary>In all their files that are not whole, but this one.</summary>
    public long BytesOfPerson(long person, string but) => blobs.AllUnfinished(OfPerson(person) + "*").Where(name => blobs.Unfinished(name) != but).Sum(name => new FileInfo(blobs.Unfinished(name)) is { Exists: true } file ? file.Length : 0);

    public int CountOf(long run) => blobs.AllUnfinished(Of(run) + "*").Count();

    /// <summary>The file, this caller's alone until disposed or until another takes it over.</summary>
    public Task<Unfinished> TakeOver(long run, string fileName, string sha256, CancellationToken ct) => TakeOver(Of(run, fileName, sha256), ct);

    /// <summary>A source package that somebody sends ahead; as a run's file otherwise.</summary>
    internal Task<Unfinished> TakeOver(long person, string sha256, CancellationToken ct) => TakeOver(OfPerson(person) + sha256, ct);

    async Task<Unfinished> TakeOver(string name, CancellationToken ct)
    {
        var gate = gates.GetOrAdd(name, _ => new(1, 1));
        // Of a holder whose connection is dead without anybody having noticed, nothing more is awaited.
        if (holders.TryGetValue(name, out var before)) await before.CancelAsync();
        await gate.WaitAsync(ct);
        var mine = holders[name] = CancellationTokenSource.CreateLinkedTokenSource(ct);
        return new(blobs.Unfinished(name), () =>
        {
            holders.TryRemove(name, out _);
            gate.Release();
        }, mine.Token);
    }

    /// <summary>Removes what came of files of runs that have ended.</summary>
    public async Task Sweep(Func<long, bool> isOpen, CancellationToken ct)
    {
        foreach (var name in blobs.AllUnfinished("run-*").ToList())
        {
            if (long.TryParse(name.Split('-')[1], CultureInfo.InvariantCulture, out var run) && isOpen(run)) continue;
            using var one = await TakeOver(name, ct);
            File.Delete(one.Path);
        }
        foreach (var name in gates.Keys.Where(name => name.StartsWith("run-", StringComparison.Ordinal) && long.TryParse(name.Split('-')[1], CultureInfo.InvariantCulture, out var run) && !isOpen(run)).ToList()) gates.TryRemove(name, out _);
    }
}

/// <param name="TakenOver">Ends when another connection brings this file, or this one is over.</param>
public sealed record Unfinished(string Path, Action Leave, CancellationToken TakenOver) : IDisposable
{
    public long Bytes => new FileInfo(Path) is { Exists: true } file ? file.Length : 0;

    public void Dispose() => Leave();
}
