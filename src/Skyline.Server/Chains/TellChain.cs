using Skyline.Rpm;
using Skyline.Server.Externals;
using Skyline.Server.Planning;
using Skyline.Server.Repos;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Chains;

/// <summary>
/// Gathers what an order of sources is found from: what they need; what they will offer themselves, by their specs and earlier builds; what the tag has; and what
/// external repositories have, whose builds of the same sources tell too what those will offer.
/// </summary>
sealed class TellChain(Database database, TellExternals externals)
{
    public async Task<(NeedsAndOffers Told, ExternalWorld Beside)> Of(Tag tag, IReadOnlyList<ChainSource> sources, CancellationToken ct)
    {
        var told = new NeedsAndOffers();
        foreach (var source in sources)
        {
            var number = told.Source(source.Name);
            foreach (var requirement in source.BuildRequires) told.Needs(number, requirement);
        }
        for (var source = 0; source < sources.Count; source++)
            foreach (var package in sources[source].Offers) told.Offers(source, package);
        database.Read(db =>
        {
            ReadPlan.Offers(db, told, EffectiveBuilds.Read(db, Inheritance.Order(db, tag.Id), all: false, packages: null), _ => NeedsAndOffers.Elsewhere);
            return true;
        });
        var beside = await externals.Of(tag, told.AskedFor, ct);
        var unbuilt = sources.Select((source, number) => (source, number)).Where(one => !one.source.HasEarlier).ToDictionary(one => one.source.Name, one => (one.number, one.source.Nvra.Evr), StringComparer.Ordinal);
        foreach (var (list, packages) in beside.Lists)
            foreach (var package in packages)
            {
                told.Offers(NeedsAndOffers.Elsewhere, package.Nevra.ToString(), package.Offers, [], list.Name);
                if (package.Source is { } name && unbuilt.TryGetValue(name, out var made)) told.Offers(made.number, Next(package, made.Evr, list));
            }
        return (told, beside);
    }

    static ForeseenPackage Next(OfferingPackage package, Evr evr, PinnedList list) =>
        new(package.Name, ReadSources.Anew(package.Offers, package.Evr, evr), []) { Told = $"{package.Nevra} of '{list.Name}' has it" };
}
