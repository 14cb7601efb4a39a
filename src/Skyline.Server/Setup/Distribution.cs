using Skyline.Server.Tags;

namespace Skyline.Server.Setup;

/// <summary>What a chroot definition means to whoever chooses what to build for.</summary>
static class Distribution
{
    /// <summary>Where its packages come from: hosts, each once.</summary>
    public static IReadOnlyList<string> Hosts(Chroot chroot) => [.. Addresses(chroot).Where(address => !address.IsFile).Select(address => address.Host).Distinct()];

    /// <summary>Nothing of it comes from elsewhere: it was made here, as tests do.</summary>
    public static bool IsLocal(Chroot chroot) => Addresses(chroot).All(address => address.IsFile);

    static IEnumerable<Uri> Addresses(Chroot chroot) => chroot.Repos.Select(repo => First(repo.BaseUrl, repo.Metalink, repo.MirrorList)).OfType<string>()
        .Select(address => Uri.TryCreate(address.Replace("$", "", StringComparison.Ordinal), UriKind.Absolute, out var parsed) ? parsed : null).OfType<Uri>();

    public static IReadOnlyList<string> Arches(Chroot chroot) => [.. chroot.Arches.Where(arch => arch.Value.Buildroot is null).Select(arch => arch.Key)];

    /// <summary>Null: it can be built for. Otherwise which of its repositories has no address here, for a variable of the environment is not set, or names a folder that is not there.</summary>
    public static string? WhyNot(Chroot chroot) => chroot.Repos.FirstOrDefault(repo => !IsThere(First(repo.BaseUrl, repo.Metalink, repo.MirrorList)))?.Id;

    static bool IsThere(string? address) => address is not null && (!Uri.TryCreate(address, UriKind.Absolute, out var parsed) || !parsed.IsFile || Directory.Exists(parsed.LocalPath));

    static string? First(params string?[] addresses) => addresses.FirstOrDefault(address => address is { Length: > 0 });
}
