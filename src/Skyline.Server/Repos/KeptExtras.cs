using System.Collections.Concurrent;
using System.Data;
using Skyline.Rpm;
using Skyline.Server.Advisories;
using Skyline.Server.Groups;
using Skyline.Server.Modules;
using Skyline.Server.Tags;

namespace Skyline.Server.Repos;

/// <summary>
/// The groups, modules and advisories that tags' repositories tell of. A file is written anew only when a row or an event says that
/// it may be another; a publish that does not concern them costs a few questions to indexes, however many packages there are.
/// </summary>
public sealed class KeptExtras
{
    sealed record TagExtras(MetadataCompression Compression, GroupsFile Groups, ModulesFile Modules, AdvisoryFiles Advisories);

    readonly ConcurrentDictionary<long, TagExtras> kept = new();

    /// <summary>Of each of a tag's repositories, in the order that repomd.xml lists them.</summary>
    internal IReadOnlyDictionary<string, IReadOnlyList<ExtraMetadata>> Of(IDbConnection db, Tag tag)
    {
        var before = kept.GetValueOrDefault(tag.Id) is { } known && known.Compression == tag.Compression ? known : null;
        var order = Inheritance.Order(db, tag.Id);
        var now = kept[tag.Id] = new(tag.Compression, GroupsFile.Of(db, order, before?.Groups), ModulesFile.Of(db, order, tag.Compression, before?.Modules), AdvisoryFiles.Of(db, tag, order, before?.Advisories));
        return HeldRpm.AllRepos(tag.Arches).ToDictionary(repo => repo, repo => (IReadOnlyList<ExtraMetadata>)[.. ForRepo(now, repo, tag.Arches.Contains(repo))]);
    }

    /// <summary>What is installed by name comes from the architectures' own repositories; debug packages may be parts of modules too.</summary>
    static IEnumerable<ExtraMetadata> ForRepo(TagExtras extras, string repo, bool isArch)
    {
        if (isArch && extras.Groups.File is { } groups) yield return groups;
        if (repo != "src" && extras.Modules.File is { } modules) yield return modules;
        if (extras.Advisories.Files.GetValueOrDefault(repo) is { } advisories) yield return advisories;
    }
}
