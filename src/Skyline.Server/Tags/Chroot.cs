using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Skyline.Protocol;

namespace Skyline.Server.Tags;

/// <summary>The definition of a clean environment: distribution, architectures, repositories, macros. Data, one JSON file each.</summary>
/// <param name="Packages">What every buildroot has: names, or "@group".</param>
/// <param name="Engine">What makes its buildroots: "overlay", the builder's own, or "mock".</param>
/// <param name="Isolation">"vm": what builds in it is not trusted, and is built in virtual machines alone. Null: as each builder isolates.</param>
/// <param name="Mock">Does mock make the buildroot alone ("root"), or build in it too ("whole")?</param>
public sealed record Chroot(
    string Name, string Title, string ReleaseVersion, IReadOnlyDictionary<string, ChrootArch> Arches,
    IReadOnlyList<string> Packages, IReadOnlyList<ChrootRepo> Repos, IReadOnlyDictionary<string, string> Macros, string Engine = "overlay", string? Isolation = null, string Mock = "root")
{
    /// <summary>What a builder must have said that it can do.</summary>
    public string Needs => Isolation is null ? Engine : $"{Engine}+{Isolation}";

    /// <summary>Of what the definition says beside where packages come from (those are in a run's lock): SHA-256, lower-case hex.</summary>
    public string Sha256 => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n',
        [Name, ReleaseVersion, .. Engine == "overlay" ? Array.Empty<string>() : Mock == "root" ? [Engine] : [Engine, Mock], .. Packages, .. Macros.OrderBy(macro => macro.Key, StringComparer.Ordinal).Select(macro => $"%{macro.Key} {macro.Value}")]))));
}

/// <param name="Buildroot">Architecture of the buildroot's packages, where it is not the target's own.</param>
public sealed record ChrootArch(string? Buildroot = null);

public sealed record ChrootRepo(
    string Id, string? BaseUrl = null, string? Metalink = null, string? MirrorList = null, int Priority = 99,
    bool GpgCheck = true, IReadOnlyList<string>? GpgKeys = null)
{
    public RecipeRepo ForRecipe() => new(Id, BaseUrl, Metalink, MirrorList, Priority, GpgCheck, GpgKeys ?? [], Pinned: false);
}

/// <summary>All chroot definitions of this server, read once at start; a wrong file stops the start with its name and fault.</summary>
public sealed partial class Chroots
{
    readonly Dictionary<string, Chroot> known = [];

    public Chroots(SkylineSettings settings)
    {
        if (!Directory.Exists(settings.Chroots))
            throw new InvalidOperationException($"The folder of chroot definitions, {settings.Chroots}, does not exist: set Skyline__Chroots to the one that Skyline came with.");
        foreach (var file in Directory.EnumerateFiles(settings.Chroots, "*.json").Order(StringComparer.Ordinal))
        {
            var chroot = Read(file);
            known[chroot.Name] = chroot;
        }
    }

    public Chroot? Find(string name) => known.GetValueOrDefault(name);

    public IEnumerable<Chroot> All => known.Values;

    public string Names => string.Join(", ", known.Keys.Order(StringComparer.Ordinal));

    static Chroot Read(string file)
    {
        try
        {
            var chroot = JsonSerializer.Deserialize<Chroot>(Expand(File.ReadAllText(file)), JsonSerializerOptions.Web)
                ?? throw new JsonException("it is empty");
            if (chroot.Arches is not { Count: > 0 } || chroot.Repos is not { Count: > 0 } || chroot.Packages is not { Count: > 0 } || chroot.Macros is null)
                throw new JsonException("it needs name, arches, packages, repos and macros");
            if (chroot.Engine is not ("overlay" or "mock")) throw new JsonException($"its engine is '{chroot.Engine}', and there are overlay and mock");
            if (chroot.Isolation is not (null or "vm")) throw new JsonException($"its isolation is '{chroot.Isolation}', and there is vm, or none for what the builder has");
            if (chroot.Isolation is not null && chroot.Engine is not "overlay") throw new JsonException($"engine {chroot.Engine} makes no virtual machines; isolation vm goes with engine overlay");
            if (chroot.Mock is not ("root" or "whole")) throw new JsonException($"its mock is '{chroot.Mock}', and mock makes the root or builds the whole");
            return chroot;
        }
        catch (JsonException fault)
        {
            throw new InvalidOperationException($"The chroot definition {file} cannot be used: {fault.Message}", fault);
        }
    }

    /// <summary>`${NAME}` is the environment's NAME: where a mirror lives is a site's own matter.</summary>
    static string Expand(string text) => Variable().Replace(text, match =>
        JsonEncodedText.Encode(Environment.GetEnvironmentVariable(match.Groups[1].Value) ?? "").ToString());

    [GeneratedRegex(@"\$\{([A-Z_][A-Z0-9_]*)\}")]
    private static partial Regex Variable();
}
