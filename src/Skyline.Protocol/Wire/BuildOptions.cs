using System.Text.Json.Serialization;

namespace Skyline.Protocol;

/// <summary>What one build is built with beside its spec and its chroot: in every step of it, on every architecture and builder.</summary>
/// <param name="With">Conditions of the spec that are switched on (rpmbuild's --with).</param>
/// <param name="Without">Those that are switched off.</param>
/// <param name="Macros">rpm macros by name, without the per cent sign; they win over the chroot's.</param>
/// <param name="NoCheck">%check is left out.</param>
/// <param name="Repos">External repositories, by name, that its buildroots are made of beside the tag's.</param>
/// <param name="Bump">Its release is raised by one before it is built, as a mass rebuild does; null: it is built as it is.</param>
public sealed record BuildOptions(
    IReadOnlyList<string> With, IReadOnlyList<string> Without, IReadOnlyDictionary<string, string> Macros, bool NoCheck, IReadOnlyList<string> Repos, ReleaseBump? Bump = null)
{
    /// <summary>Nothing but a raised release.</summary>
    public static BuildOptions Bumped(ReleaseBump bump) => new([], [], new Dictionary<string, string>(), false, [], bump);

    /// <summary>It is built as its spec and its chroot say.</summary>
    [JsonIgnore]
    public bool IsNone => this is { With.Count: 0, Without.Count: 0, Macros.Count: 0, NoCheck: false, Repos.Count: 0, Bump: null };

    /// <summary>As the command line takes them: "--with=x", "--define=NAME VALUE"; a raised release, which mass rebuilds ask for, as "--bump=CHANGELOG".</summary>
    public IEnumerable<string> Words() =>
    [
        .. With.Select(name => $"--with={name}"), .. Without.Select(name => $"--without={name}"),
        .. Macros.Select(macro => $"--define={macro.Key} {macro.Value}"), .. NoCheck ? ["--nocheck"] : Array.Empty<string>(), .. Repos.Select(name => $"--repo={name}"),
        .. Bump is null ? Array.Empty<string>() : [$"--bump={Bump.Changelog}"],
    ];
}

/// <summary>The builder raises the spec's release by one, and writes a changelog entry, before it makes the source package anew.</summary>
/// <param name="Changelog">What the entry says; of several lines each is a line of it.</param>
/// <param name="Author">"Name &lt;mail&gt;".</param>
/// <param name="Date">Of the entry: given, so that the same build on another day is the same.</param>
public sealed record ReleaseBump(string Changelog, string Author, DateOnly Date);
