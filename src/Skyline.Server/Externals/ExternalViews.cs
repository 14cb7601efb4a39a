using System.Data;
using Skyline.Protocol;
using Skyline.Rpm;
using Skyline.Server.Storage;

namespace Skyline.Server.Externals;

/// <summary>External repositories as the API and the pages show them.</summary>
public sealed class ExternalViews(Database database, RefreshExternal refresh)
{
    public IReadOnlyList<ExternalSummary> All()
    {
        var underWay = refresh.UnderWay;
        return database.Read(db => (IReadOnlyList<ExternalSummary>)[.. External.All(db).Where(external => external.Active)
            .Select(external => new ExternalSummary(external.Name, external.Kind, external.Url, external.Priority, external.Chroot, Arches(db, external, underWay)))]);
    }

    public ExternalDetails? Find(string name)
    {
        var underWay = refresh.UnderWay;
        return database.Read(db => External.Find(db, name) is { } external ? Details(db, external, underWay) : null);
    }

    static ExternalDetails Details(IDbConnection db, External external, IReadOnlySet<(long, string)> underWay) => new(
        external.Name, external.Kind, external.Url, external.Priority, external.Chroot, external.ReleaseVersion.Length > 0 ? external.ReleaseVersion : null, external.SignedMetadata,
        external.Keys.Length > 0 ? TrustedKeys.Read(external.Keys).Fingerprints : [],
        db.All<string>("SELECT t.name FROM tags t JOIN tag_externals x ON x.tag_id = t.id WHERE x.external_id = @Id AND x.until_event IS NULL ORDER BY t.name", external),
        Arches(db, external, underWay),
        [.. ExternalState.Of(db, external.Id).OrderBy(state => state.Arch, StringComparer.Ordinal)
            .Select(state => new PinnedState(state.Arch, state.Hash, state.PinnedAt.ToTime(), state.Packages, state.Bytes, state.SignedBy, $"/external/{external.Name}/@{state.Hash}/{state.Arch}/"))]);

    static IReadOnlyList<ExternalArch> Arches(IDbConnection db, External external, IReadOnlySet<(long, string)> underWay)
    {
        var states = ExternalState.Of(db, external.Id).ToDictionary(state => state.Id);
        return [.. WantedArch.Of(db, external.Id).Select(wanted =>
        {
            var state = wanted.StateId is { } id ? states.GetValueOrDefault(id) : null;
            return new ExternalArch(wanted.Arch, state?.Hash, state?.Packages ?? 0, state?.PinnedAt.ToTime(), wanted.TriedAt.ToTime(), wanted.Fault,
                underWay.Contains((external.Id, wanted.Arch)), $"/external/{external.Name}/{wanted.Arch}/");
        })];
    }
}
