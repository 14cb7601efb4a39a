using System.Text.Json.Serialization;

namespace Skyline.Protocol;

/// <summary>What one build is built with beside its spec and its chroot: in every step of it, on every architecture and builder.</summary>
/// <param name="With">Conditions of the spec that are switched on (rpmbuild's --with).</param>
/// <param name="Without">Those that are switched off.</param>
/// <param name="Macros">rpm macros by name, without the per cent sign; they win over the chroot's.</param>
/// <param name="NoCheck">%check is left out.</param>
/// <param name="Repos">External repositories, by name, that its buildroots are made of beside the tag's.</param>
public sealed record BuildOptions(
    IReadOnlyList<string> With, IReadOnlyList<string> Without, IReadOnlyDictionary<string, string> Macros, bool NoCheck, IReadOnlyList<string> Repos)
{
    [JsonIgnore]
    public bool IsNone => this is { With.Count: 0, Without.Count: 0, Macros.Count: 0, NoCheck: false, Repos.Count: 0 };

    /// <summary>As the command line takes them: "--with=x", "--define=NAME VALUE".</summary>
    public IEnumerable<string> Words() =>
    [
        .. With.Select(name => $"--with={name}"), .. Without.Select(name => $"--without={name}"),
        .. Macros.Select(macro => $"--define={macro.Key} {macro.Value}"), .. NoCheck ? ["--nocheck"] : Array.Empty<string>(), .. Repos.Select(name => $"--repo={name}"),
    ];
}
