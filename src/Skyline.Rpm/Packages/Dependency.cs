namespace Skyline.Rpm;

#pragma warning disable CS1591 // Called as a spec's lines.
/// <summary>What a dependency says of its package. The last four are weak: an installation goes on without them.</summary>
public enum DependencyKind { Provides, Requires, Conflicts, Obsoletes, Recommends, Suggests, Supplements, Enhances }
#pragma warning restore CS1591

#pragma warning disable CS1591 // Called as in rpmds.h, which says what each is.
/// <summary>How a dependency compares, and when it is needed (rpm's RPMSENSE bits; others may be set).</summary>
[Flags]
public enum DependencyFlags : uint
{
    None = 0,
    Less = 1 << 1,
    Greater = 1 << 2,
    Equal = 1 << 3,
    PostTrans = 1 << 5,
    PreReq = 1 << 6,
    PreTrans = 1 << 7,
    Interpreter = 1 << 8,
    ScriptPre = 1 << 9,
    ScriptPost = 1 << 10,
    ScriptPreUn = 1 << 11,
    ScriptPostUn = 1 << 12,
    MissingOk = 1 << 19,
    RpmLib = 1 << 24,
    Strong = 1 << 27,
    Compares = Less | Greater | Equal,
    Pre = PostTrans | PreReq | PreTrans | ScriptPre | ScriptPost,
}
#pragma warning restore CS1591

/// <summary>One dependency: a name or a rich dependency's text, and what it compares with.</summary>
/// <param name="Name">"glibc", "libc.so.6(GLIBC_2.34)(64bit)", "/usr/bin/sh", "(foo if bar)".</param>
/// <param name="Flags">Empty in <see cref="DependencyFlags.Compares"/> if any version will do.</param>
/// <param name="Evr">"1:2.3-4", "2.3" or empty.</param>
public sealed record Dependency(string Name, DependencyFlags Flags, string Evr)
{
    /// <summary>Needed before the package is installed (a scriptlet's, or PreReq).</summary>
    public bool Pre => (Flags & DependencyFlags.Pre) != 0;

    /// <summary>A feature of rpm, not of the distribution.</summary>
    public bool IsRpmlib => Name.StartsWith("rpmlib(", StringComparison.Ordinal);

    /// <summary>"&lt;", "&lt;=", "=", ">=", ">" or empty.</summary>
    public string Operator => (Flags & DependencyFlags.Compares) switch
    {
        DependencyFlags.Less => "<",
        DependencyFlags.Less | DependencyFlags.Equal => "<=",
        DependencyFlags.Equal => "=",
        DependencyFlags.Greater | DependencyFlags.Equal => ">=",
        DependencyFlags.Greater => ">",
        _ => "",
    };

    /// <summary>As a spec file writes it.</summary>
    public override string ToString() => Operator is { Length: > 0 } op && Evr.Length > 0 ? $"{Name} {op} {Evr}" : Name;

    internal static (RpmTag Name, RpmTag Flags, RpmTag Version) TagsOf(DependencyKind kind) => kind switch
    {
        DependencyKind.Provides => (RpmTag.ProvideName, RpmTag.ProvideFlags, RpmTag.ProvideVersion),
        DependencyKind.Requires => (RpmTag.RequireName, RpmTag.RequireFlags, RpmTag.RequireVersion),
        DependencyKind.Conflicts => (RpmTag.ConflictName, RpmTag.ConflictFlags, RpmTag.ConflictVersion),
        DependencyKind.Obsoletes => (RpmTag.ObsoleteName, RpmTag.ObsoleteFlags, RpmTag.ObsoleteVersion),
        DependencyKind.Recommends => (RpmTag.RecommendName, RpmTag.RecommendFlags, RpmTag.RecommendVersion),
        DependencyKind.Suggests => (RpmTag.SuggestName, RpmTag.SuggestFlags, RpmTag.SuggestVersion),
        DependencyKind.Supplements => (RpmTag.SupplementName, RpmTag.SupplementFlags, RpmTag.SupplementVersion),
        _ => (RpmTag.EnhanceName, RpmTag.EnhanceFlags, RpmTag.EnhanceVersion),
    };

    internal static IReadOnlyList<Dependency> Of(RpmHeader header, DependencyKind kind)
    {
        var (name, flag, version) = TagsOf(kind);
        var names = header.StringsOf(name);
        var flags = header.NumbersOf(flag);
        var versions = header.StringsOf(version);
        var found = new Dependency[names.Count];
        for (var i = 0; i < found.Length; i++)
        {
            var sense = flags.Count > 0 ? (DependencyFlags)(uint)flags[i] : DependencyFlags.None;
            found[i] = new(RpmHeader.Decode(names.Next()), sense, RpmHeader.Decode(versions.Next()));
        }
        return found;
    }
}
