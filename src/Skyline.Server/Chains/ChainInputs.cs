using Skyline.Protocol;
using Skyline.Rpm;
using Skyline.Server.Planning;

namespace Skyline.Server.Chains;

/// <summary>Says of everything that a chain's sources need to be built who meets it; and, in sentences, what nobody does.</summary>
static class ChainInputs
{
    const int MostInputs = 10_000, MostNamed = 10, MostSentences = 200, MostTold = 8;

    public static (IReadOnlyList<ChainInput> Inputs, IReadOnlyList<string> Notes) Of(IReadOnlyList<ChainSource> sources, NeedsAndOffers told, SourceOrder plan, ExternalWorld beside, string tag)
    {
        var passedOver = plan.PassedOver.Select(one => (one.Source, one.Wait.Requirement, one.Wait.Source)).ToHashSet();
        var (inputs, order) = (new Dictionary<Dependency, (ChainInput Input, List<string> NeededBy)>(), new List<Dependency>());
        for (var source = 0; source < sources.Count; source++)
            foreach (var (requirement, isMet, by) in told.WhoMeets(source))
            {
                if (RichDependency.Of(requirement) is null || isMet && by.Count == 0) continue;
                // Another may need what only this one makes: who meets it is told for whoever has it hardest.
                var met = Met(requirement, source, isMet, [.. by.Where(one => !passedOver.Contains((source, requirement.ToString(), one.Source)))], sources, beside, tag);
                if (!inputs.TryGetValue(requirement, out var known))
                {
                    if (inputs.Count == MostInputs) continue;
                    inputs.Add(requirement, known = (met, []));
                    order.Add(requirement);
                }
                else if (met.From > known.Input.From) inputs[requirement] = (met, known.NeededBy);
                known.NeededBy.Add(sources[source].Name);
            }
        var all = order.ConvertAll(one => inputs[one].Input with { NeededBy = [.. inputs[one].NeededBy.Take(MostNamed)] });
        return (all, [.. beside.Unread, .. NotKnown(all, beside), .. order.Where(one => inputs[one].Input.From == ChainInputFrom.Nobody).Take(MostSentences).Select(one => Nobody(one, inputs[one].NeededBy, told, beside, tag))]);
    }

    static ChainInput Met(Dependency requirement, int source, bool isMet, IReadOnlyList<MetBy> by, IReadOnlyList<ChainSource> sources, ExternalWorld beside, string tag)
    {
        if (isMet && by.FirstOrDefault(one => one.Source >= 0 && one.Source != source) is { } member) return Input(ChainInputFrom.Chain, sources[member.Source].Kept.Nvr, member);
        // The tag's own before what is beside it.
        if (isMet && by.Where(one => one.Source == NeedsAndOffers.Elsewhere).OrderBy(one => one.Where is not null).FirstOrDefault() is { } other)
            return Input(other.Where is null ? ChainInputFrom.Tag : ChainInputFrom.External, other.Where ?? tag, other);
        return Input(beside.IsAll ? ChainInputFrom.Nobody : ChainInputFrom.Unknown, null, null);

        ChainInput Input(ChainInputFrom from, string? where, MetBy? package) => new(requirement.ToString(), from, where, package?.Package, package?.Foreseen, []);
    }

    static IEnumerable<string> NotKnown(IReadOnlyList<ChainInput> inputs, ExternalWorld beside)
    {
        if (inputs.Where(input => input.From == ChainInputFrom.Unknown).Select(input => input.Requirement).ToList() is not { Count: > 0 } some) yield break;
        yield return $"Nobody who is known here has {Listed(some)}. {(beside.Unread.Count > 0 ? "What could not be read may." : "The chroot's own repositories are taken to: they are not pinned here, and were not looked into.")}";
    }

    static string Nobody(Dependency requirement, List<string> neededBy, NeedsAndOffers told, ExternalWorld beside, string tag)
    {
        var others = told.OtherVersions(requirement).Select(one => $"{(one.By.Source >= 0 ? told.Sources[one.By.Source] : one.By.Where ?? $"'{tag}'")} has {one.Evr}").Distinct().ToList();
        return $"{Listed(neededBy)} {(neededBy.Count == 1 ? "needs" : "need")} {requirement}, and nobody has it: neither another of the chain, nor tag '{tag}'{(beside.Looked.Count == 0 ? "" : $", nor {Listed([.. beside.Looked.Select(name => $"'{name}'")])}")}.{(others.Count == 0 ? "" : $" ({Listed(others)}.)")}";
    }

    static string Listed(List<string> names) => names.Count == 1 ? names[0]
        : names.Count <= MostTold ? $"{string.Join(", ", names.Take(names.Count - 1))} and {names[^1]}" : $"{string.Join(", ", names.Take(MostTold - 1))} and {names.Count - MostTold + 1} more";
}
