using Skyline.Rpm;

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

    /// <param name="Parents">In order of priority; they take the place of those before.</param>
    public sealed record Inherit(Tag Tag, IReadOnlyList<Parent> Parents)
        : TagAct(Tag, TagEventKind.Inherit, Parents.Count == 0 ? "inherits from no tag" : "inherits from " + string.Join(", then ", Parents.Select(parent => parent.Name)))
    {
        public override bool ConcernsAll => true;
    }

    public sealed record Set(Tag Tag, MetadataCompression Compression, bool HoldsAll, string Detail) : TagAct(Tag, TagEventKind.Settings, Detail)
    {
        public override bool ConcernsAll => HoldsAll != Tag.HoldsAll;
    }

    /// <summary>Says in the history why the acts after it were done; itself it changes nothing.</summary>
    public sealed record RollBack(Tag Tag, string Hash) : TagAct(Tag, TagEventKind.Restore, $"rolled back to snapshot {Hash}");

    /// <summary>Says in the history why the acts after it were done.</summary>
    public sealed record Promotion(Tag Tag, string Detail) : TagAct(Tag, TagEventKind.Promote, Detail);
}

/// <summary>A tag that another inherits from.</summary>
sealed record Parent(long Id, string Name, long Priority);
