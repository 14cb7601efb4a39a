using System.Runtime.InteropServices;
using System.Text;

namespace Skyline.Rpm;

/// <summary>What meets a requirement.</summary>
/// <param name="Source">By number; -1: a package that no source of the plan makes.</param>
/// <param name="Package">The package that offers it.</param>
/// <param name="Where">Of a package that no source of the plan makes: what holds it.</param>
/// <param name="Foreseen">What it is foreseen by, where that is neither its spec's own word nor an earlier build of the tag; null: it is sure.</param>
/// <param name="IsWide">It is foreseen by next to nothing.</param>
public sealed record MetBy(int Source, string Package, string? Where = null, string? Foreseen = null, bool IsWide = false);

/// <summary>
/// Gathers what sources need and what packages offer, and says who needs whom. First all needs are told, then the offers: what nobody asked for is
/// passed over. A requirement that several sources meet waits for all of them, and one with alternatives for all alternatives: which of them a
/// buildroot will take is the depsolver's to say, and what is built too early is built wrongly. What no source surely offers may be what one is foreseen
/// to: then whoever says it most narrowly is waited for.
/// </summary>
public sealed class NeedsAndOffers
{
    /// <summary>Of packages that no source of the plan makes.</summary>
    public const int Elsewhere = -1;

    readonly record struct Offer(int Source, int Package, DependencyFlags Flags, string Evr, ForeseenPattern? Pattern = null);

    /// <summary>A package that offers something; where it is, and by what that is foreseen, is as <see cref="MetBy"/> has it.</summary>
    readonly record struct Offering(string Name, string? Where, string? Foreseen);

    readonly List<string> sources = [];
    readonly List<Offering> packages = [];
    /// <summary>By what all that they find begins with.</summary>
    readonly Dictionary<string, List<Offer>> patterns = new(StringComparer.Ordinal);
    readonly Dictionary<string, int> names = new(StringComparer.Ordinal);
    readonly List<List<Offer>?> offers = [];
    readonly Dictionary<Dependency, int> known = [];
    readonly List<(Dependency Asked, RichDependency? Tree)> wants = [];
    readonly List<List<int>> needs = [];
    char[] letters = new char[512];

    /// <returns>Its number.</returns>
    public int Source(string name)
    {
        sources.Add(name);
        needs.Add([]);
        return sources.Count - 1;
    }

    /// <summary>Their names, by number.</summary>
    public IReadOnlyList<string> Sources => sources;

    /// <summary>One thing more that a source needs to be built.</summary>
    public void Needs(int source, Dependency requirement)
    {
        ref var want = ref CollectionsMarshal.GetValueRefOrAddDefault(known, requirement, out var isKnown);
        if (!isKnown)
        {
            var tree = RichDependency.Of(requirement);
            want = wants.Count;
            wants.Add((requirement, tree));
            foreach (var one in tree?.Capabilities ?? []) NameOf(one.Name);
        }
        needs[source].Add(want);
    }

    /// <param name="asks">As <see cref="CapabilityBytes.Asks"/> wrote them.</param>
    /// <param name="source">Its number.</param>
    public void Needs(int source, ReadOnlySpan<byte> asks)
    {
        var reader = new CapabilityReader(asks);
        for (var left = reader.Count(); left > 0; left--)
        {
            var flags = reader.Next(out var name, out var version);
            Needs(source, new Dependency(Encoding.UTF8.GetString(name), flags, version.IsEmpty ? "" : Encoding.UTF8.GetString(version)));
        }
    }

    /// <summary>The names of all that is asked for, also within rich requirements.</summary>
    public IReadOnlyCollection<string> AskedFor => names.Keys;

    int NameOf(string name)
    {
        if (names.TryGetValue(name, out var id)) return id;
        names.Add(name, offers.Count);
        offers.Add(null);
        return offers.Count - 1;
    }

    /// <summary>What a package offers.</summary>
    /// <param name="source">What makes it, or <see cref="Elsewhere"/>.</param>
    /// <param name="where">What holds it, for people, where no source makes it.</param>
    /// <param name="package">Its name, for people.</param>
    /// <param name="provides">What it provides.</param>
    /// <param name="files">Its files that may be asked for.</param>
    public void Offers(int source, string package, IEnumerable<Dependency> provides, IEnumerable<string> files, string? where = null) => Offers(source, new(package, where, null), provides, files);

