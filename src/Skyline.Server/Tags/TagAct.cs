using Skyline.Protocol;

namespace Skyline.Server.Tags;

/// <summary>A build as changes to tags name it.</summary>
/// <param name="Package">Name of its source package.</param>
sealed record KnownBuild(long Id, string Nvr, string Package);

/// <summary>
/// One thing that is done to a tag. A change is planned as a list of these first: a preview is computed from the list, and what is
/// done is written from the very same list.
/// </summary>
abstract record TagAct(Tag Tag, TagEventKind Kind, string Detail)
{
    /// <summary>The one package that it concerns.</summary>
    public virtual string? Package => null;

    /// <summary>Whether it may concern all packages.</summary>
    public virtual bool ConcernsAll => false;

    /// <summary>Whether it changes nothing that a locked tag holds fast.</summary>
    public virtual bool GoesWhileLocked => false;

    public sealed record Put(Tag Tag, KnownBuild Build) : TagAct(Tag, TagEventKind.Tag, Build.Nvr)
    {
        public override string Package => Build.Package;
    }

    public sealed record Take(Tag Tag, KnownBuild Build) : TagAct(Tag, TagEventKind.Untag, Build.Nvr)
    {
        public override string Package => Build.Package;
    }

    public sealed record Block(Tag Tag, string Name) : TagAct(Tag, TagEventKind.Block, Name)
    {
        public override string Package => Name;
    }

    public sealed record Unblock(Tag Tag, string Name) : TagAct(Tag, TagEventKind.Unblock, Name)
    {
        public override string Package => Name;
    }

    /// <summary>The package is listed, or gets another owner.</summary>
    public sealed record List(Tag Tag, string Name, long Owner, string OwnerName) : TagAct(Tag, TagEventKind.List, $"{Name} listed, owner {OwnerName}")
    {
        public override string Package => Name;
    }

    public sealed record Unlist(Tag Tag, string Name) : TagAct(Tag, TagEventKind.List, $"{Name} listed no more")
    {
        public override string Package => Name;
    }

    /// <param name="Parents">In order of priority; they take the place of those before.</param>
    public sealed record Inherit(Tag Tag, IReadOnlyList<Parent> Parents)
        : TagAct(Tag, TagEventKind.Inherit, Parents.Count == 0 ? "inherits from no tag" : "inherits from " + string.Join(", then ", Parents.Select(parent => parent.Name + parent.Bounds)))
    {
        public override bool ConcernsAll => true;
    }

    /// <param name="After">The tag as it is to be.</param>
    /// <param name="Hosts">Where its chroot is another: which builders do which architecture (<see cref="ChangeChroot"/>).</param>
    public sealed record Set(Tag Tag, Tag After, string Detail, IReadOnlyDictionary<string, (string Before, string After)>? Hosts = null) : TagAct(Tag, ChangesRepos(Tag, After) ? TagEventKind.Settings : TagEventKind.Config, Detail)
    {
        public override bool ConcernsAll => ChangesArches || After.HoldsAll != Tag.HoldsAll;

        public bool ChangesArches => After.InheritsArches != Tag.InheritsArches || !After.Arches.SequenceEqual(Tag.Arches);

        public override bool GoesWhileLocked => true;

        static bool ChangesRepos(Tag before, Tag after) =>
            before.HoldsAll != after.HoldsAll || before.Compression != after.Compression || before.InheritsArches != after.InheritsArches || !before.Arches.SequenceEqual(after.Arches);
    }

    /// <param name="Value">Null: what is inherited by this key is hidden.</param>
    public sealed record Say(Tag Tag, TagSettingKind What, string Key, string? Value) : TagAct(Tag, TagEventKind.Config, $"{Called(What, Key)} {(Value is null ? "hidden" : What == TagSettingKind.Build ? "added" : $"set to {Value}")}")
    {
        public override bool GoesWhileLocked => true;
    }

    public sealed record Unsay(Tag Tag, TagSettingKind What, string Key) : TagAct(Tag, TagEventKind.Config, $"{Called(What, Key)} cleared")
    {
        public override bool GoesWhileLocked => true;
    }

    static string Called(TagSettingKind what, string key) => what switch { TagSettingKind.Macro => $"macro %{key}", TagSettingKind.Build => $"{key} of buildroots", _ => $"extra setting {key}" };

    /// <summary>Says in the history why the acts after it were done; itself it changes nothing.</summary>
    public sealed record RollBack(Tag Tag, string Hash) : TagAct(Tag, TagEventKind.Restore, $"rolled back to snapshot {Hash}");

    /// <summary>Says in the history why the acts after it were done.</summary>
    public sealed record Promotion(Tag Tag, string Detail) : TagAct(Tag, TagEventKind.Promote, Detail);
}

/// <summary>A tag that another inherits from, and what comes through: see <see cref="Inheritance"/>.</summary>
sealed record Parent(long Id, string Name, long Priority, int? MaxDepth = null, bool Intransitive = false, bool NoConfig = false, string? Filter = null)
{
    public Inheritance.Link LinkOf(long tag) => new(tag, Id, MaxDepth, Intransitive, NoConfig, Filter);

    /// <summary>In brackets, with a blank before; nothing if all comes through.</summary>
    public string Bounds
    {
        get
        {
            string[] bounds = [.. MaxDepth is { } most ? [$"maxdepth {most}"] : Array.Empty<string>(), .. Intransitive ? ["intransitive"] : Array.Empty<string>(),
                .. NoConfig ? ["noconfig"] : Array.Empty<string>(), .. Filter is { } filter ? [$"filter {filter}"] : Array.Empty<string>()];
            return bounds.Length == 0 ? "" : $" ({string.Join(", ", bounds)})";
        }
    }
}
