using Skyline.Protocol;
using Skyline.Rpm;
using Skyline.Server.Builds;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Chains;

/// <summary>A chain in its order: what is shown, and what is built.</summary>
/// <param name="Members">In the plan's order; needs are places in this list.</param>
sealed record PlannedChain(ChainPlan Plan, IReadOnlyList<PlannedMember> Members);

sealed record PlannedMember(ChainSource Source, int Link, IReadOnlyList<int> Needs, BuildOptions? Options);

/// <summary>Makes a plan of a chain: the links as they were given, or found from what each source needs and offers. Nothing is begun by it.</summary>
sealed class PlanChain(Database database, Chroots chroots, TellChain tell)
{
    public const int MostSources = 2000, LongestNote = 500;

    /// <param name="links">SHA-256s of sources that are kept.</param>
    public async Task<(PlannedChain? Chain, Refusal? Why)> Plan(NewChain wanted, IReadOnlyList<IReadOnlyList<string>> links, CancellationToken ct)
    {
        if (WhyNotThese(links) is { } wrong) return (null, wrong);
        var (target, tag, read) = database.Read(db => Target.Find(db, wanted.Target) is { } found && Tag.Of(db, found.BuildTagId) is var of
            ? (found, of, ReadSources.Of(db, of, [.. links.SelectMany(link => link)])) : ((Target?)null, (Tag?)null, (IReadOnlyList<ChainSource?>)[]));
        if (target is null) return (null, new(404, $"There is no target '{wanted.Target}'; there are {string.Join(", ", database.Read(Target.All).Select(known => known.Name))}."));
        if (read.Any(source => source is null)) return (null, new(409, "Some of its source packages are not kept here any more; send them again."));
        IReadOnlyList<ChainSource> sources = [.. read.Select(source => source!)];
        if (sources.GroupBy(source => source.Name).FirstOrDefault(same => same.Count() > 1) is { } twice)
            return (null, new(400, $"{twice.Key} is in the chain {twice.Count()} times ({string.Join(", ", twice.Select(source => source.Kept.Nvr))}); give each package once."));
        return wanted.Auto ? await Found(wanted, tag!, sources, ct) : (Given(wanted, links, sources), null);
    }

    static Refusal? WhyNotThese(IReadOnlyList<IReadOnlyList<string>> links) =>
        links.Count == 0 || links.Any(link => link.Count == 0) ? new(400, "A chain has links, and each link has source packages: a.src.rpm : b.src.rpm c.src.rpm.")
        : links.Sum(link => link.Count) > MostSources ? new(400, $"A chain has at most {MostSources} source packages; a mass rebuild takes more.")
        : links.SelectMany(link => link).GroupBy(sha256 => sha256).Any(same => same.Count() > 1) ? new(400, "The same source package is in the chain twice; give each once.")
        : null;

    /// <summary>Every member of a link needs all of the link before.</summary>
    static PlannedChain Given(NewChain wanted, IReadOnlyList<IReadOnlyList<string>> links, IReadOnlyList<ChainSource> sources)
    {
        var (members, before) = (new List<PlannedMember>(), new List<int>());
        for (var link = 0; link < links.Count; link++)
        {
            var now = new List<int>();
            foreach (var _ in links[link])
            {
                now.Add(members.Count);
                members.Add(new(sources[members.Count], link + 1, [.. before], wanted.Options));
            }
            before = now;
        }
        return Shown(wanted, members, (member, need) => [new(members[need].Source.Kept.Nvr, false)], [], [], null, _ => false);
    }

    async Task<(PlannedChain? Chain, Refusal? Why)> Found(NewChain wanted, Tag tag, IReadOnlyList<ChainSource> sources, CancellationToken ct)
    {
        var (told, beside) = await tell.Of(tag, sources, ct);
        var order = OrderSources.Of(sources, told);
        if (!order.WayOut) return (null, new(409, NoWayOut(sources, order.Cycles[^1])));
        var dist = chroots.Find(tag.Chroot)?.Macros.GetValueOrDefault("dist");
        if (order.Cycles.SelectMany(cycle => cycle.Bootstrapped).Select(source => WhyNotTwice(sources[source], dist)).FirstOrDefault(why => why is not null) is { } same) return (null, new(409, same));
        var (inputs, unmet) = ChainInputs.Of(sources, told, order, beside, tag.Name);
        var places = Enumerable.Range(0, order.Builds.Count).OrderBy(build => order.Builds[build].Wave).ThenBy(build => build).ToList();
        var placeOf = places.Select((build, place) => (build, place)).ToDictionary(one => one.build, one => one.place);
        var members = places.Select(place => order.Builds[place] is var build && sources[build.Source] is var source
            ? new PlannedMember(source, build.Wave, [.. build.Needs.Select(need => placeOf[need.Build]).Distinct()], build.Bootstrap ? Bootstrap(wanted.Options, source, dist) : wanted.Options) : throw new System.Diagnostics.UnreachableException()).ToList();
        return (Shown(wanted, members,
            (member, need) => order.Builds[places[member]].Needs.Where(why => placeOf[why.Build] == need).Select(why => new ChainNeed(sources[order.Builds[why.Build].Source].Kept.Nvr, order.Builds[why.Build].Bootstrap, why.Why?.Requirement, why.Why?.By.Package, why.Why?.By.Foreseen)),
            [.. order.Cycles.Select(cycle => new ChainCycle([.. cycle.Way.Select(source => sources[source].Name)], [.. cycle.Bootstrapped.Select(source => sources[source].Name)]))],
            [.. Notes(sources), .. PassedOver(sources, order).Distinct(), .. unmet.Select(Cut)], inputs, member => order.Builds[places[member]].Bootstrap), null);
    }

