using Skyline.Server.Storage;

namespace Skyline.Server.Externals;

/// <summary>
/// Asks an upstream for its newest state and pins it: mirrors, repomd.xml, its signature, every file it names; all of it verified and in
/// the blobs before one row says so. If any of that fails, the state that is pinned goes on serving and the fault is told.
/// </summary>
public sealed class RefreshExternal(
    Database database, FetchKeys fetchKeys, ReadMirrors readMirrors, FetchRepomd fetchRepomd, FetchMetadata fetchMetadata, PinState pin, IHostApplicationLifetime lifetime, ILogger<RefreshExternal> log) : IAsyncDisposable
{
    const int MostAtOnce = 3, MostTries = 3;
    readonly Flights<(long External, string Arch), Refreshed?> flights = new();
    readonly Room room = new(MostAtOnce, mostOfOne: 1);

    sealed record Refreshed(External External, bool Changed);

    public IReadOnlySet<(long External, string Arch)> UnderWay => flights.UnderWay;

    public bool IsUnderWay(long external, string arch) => flights.IsUnderWay((external, arch));

    /// <summary>One refresh at a time of one thing: who asks meanwhile has asked for that one.</summary>
    public void Begin(long external, string arch) => flights.Join((external, arch), () => Once(external, arch, lifetime.ApplicationStopping), Announce);

    /// <returns>Null where there is nothing to tell.</returns>
    async Task<Refreshed?> Once(long id, string arch, CancellationToken ct)
    {
        try
        {
            if (database.Read(db => External.Of(db, id)) is not { } external) return null;
            var before = pin.Known(external, arch);
            if (await room.In(id, () => TryPinNewest(external, arch, ct), ct) is { } fault) await pin.NoteFault(external, arch, fault, ct);
            var after = pin.Known(external, arch);
            return new(external, (before?.StateId, before?.Fault) != (after?.StateId, after?.Fault));
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // Not even the fault could be noted, on a full disk; the clock tries again.
            log.LogError(fault, "External repository {External} for {Arch} could not be refreshed", id, arch);
            return null;
        }
    }

    void Announce(Refreshed? refreshed)
    {
        if (refreshed is not null) pin.Announce(refreshed.External, refreshed.Changed);
    }

    /// <returns>Null, or the fault in a sentence.</returns>
    async Task<string?> TryPinNewest(External external, string arch, CancellationToken ct)
    {
        try
        {
            await PinNewest(external, arch, ct);
            return null;
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            if (Sentence(fault) is { } why) return why;
            log.LogError(fault, "{External} for {Arch} could not be refreshed", external.Name, arch);
            return $"Skyline itself failed here; its log has the details: {fault.Message}";
        }
    }

    static string? Sentence(Exception fault) => fault switch
    {
        UpstreamException told => told.Message + ".",
        BlobRefusedException full => full.Message,
        _ => null,
    };

    async Task PinNewest(External external, string arch, CancellationToken ct)
    {
        external = await fetchKeys.For(external, ct);
        var mirrors = await readMirrors.Of(external, arch, ct);
        var newest = pin.Newest(external, arch);
        for (var attempt = 1; ; attempt++)
        {
            var repomd = await fetchRepomd.Fetch(external, mirrors, earlierToo: newest is null, ct);
            IReadOnlyList<string> bestFirst = [repomd.Mirror, .. mirrors.Bases.Where(mirror => mirror != repomd.Mirror)];
            if (repomd.Repomd.Hash == newest?.Hash)
            {
                await pin.NoteUnchanged(external, arch, bestFirst, ct);
                return;
            }
            await pin.NoteExpected(external, arch, repomd.Repomd.Pinned.Sum(data => data.File.Size ?? 0), ct);
            try
            {
                await FetchAndPin(external, arch, bestFirst, repomd, ct);
                return;
            }
            catch (UpstreamException) when (attempt < MostTries)
            {
                // Published anew while its files were fetched? Then the new state is whole; the same repomd.xml again is a fault.
                var now = await fetchRepomd.Fetch(external, mirrors, earlierToo: newest is null, ct);
                if (now.Repomd.Hash == repomd.Repomd.Hash) throw;
            }
        }
    }

    async Task FetchAndPin(External external, string arch, IReadOnlyList<string> mirrors, FetchedRepomd repomd, CancellationToken ct)
    {
        var kept = new List<string>();
        try
        {
            await pin.Pin(external, arch, mirrors, await fetchMetadata.Fetch(external, mirrors, repomd, kept, ct), ct);
        }
        finally
        {
            // What was fetched in vain is nobody's; whoever fails again and again fills no disk.
            await pin.DeleteUnreferenced(kept);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await flights.DisposeAsync();
        room.Dispose();
    }
}
