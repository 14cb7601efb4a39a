using Skyline.Protocol;
using Skyline.Rpm;

namespace Skyline.Builder;

/// <summary>
/// A buildroot of exactly the packages that a lock names: nothing is resolved. Each is named by its SHA-256, so it does not matter
/// whether the store has it from a repository of years ago or the server from its own.
/// </summary>
sealed class LockedRoot(DownloadPackages store, RunCalls calls, RunLimits limits)
{
    const int AtOnce = 4, Tries = 3;
    const long SlowestBytesPerSecond = 64 << 10;

    /// <exception cref="BuilderBrokeException">The lock names something that is no package.</exception>
    public static Resolution.Resolved Of(IReadOnlyList<LockedPackage> packages) => new([.. packages.Select(Named)], []);

    static RootPackage Named(LockedPackage package) => Nevra.TryParse(package.Nevra, out var nevra)
        ? new(nevra.Name, nevra.Epoch, nevra.Version, nevra.Release, nevra.Arch, package.Sha256, package.Size, package.Repo, [])
        : throw new BuilderBrokeException($"The lock names \"{package.Nevra}\", which is no package's name.");

    /// <summary>Brings what the store lacks.</summary>
    /// <exception cref="BuilderBrokeException">A package is not kept any more, or does not come as the lock names it.</exception>
    public async Task Fetch(Resolution.Resolved resolved, CancellationToken ct)
    {
        var missing = resolved.Packages.Where(package => !store.Has(package));
        await Parallel.ForEachAsync(missing, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct }, async (package, token) => await FetchOne(package, token));
    }

    async Task FetchOne(RootPackage package, CancellationToken ct)
    {
        // Locks of before sizes were written down say nothing; no buildroot is larger than a build may be.
        var most = package.Size > 0 ? package.Size : limits.DiskBytes;
        for (var left = Tries; ; left--)
        {
            try
            {
                await calls.UntilAnswered(async token =>
                {
                    await using var body = await calls.Contract.OpenLocked(calls.Run, package.Sha256, 0, token);
                    await Taken(package, body, most, token);
                    return true;
                }, ct, TimeSpan.FromSeconds(60 + (most / SlowestBytesPerSecond)));
                return;
            }
            catch (RefusedException e)
            {
                throw new BuilderBrokeException(e.Message, e);
            }
            catch (InvalidDataException e) when (left == 1)
            {
                throw new BuilderBrokeException($"{e.Message}, {Tries} times.", e);
            }
            catch (InvalidDataException) { }
        }
    }

    /// <summary>A broken connection is tried again for as long as the run goes on; wrong bytes are not.</summary>
    async Task Taken(RootPackage package, Stream body, long most, CancellationToken ct)
    {
        if (!await store.Take(package, body, most, ct)) throw new InvalidDataException($"{package.Nevra} of the lock came with another SHA-256 than the lock names");
    }
}
