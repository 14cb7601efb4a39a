using System.Data;
using Skyline.Protocol;
using Skyline.Server.Advisories;
using Skyline.Server.Groups;
using Skyline.Server.Modules;

namespace Skyline.Server.Tags;

/// <summary>What a tag's repositories tell besides packages: names of the tags whose groups and whose modules they are, and its newest advisories.</summary>
public sealed record TagExtras(IReadOnlyList<string> Groups, IReadOnlyList<string> Modules, IReadOnlyList<AdvisorySummary> Advisories)
{
    const int MostAdvisories = 5;

    internal static TagExtras Of(IDbConnection db, Tag tag)
    {
        var order = Inheritance.Order(db, tag.Id);
        return new(TagGroups.Sources(db, order), TagModules.Sources(db, order), AdvisoryRow.Page(db, tag.Name, null, null, MostAdvisories).Advisories);
    }
}