    /// <summary>What a source's package will offer, and what it may.</summary>
    public void Offers(int source, ForeseenPackage package)
    {
        Offers(source, new(package.Name, null, package.Told), package.Provides, package.Files);
        foreach (var pattern in package.Patterns)
        {
            if (!patterns.TryGetValue(pattern.Start, out var same)) patterns.Add(pattern.Start, same = []);
            same.Add(new(source, packages.Count - 1, DependencyFlags.None, "", pattern));
        }
    }

    void Offers(int source, Offering package, IEnumerable<Dependency> provides, IEnumerable<string> files)
    {
        packages.Add(package);
        foreach (var one in provides) Add(one.Name, source, one.Flags, one.Evr);
        foreach (var file in files) Add(file, source, DependencyFlags.None, "");
    }

    /// <param name="bytes">As <see cref="CapabilityBytes.Offers"/> wrote them.</param>
    /// <param name="source">What makes it, or <see cref="Elsewhere"/>.</param>
    /// <param name="package">Its name, for people.</param>
    /// <param name="where">What holds it, for people, where no source makes it.</param>
    public void Offers(int source, string package, ReadOnlySpan<byte> bytes, string? where = null)
    {
        packages.Add(new(package, where, null));
        var reader = new CapabilityReader(bytes);
        for (var left = reader.Count(); left > 0; left--)
        {
            var flags = reader.Next(out var name, out var version);
            if (IsAskedFor(name, out var id)) Add(id, new(source, packages.Count - 1, flags, version.IsEmpty ? "" : Encoding.UTF8.GetString(version)));
        }
        for (var left = reader.Count(); left > 0; left--)
            if (IsAskedFor(reader.NextPath(), out var id)) Add(id, new(source, packages.Count - 1, DependencyFlags.None, ""));
    }

    bool IsAskedFor(ReadOnlySpan<byte> name, out int id)
    {
        if (letters.Length < name.Length) letters = new char[name.Length * 2];
        return names.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(letters.AsSpan(0, Encoding.UTF8.GetChars(name, letters)), out id);
    }

    void Add(string name, int source, DependencyFlags flags, string evr)
    {
        if (names.TryGetValue(name, out var id)) Add(id, new(source, packages.Count - 1, flags, evr));
    }

    void Add(int id, Offer offer) => (offers[id] ??= []).Add(offer);

    /// <summary>Who needs whom, by all that was told.</summary>
    public BuildGraph Graph()
    {
        var (met, buffer) = (new int[wants.Count][], new List<int>());
        return BuildGraph.Of([.. sources], source =>
        {
            buffer.Clear();
            foreach (var want in needs[source]) buffer.AddRange(met[want] ??= SourcesOf(wants[want].Tree));
            return CollectionsMarshal.AsSpan(buffer);
        });
    }

    /// <summary>Why a source waits for others: each requirement of it that others of the plan meet.</summary>
    public IEnumerable<(Dependency Requirement, IReadOnlyList<MetBy> By)> Why(int source) =>
        from want in needs[source].Distinct()
        let met = Surest(Found(wants[want].Tree).Where(offer => offer.Source != Elsewhere && offer.Source != source).Select(Told).Distinct())
        where met.Count > 0
        select (wants[want].Asked, (IReadOnlyList<MetBy>)met);

    /// <summary>Of a source whose own word there is, nothing that is only foreseen.</summary>
    static List<MetBy> Surest(IEnumerable<MetBy> met) => [.. met.GroupBy(by => by.Source).SelectMany(same => same.Any(by => by.Foreseen is null) ? same.Where(by => by.Foreseen is null) : same)];

    /// <summary>Each requirement of a source, whether it is met, and who could meet it, whoever that is.</summary>
    public IEnumerable<(Dependency Requirement, bool IsMet, IReadOnlyList<MetBy> By)> WhoMeets(int source) =>
        needs[source].Distinct().Select(want => (wants[want].Asked, IsMet(wants[want].Tree), (IReadOnlyList<MetBy>)[.. Found(wants[want].Tree).Select(Told).Distinct()]));

    /// <summary>Who has what a plain requirement asks for in other versions only.</summary>
    public IEnumerable<(MetBy By, string Evr)> OtherVersions(Dependency requirement) =>
        names.TryGetValue(requirement.Name, out var id) ? (offers[id] ?? []).Where(offer => !Meets(offer, requirement)).Select(offer => (Told(offer), offer.Evr)) : [];

    MetBy Told(Offer offer) => packages[offer.Package] is var package && offer.Pattern is { } pattern
        ? new(offer.Source, package.Name, package.Where, pattern.Said, pattern.IsWide) : new(offer.Source, package.Name, package.Where, package.Foreseen);

