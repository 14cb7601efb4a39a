using System.Text.Json.Serialization;

namespace Skyline.Protocol;

/// <summary>How a source package is made of a repository's tree.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SourceMethod>))]
public enum SourceMethod
{
    /// <summary>A spec; what its Source and Patch lines name by an address, and the repository lacks, is fetched.</summary>
    Spec,
    /// <summary>A spec and a file `sources` of names and checksums, whose files are in a lookaside cache.</summary>
    DistGit,
    /// <summary>`make -f .copr/Makefile srpm`, as Copr's make_srpm.</summary>
    MakeSrpm,
}

/// <summary>A build from Git.</summary>
/// <param name="Url">"https://HOST/PATH", with or without "git+" before it and "#REF" behind it.</param>
/// <param name="Ref">A branch, a tag, a commit (whole, or seven digits or more of one that a branch or a tag points at) or a full name (refs/…); null: what the URL says, or the repository's own HEAD.</param>
/// <param name="Subdirectory">Where in the repository the package is; null: at its top.</param>
/// <param name="Method">Null: DistGit where the server knows a lookaside cache for the host, Spec elsewhere.</param>
/// <param name="Arches">Of a scratch build: the only architectures that it is built for.</param>
/// <param name="Priority">Null: 20, the usual.</param>
/// <param name="Submodules">They are followed; otherwise their folders stay empty.</param>
/// <param name="Lfs">Files in Git LFS are fetched; otherwise the pointers stay that are in the repository.</param>
public sealed record NewSourceBuild(
    string Url, string Target, string? Ref = null, string? Subdirectory = null, SourceMethod? Method = null, bool Scratch = false, BuildOptions? Options = null,
    IReadOnlyList<string>? Arches = null, int? Priority = null, bool Draft = false, bool Submodules = true, bool Lfs = true);

/// <summary>Where a build's source package was made from.</summary>
/// <param name="Ref">As it was asked for; empty: the repository's own HEAD.</param>
/// <param name="Subdirectory">Empty: the top.</param>
/// <param name="Commit">What the ref was when it was fetched; null: it is yet to be.</param>
/// <param name="Files">What else was fetched for it.</param>
/// <param name="Submodules">Those that were followed, and theirs.</param>
/// <param name="Line">What a hook was told of, "branch main", "tag v1", "pull request 7"; null: somebody asked for it.</param>
public sealed record BuildSource(string Url, string Ref, string Subdirectory, SourceMethod Method, string? Commit, IReadOnlyList<BuildSourceFile> Files, IReadOnlyList<BuildSubmodule> Submodules, string? Line = null);

/// <param name="Path">Where it is in the tree.</param>
public sealed record BuildSubmodule(string Path, string Url, string Commit);

/// <param name="Checksum">What it had to have, "sha512:HEX"; null: nothing said.</param>
/// <param name="Sha256">What came; null: it did not (yet).</param>
public sealed record BuildSourceFile(string FileName, string Url, string? Checksum, string? Sha256, long? Size);

/// <summary>What a run is to make a source package of: LeasedRun.Srpm is the tree, as a tar.</summary>
/// <param name="Name">What the repository is called: of several specs the one of this name is meant.</param>
/// <param name="Lookaside">The address of a file of the lookaside cache, with {name}, {file}, {type} and {hash} in it; null: there is none.</param>
public sealed record SourceOrder(string Name, string Url, string Commit, string Subdirectory, SourceMethod Method, string? Lookaside = null);

/// <summary>All that a run needs the server to fetch; told once.</summary>
public sealed record WantedFiles(IReadOnlyList<WantedFile> Files);

/// <param name="FileName">What it is called beside the spec.</param>
/// <param name="Checksum">"sha512:HEX", "md5:HEX" …; null: nothing says.</param>
public sealed record WantedFile(string FileName, string Url, string? Checksum = null);

/// <summary>A file that the server has fetched.</summary>
public sealed record FetchedFile(string Sha256, long Size);

/// <summary>What opens private repositories.</summary>
/// <param name="Address">"https://HOST" or "https://HOST/PATH": for what is at it and below it.</param>
/// <param name="Secret">A password or a token. It is shown to nobody again.</param>
/// <param name="Everyone">For everybody's builds, not one's own: an administrator's to give.</param>
public sealed record NewGitCredential(string Address, string UserName, string Secret, bool Everyone = false)
{
    /// <summary>Without the secret, wherever it is written.</summary>
    public override string ToString() => $"the credential for {Address}";
}

public sealed record GitCredentialDetails(long Id, string Address, string UserName, bool Everyone, string MadeBy, DateTimeOffset CreatedAt, DateTimeOffset? UsedAt);
