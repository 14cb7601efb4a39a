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
/// <param name="Target">The target that it is built for.</param>
/// <param name="Ref">A branch, a tag, a commit (whole, or seven digits or more of one that a branch or a tag points at) or a full name (refs/…); null: what the URL says, or the repository's own HEAD.</param>
/// <param name="Subdirectory">Where in the repository the package is; null: at its top.</param>
/// <param name="Method">Null: DistGit where the server knows a lookaside cache for the host, Spec elsewhere.</param>
/// <param name="Scratch">It goes into no tag.</param>
/// <param name="Options">What it is built with beside its spec and its chroot; null: nothing.</param>
/// <param name="Arches">Of a scratch build: the only architectures that it is built for. Null: all of the tag's.</param>
/// <param name="Priority">Null: 20, the usual.</param>
/// <param name="Draft">Others may have its name, version and release.</param>
/// <param name="Submodules">They are followed; otherwise their folders stay empty.</param>
/// <param name="Lfs">Files in Git LFS are fetched; otherwise the pointers stay that are in the repository.</param>
public sealed record NewSourceBuild(
    string Url, string Target, string? Ref = null, string? Subdirectory = null, SourceMethod? Method = null, bool Scratch = false, BuildOptions? Options = null,
    IReadOnlyList<string>? Arches = null, int? Priority = null, bool Draft = false, bool Submodules = true, bool Lfs = true);

/// <summary>Where a build's source package was made from.</summary>
/// <param name="Url">Address of the repository, without "git+".</param>
/// <param name="Ref">As it was asked for; empty: the repository's own HEAD.</param>
/// <param name="Subdirectory">Empty: the top.</param>
/// <param name="Method">How the source package is made of the tree.</param>
/// <param name="Commit">Whole id of what the ref was when it was fetched; null: it is yet to be.</param>
/// <param name="Files">What else was fetched for it.</param>
/// <param name="Submodules">Those that were followed, and theirs.</param>
/// <param name="Line">What a hook was told of, "branch main", "tag v1", "pull request 7"; null: somebody asked for it.</param>
public sealed record BuildSource(string Url, string Ref, string Subdirectory, SourceMethod Method, string? Commit, IReadOnlyList<BuildSourceFile> Files, IReadOnlyList<BuildSubmodule> Submodules, string? Line = null);

/// <summary>A submodule of the repository that a source package was made of.</summary>
/// <param name="Path">Where it is in the tree.</param>
/// <param name="Url">Address of its repository.</param>
/// <param name="Commit">Whole id of the commit that was fetched.</param>
public sealed record BuildSubmodule(string Path, string Url, string Commit);

/// <summary>A file that the server fetched for a source package, as its spec or its `sources` names it.</summary>
/// <param name="FileName">What it is called beside the spec.</param>
/// <param name="Url">Where it was fetched from.</param>
/// <param name="Checksum">What it had to have, "sha512:HEX"; null: nothing said.</param>
/// <param name="Sha256">Of what came, in lower-case hex; null: it did not (yet).</param>
/// <param name="Size">Of what came, in bytes; null: it did not (yet).</param>
public sealed record BuildSourceFile(string FileName, string Url, string? Checksum, string? Sha256, long? Size);

/// <summary>What a run is to make a source package of: LeasedRun.Srpm is the tree, as a tar.</summary>
/// <param name="Name">What the repository is called: of several specs the one of this name is meant.</param>
/// <param name="Url">Address of the repository.</param>
/// <param name="Commit">Whole id of the commit that the tree is of.</param>
/// <param name="Subdirectory">Where in the tree the package is; empty: at its top.</param>
/// <param name="Method">How the source package is made of it.</param>
/// <param name="Lookaside">The address of a file of the lookaside cache, with {name}, {file}, {type} and {hash} in it; null: there is none.</param>
public sealed record SourceOrder(string Name, string Url, string Commit, string Subdirectory, SourceMethod Method, string? Lookaside = null);

/// <summary>All that a run needs the server to fetch; told once.</summary>
/// <param name="Files">Numbered from 0 by their place.</param>
public sealed record WantedFiles(IReadOnlyList<WantedFile> Files);

/// <summary>A file that a spec names and the repository lacks.</summary>
/// <param name="FileName">What it is called beside the spec.</param>
/// <param name="Url">Where it is to be fetched from.</param>
/// <param name="Checksum">"sha512:HEX", "md5:HEX" …; null: nothing says.</param>
public sealed record WantedFile(string FileName, string Url, string? Checksum = null);

/// <summary>A file that the server has fetched.</summary>
/// <param name="Sha256">Of the file, in lower-case hex.</param>
/// <param name="Size">In bytes.</param>
public sealed record FetchedFile(string Sha256, long Size);

/// <summary>What opens private repositories.</summary>
/// <param name="Address">"https://HOST" or "https://HOST/PATH": for repositories at it and below it. One for the same address takes the earlier one's place.</param>
/// <param name="UserName">The name of a user there, without a colon, up to 200 letters.</param>
/// <param name="Secret">A password or a token, up to 4000 letters in one line. It is shown to nobody again.</param>
/// <param name="Everyone">For everybody's builds, not one's own: an administrator's to give.</param>
public sealed record NewGitCredential(string Address, string UserName, string Secret, bool Everyone = false)
{
    /// <summary>Without the secret, wherever it is written.</summary>
    public override string ToString() => $"the credential for {Address}";
}

/// <summary>What opens private repositories, without its secret.</summary>
/// <param name="Id">Its number, by which it is taken back.</param>
/// <param name="Address">Of what it opens: what is at it and below it.</param>
/// <param name="UserName">The name of a user there.</param>
/// <param name="Everyone">It is for everybody's builds; otherwise for those of whoever gave it.</param>
/// <param name="MadeBy">Who gave it.</param>
/// <param name="CreatedAt">When it was given, in UTC.</param>
/// <param name="UsedAt">When it last opened something, in UTC; null: never.</param>
public sealed record GitCredentialDetails(long Id, string Address, string UserName, bool Everyone, string MadeBy, DateTimeOffset CreatedAt, DateTimeOffset? UsedAt);
