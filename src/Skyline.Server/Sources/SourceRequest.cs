using Skyline.Protocol;
using Skyline.Server.Shell;

namespace Skyline.Server.Sources;

/// <summary>What a build from Git asks for, understood: of what a packager wrote, nothing else goes on from here.</summary>
/// <param name="Ref">Empty: the repository's own HEAD.</param>
/// <param name="Subdirectory">Empty: the top.</param>
sealed record SourceRequest(GitUrl Url, string Ref, string Subdirectory, SourceMethod Method)
{
    public static (SourceRequest? Request, Refusal? Why) Of(string url, string? reference, string? subdirectory, SourceMethod? method, SkylineSettings settings)
    {
        var (address, said) = GitUrl.Split(url.Trim());
        var (parsed, why) = GitUrl.Parse(address, settings.GitSchemes);
        if (parsed is null) return (null, new(400, why!));
        if (!AllowedHosts.Permit(parsed.BareHost, settings.SourceHosts)) return (null, AllowedHosts.NotThis(parsed.BareHost));
        if (reference is { Length: > 0 } && said is { Length: > 0 } && reference != said) return (null, new(400, $"The address names {said} and the ref is {reference}; name one of the two."));
        var name = (reference is { Length: > 0 } ? reference : said) ?? "";
        var folder = (subdirectory ?? "").Trim('/');
        if ((GitRef.WhyNot(name) ?? RepositoryFolder.WhyNot(folder)) is { } bad) return (null, new(400, bad));
        if (method is { } named && !Enum.IsDefined(named)) return (null, new(400, $"A source package is made by one of {string.Join(", ", Enum.GetNames<SourceMethod>())}."));
        var by = method ?? (LookasideOf(parsed.BareHost, settings) is null ? SourceMethod.Spec : SourceMethod.DistGit);
        return by == SourceMethod.DistGit && LookasideOf(parsed.BareHost, settings) is null
            ? (null, new(400, $"{parsed.Host} has no lookaside cache that this server knows of, and by DistGit what the file 'sources' names comes from there; tell it of one (Skyline:Lookasides), or use Spec."))
            : (new(parsed, name, folder, by), null);
    }

    /// <summary>The address of a file of a host's lookaside cache, with {name}, {file}, {type} and {hash} in it.</summary>
    public static string? LookasideOf(string host, SkylineSettings settings) => settings.Lookasides
        .Select(line => line.Split(' ', 2, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        .LastOrDefault(known => known.Length == 2 && known[0].Equals(host, StringComparison.OrdinalIgnoreCase))?[1];
}

/// <summary>Hosts that sources may come from.</summary>
static class AllowedHosts
{
    /// <param name="allowed">"git.example.org", "*.example.org"; empty: any host.</param>
    public static bool Permit(string host, IReadOnlyList<string> allowed) => allowed.Count == 0 || allowed.Any(one =>
        one.StartsWith("*.", StringComparison.Ordinal) ? host.EndsWith(one[1..], StringComparison.OrdinalIgnoreCase) : host.Equals(one, StringComparison.OrdinalIgnoreCase));

    public static Refusal NotThis(string host) => new(400, $"{host} is not among the hosts that this server fetches sources from (Skyline:SourceHosts); ask its administrator.");
}