    /// <summary>Requirements of a source that nothing that was told of meets.</summary>
    public IEnumerable<Dependency> Unmet(int source) => needs[source].Distinct().Where(want => !IsMet(wants[want].Tree)).Select(want => wants[want].Asked);

    /// <summary>Requirements that only the source itself meets: it needs an earlier build of its own.</summary>
    public IEnumerable<Dependency> MetByItself(int source) =>
        needs[source].Distinct().Where(want => Found(wants[want].Tree).Select(offer => offer.Source).Distinct().ToList() is [var only] && only == source).Select(want => wants[want].Asked);

    int[] SourcesOf(RichDependency? tree) => tree is RichDependency.One one ? Direct(one.Capability) : Of(Found(tree));

    /// <summary>As most requirements are.</summary>
    int[] Direct(Dependency capability)
    {
        if (offers[names[capability.Name]] is not { } all) return patterns.Count == 0 ? [] : Of(Foreseen(capability.Name, isElsewhere: false));
        var found = new List<int>(all.Count);
        foreach (var offer in all)
            if (offer.Source != Elsewhere && Meets(offer, capability) && !found.Contains(offer.Source)) found.Add(offer.Source);
        return found.Count > 0 || patterns.Count == 0 ? [.. found] : Of(Offered(capability));
    }

    static int[] Of(IEnumerable<Offer> offered) => [.. offered.Select(offer => offer.Source).Where(source => source != Elsewhere).Distinct()];

    IEnumerable<Offer> Offered(Dependency capability)
    {
        var sure = (offers[names[capability.Name]] ?? []).Where(offer => Meets(offer, capability));
        return patterns.Count == 0 || sure.Any(offer => offer.Source != Elsewhere) ? sure : sure.Concat(Foreseen(capability.Name, isElsewhere: sure.Any()));
    }

    /// <summary>By the narrowest of the patterns that find it; those that say next to nothing are no reason where it is to be had elsewhere, or where several do.</summary>
    List<Offer> Foreseen(string name, bool isElsewhere)
    {
        var (best, starts) = (new List<Offer>(), patterns.GetAlternateLookup<ReadOnlySpan<char>>());
        for (var length = 0; length <= name.Length; length++)
        {
            if (!starts.TryGetValue(name.AsSpan(0, length), out var some)) continue;
            foreach (var offer in some)
            {
                if (best.Count > 0 && offer.Pattern!.Letters < best[0].Pattern!.Letters || isElsewhere && offer.Pattern!.IsWide || !offer.Pattern!.Finds(name)) continue;
                if (best.Count > 0 && offer.Pattern.Letters > best[0].Pattern!.Letters) best.Clear();
                best.Add(offer);
            }
        }
        return best.Count > 0 && best[0].Pattern!.IsWide && best.Select(offer => offer.Source).Distinct().Count() > 1 ? [] : best;
    }

    static bool Meets(Offer offer, Dependency capability) => CapabilityMatch.Overlap(offer.Flags, offer.Evr, capability.Flags, capability.Evr);

    IEnumerable<Offer> Found(RichDependency? tree) => tree switch
    {
        RichDependency.One one => Offered(one.Capability),
        RichDependency.Joined { Operator: RichOperator.With } with => Found(with.Parts[0]).Where(offer => with.Parts.Skip(1).All(part => Found(part).Any(other => other.Package == offer.Package))),
        RichDependency.Joined { Operator: RichOperator.Without } without => Found(without.Parts[0]).Where(offer => !Found(without.Parts[1]).Any(other => other.Package == offer.Package)),
        // Whether the condition will hold is the depsolver's to say; the condition itself need not be there.
        RichDependency.Joined { Operator: RichOperator.If or RichOperator.Unless } perhaps => Found(perhaps.Parts[0]).Concat(perhaps.Parts.Skip(2).SelectMany(Found)),
        RichDependency.Joined joined => joined.Parts.SelectMany(Found),
        _ => [],
    };

    bool IsMet(RichDependency? tree) => tree switch
    {
        RichDependency.Joined { Operator: RichOperator.And } all => all.Parts.All(IsMet),
        RichDependency.Joined { Operator: RichOperator.If } perhaps => IsMet(perhaps.Parts[0]) || !IsMet(perhaps.Parts[1]) && (perhaps.Parts.Count < 3 || IsMet(perhaps.Parts[2])),
        RichDependency.Joined { Operator: RichOperator.Unless } perhaps => IsMet(perhaps.Parts[0]) || IsMet(perhaps.Parts[1]) && (perhaps.Parts.Count < 3 || IsMet(perhaps.Parts[2])),
        _ => Found(tree).Any(),
    };
}
