using System.Text.Json.Serialization;
using Skyline.Protocol;
using Skyline.Rpm;

namespace Skyline.Builder;

/// <summary>What dnf's solver came to: the exact packages, or why there are none.</summary>
abstract record Resolution
{
    Resolution() { }

    /// <param name="Base">Of the packages, those that every buildroot of this chroot has by itself; empty where they would be others by themselves.</param>
    public sealed record Resolved(IReadOnlyList<RootPackage> Packages, IReadOnlyList<RootPackage> Base) : Resolution
    {
        public IReadOnlyList<LockedPackage> Lock =>
            [.. Packages.Select(package => new LockedPackage(package.Nevra.ToString(), package.Sha256, package.Repo, package.Size)).OrderBy(package => package.Nevra, StringComparer.Ordinal)];
    }

    /// <summary>BuildRequires that cannot be had: the packager's to mend.</summary>
    public sealed record Unmet(IReadOnlyList<string> Sentences) : Resolution;
}

/// <param name="Urls">Where its file is: file, http or https; the first that answers will do.</param>
sealed record RootPackage(string Name, int Epoch, string Version, string Release, string Arch, string Sha256, long Size, string Repo, IReadOnlyList<string> Urls)
{
    public Nevra Nevra => new(Name, Epoch, Version, Release, Arch);
}

sealed record ResolveRepo(string Id, string? Baseurl, string? Metalink, string? Mirrorlist, int Priority, bool Pinned, bool Own = false, string? Sslcacert = null);

sealed record ResolveQuestion(string Cache, string Arch, string Releasever, IReadOnlyList<string> Packages, IReadOnlyList<string> Requires, IReadOnlyList<ResolveRepo> Repos)
{
    /// <summary>The builder's, for repositories of its own server.</summary>
    public string? Token { get; init; }
}

/// <param name="BaseSize">How many packages the base is by itself; more than are listed where the whole set chose others.</param>
sealed record ResolveAnswer(IReadOnlyList<RootPackage>? Packages, IReadOnlyList<int>? Base, int BaseSize, IReadOnlyList<string>? Unmet, string? Fault);

sealed record InstallPackage(string Path, string Sha256, bool Gpg);

sealed record InstallQuestion(string Root, string Dbpath, IReadOnlyList<InstallPackage> Packages, IReadOnlyList<string> Keys);

[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(ResolveQuestion))]
[JsonSerializable(typeof(ResolveAnswer))]
[JsonSerializable(typeof(InstallQuestion))]
[JsonSerializable(typeof(KeptRecord))]
sealed partial class BuilderJson : JsonSerializerContext;
