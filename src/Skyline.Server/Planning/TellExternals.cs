using Skyline.Rpm;
using Skyline.Server.Externals;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Planning;

/// <summary>What external repositories have beside a tag.</summary>
/// <param name="Looked">Names of those that were looked into.</param>
/// <param name="Unread">A sentence for each that could not be.</param>
/// <param name="IsAll">All that a buildroot is made of is known: the chroot's repositories are pinned here, and every one was read.</param>
sealed record ExternalWorld(IReadOnlyList<(PinnedList List, IReadOnlyList<OfferingPackage> Packages)> Lists, IReadOnlyList<string> Looked, IReadOnlyList<string> Unread, bool IsAll);

/// <summary>Looks for what is asked for in the pinned states of a tag's external repositories, the chroot's among them.</summary>
public sealed class TellExternals(Database database, PinnedLists lists, PinnedOffers offers)
{
    /// <summary>For a first pin; who plans waits for it.</summary>
    static readonly TimeSpan patience = TimeSpan.FromSeconds(30);

    /// <param name="asked">Names of capabilities, and paths.</param>
    internal async Task<ExternalWorld> Of(Tag tag, IReadOnlyCollection<string> asked, CancellationToken ct)
    {
        var (found, unread) = (new List<(PinnedList, IReadOnlyList<OfferingPackage>)>(), new List<string>());
        foreach (var list in await lists.Fetched(tag.Id, tag.Arches, patience, ct))
        {
            if (list.Primary is null) unread.Add(WhyNot(list, list.Why ?? "it is being fetched for the first time; plan again in a moment"));
            else
                try
                {
                    found.Add((list, await Of(list, list.Primary, asked, ct)));
                }
                catch (Exception fault) when (fault is InvalidDataException or IOException)
                {
                    unread.Add(WhyNot(list, fault.Message));
                }
        }
        // A chroot has repositories of its own, or else there is nothing to make a buildroot of.
        var pinned = database.Read(db => db.One<bool>("SELECT EXISTS (SELECT 1 FROM externals e WHERE e.chroot = @Chroot AND e.active = 1)", tag));
        return new(found, [.. found.Select(one => one.Item1.Name).Distinct()], unread, pinned && unread.Count == 0);
    }

    /// <summary>Files that no list of packages has are looked for in the list of all files, which is much longer.</summary>
    async Task<IReadOnlyList<OfferingPackage>> Of(PinnedList list, string primary, IReadOnlyCollection<string> asked, CancellationToken ct)
    {
        var packages = await offers.Of(primary, asked, ct);
        var files = asked.Where(name => name.StartsWith('/') && !PackageCapabilities.IsAskedFor(name)).ToList();
        return files.Count == 0 || list.Filelists is null ? packages : [.. packages, .. await offers.WithFiles(list.Filelists, files, ct)];
    }

    static string WhyNot(PinnedList list, string why) => $"External repository '{list.Name}' could not be read for {list.Arch}, so what it has is not known here: {why.TrimEnd('.')}.";
}
