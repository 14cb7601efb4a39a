using Skyline.Rpm;
using Skyline.Server.Storage;

namespace Skyline.Server.Externals;

/// <summary>
/// What pinned lists have of what is asked for. A distribution's takes seconds to read, so one is read at a time, and what was found is kept for who asks
/// again: a list's bytes never change. Nothing is kept but what somebody asked for.
/// </summary>
public sealed class PinnedOffers(Blobs blobs) : IDisposable
{
    const int MostLists = 12, MostNames = 50_000, MostOffers = 200_000;

    readonly SemaphoreSlim turn = new(1, 1);
    readonly Dictionary<(string Sha256, bool Files), Read> kept = [];
    long turns;

    sealed record Read(HashSet<string> Asked, List<OfferingPackage> Packages, int Offers)
    {
        /// <summary>Whether more may be asked along with what was.</summary>
        public bool HasRoomFor(int names) => Asked.Count + names <= MostNames && Offers <= MostOffers / 2;

        public long LastAsked { get; set; }
    }

    /// <summary>By name, file and version. Also of what was asked for before.</summary>
    /// <exception cref="InvalidDataException">The list cannot be read.</exception>
    internal Task<IReadOnlyList<OfferingPackage>> Of(string primary, IReadOnlyCollection<string> asked, CancellationToken ct) => Of((primary, false), asked, ct);

    /// <summary>Of a list of all files.</summary>
    /// <exception cref="InvalidDataException">The list cannot be read.</exception>
    internal Task<IReadOnlyList<OfferingPackage>> WithFiles(string filelists, IReadOnlyCollection<string> asked, CancellationToken ct) => Of((filelists, true), asked, ct);

    async Task<IReadOnlyList<OfferingPackage>> Of((string Sha256, bool Files) list, IReadOnlyCollection<string> asked, CancellationToken ct)
    {
        await turn.WaitAsync(ct);
        try
        {
            if (!kept.TryGetValue(list, out var read) || !asked.All(read.Asked.Contains))
                kept[list] = read = await Task.Run(() => Fresh(list, [.. asked, .. read?.HasRoomFor(asked.Count) == true ? read.Asked : []], ct), ct);
            read.LastAsked = ++turns;
            if (kept.Count > MostLists) kept.Remove(kept.MinBy(one => one.Value.LastAsked).Key);
            return read.Packages;
        }
        finally
        {
            turn.Release();
        }
    }

    Read Fresh((string Sha256, bool Files) list, HashSet<string> asked, CancellationToken ct)
    {
        var (packages, offers) = (new List<OfferingPackage>(), 0);
        using var packed = blobs.Open(list.Sha256);
        using var opened = Unpack.Open(packed);
        if (list.Files) ReadPrimary.EachWithFile(opened, asked.Contains, Take);
        else ReadPrimary.EachOffering(opened, asked.Contains, Take);
        return new(asked, packages, offers);

        void Take(OfferingPackage package)
        {
            ct.ThrowIfCancellationRequested();
            if ((offers += package.Offers.Count + package.Obsoletes.Count) > MostOffers) throw new InvalidDataException($"more than {MostOffers} of its packages' capabilities are what is asked for");
            packages.Add(package);
        }
    }

    public void Dispose() => turn.Dispose();
}