    static PlannedChain Shown(NewChain wanted, IReadOnlyList<PlannedMember> members, Func<int, int, IEnumerable<ChainNeed>> why, IReadOnlyList<ChainCycle> cycles, IReadOnlyList<string> notes, IReadOnlyList<ChainInput>? inputs, Func<int, bool> isBootstrap) => new(
        new(wanted.Target, wanted.Scratch, wanted.Auto, [.. members.Select((member, place) => (member, place)).GroupBy(one => one.member.Link).OrderBy(link => link.Key).Select(link => new ChainLink(link.Key,
            [.. link.Select(one => new ChainMember(one.member.Source.Kept.Nvr, one.member.Source.Name, one.member.Source.Kept.Sha256, isBootstrap(one.place), one.member.Options, [.. one.member.Needs.SelectMany(need => why(one.place, need))]))]))], cycles, notes, inputs),
        members);

    static string NoWayOut(IReadOnlyList<ChainSource> sources, BrokenCycle cycle)
    {
        var names = cycle.Way.Select(source => sources[source].Name).ToList();
        return $"{string.Join(", which needs ", names)}: a circle that none of them can be built out of. Give one of {string.Join(", ", names.Distinct())} a condition to be built without the others ('%bcond_with bootstrap' in its spec), or build one of them by hand first.";
    }

    /// <summary>Built twice, a package needs two releases, the bootstrap's the older one.</summary>
    static string? WhyNotTwice(ChainSource source, string? dist) =>
        source.Spec!.ReleaseHasBootstrap || source.Spec.ReleaseHasDist && dist is not null ? null
        : $"{source.Name} must be built twice, and its release would be the same both times: its spec's Release has neither %{{?dist}} nor a part that bootstrap changes. Write 'Release: 1%{{?dist}}', or '1%{{?with_bootstrap:~bootstrap}}'.";

    static BuildOptions Bootstrap(BuildOptions? options, ChainSource source, string? dist)
    {
        options ??= new([], [], new Dictionary<string, string>(), false, []);
        // "~" sorts before the end: what is built last is the newer.
        return options with
        {
            With = [.. options.With.Append("bootstrap").Distinct().Order(StringComparer.Ordinal)],
            Macros = source.Spec!.ReleaseHasBootstrap ? options.Macros : new SortedDictionary<string, string>(options.Macros.ToDictionary(), StringComparer.Ordinal) { ["dist"] = $"{options.Macros.GetValueOrDefault("dist", dist!)}~bootstrap" },
        };
    }

    static IEnumerable<string> Notes(IReadOnlyList<ChainSource> sources)
    {
        foreach (var source in sources)
        {
            if (source.Spec is null) yield return $"{source.Kept.Nvr}: its spec could not be read, so nothing is known of what it offers but its own name{(source.Offers.Count > 1 ? " and what it offered before" : "")}.";
            foreach (var line in source.Spec?.NotUnderstood ?? []) yield return Cut($"{source.Kept.Nvr}: what this line of its spec offers only rpm can tell: {line}");
            foreach (var rich in source.BuildRequires.Where(one => RichDependency.Of(one) is null)) yield return Cut($"{source.Kept.Nvr}: its requirement {rich} could not be understood, and is passed over.");
        }
    }

    static IEnumerable<string> PassedOver(IReadOnlyList<ChainSource> sources, SourceOrder order) =>
        order.PassedOver.Where(one => !order.Builds[one.Source].Needs.Any(need => need.Build == one.Wait.Source))
            .Select(one => Cut($"{sources[one.Source].Kept.Nvr} does not wait for {sources[one.Wait.Source].Kept.Nvr}, which is only foreseen to offer {one.Wait.Requirement} ({one.Wait.By.Foreseen}): that would close a circle."));

    static string Cut(string note) => note.Length <= LongestNote ? note : note[..LongestNote] + "…";
}
