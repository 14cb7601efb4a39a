using System.Security.Cryptography;

namespace Skyline.Rpm;

#pragma warning disable CS1591 // Numbers.
/// <summary>The versions of the package format.</summary>
public enum RpmFormat { V3 = 3, V4 = 4, V6 = 6 }
#pragma warning restore CS1591

/// <summary>What an RPM file says of itself: lead, signature header, main header, and where its payload starts.</summary>
public sealed class RpmPackage
{
    const string Unnamed = "The package";

    string? contentHash;

    RpmPackage(string file, RpmHeader signature, RpmHeader header, long headerStart, long headerEnd)
    {
        (File, Signature, Header, HeaderStart, HeaderEnd) = (file, signature, header, headerStart, headerEnd);
        Format = FormatOf(header);
        IsSource = SourceOrBinary.IsSource(this);
        Nevra = CheckNevra.Of(this);
        SourceRpm = CheckNevra.SourceRpmOf(this);
    }

    internal static RpmPackage Of(string file, RpmHeader signature, RpmHeader header, long headerStart, long headerEnd)
    {
        CheckArrays.AgreeInLength(header, HeaderPart.Main(file));
        var package = new RpmPackage(file, signature, header, headerStart, headerEnd);
        CheckFileNames.ArePlain(package);
        return package;
    }

    /// <summary>The same package after another signature header, with which its main header starts at <paramref name="headerStart"/>.</summary>
    internal RpmPackage Under(RpmHeader signature, long headerStart) =>
        new(File, signature, Header, headerStart, headerStart + HeaderEnd - HeaderStart) { contentHash = contentHash };

    /// <summary>How messages name the file: its name if the reader was told, else "The package".</summary>
    internal string File { get; }

    /// <summary>Which version of the package format it is of.</summary>
    public RpmFormat Format { get; }

    /// <summary>The signature header: signatures and digests of what is behind it.</summary>
    public RpmHeader Signature { get; }

    /// <summary>The main header: what the package is, holds and needs.</summary>
    public RpmHeader Header { get; }

    /// <summary>What it is called.</summary>
    public Nevra Nevra { get; }

    /// <summary>Whether it is a source package.</summary>
    public bool IsSource { get; }

    /// <summary>File name of the source package it was built from; null for a source package.</summary>
    public string? SourceRpm { get; }

    /// <summary>Offsets in the file, in bytes: where the main header starts and ends; the payload starts at its end.</summary>
    public long HeaderStart { get; }

    /// <summary>In bytes: where the main header ends, and the payload starts.</summary>
    public long HeaderEnd { get; }

    /// <summary>Requires as text (`name`, `name >= evr`, rich dependencies as they are); for a source package its BuildRequires. rpmlib() ones left out.</summary>
    public IReadOnlyList<string> Requires =>
        [.. Dependencies(DependencyKind.Requires).Where(d => !d.IsRpmlib).Select(d => d.ToString())];

    /// <summary>BuildArch / ExclusiveArch / ExcludeArch of a source package (tags 1089, 1061, 1059).</summary>
    public IReadOnlyList<string> BuildArchs => Header.Strings(RpmTag.BuildArchs);

    /// <summary>ExclusiveArch of a source package (tag 1061).</summary>
    public IReadOnlyList<string> ExclusiveArchs => Header.Strings(RpmTag.ExclusiveArch);

    /// <summary>ExcludeArch of a source package (tag 1059).</summary>
    public IReadOnlyList<string> ExcludeArchs => Header.Strings(RpmTag.ExcludeArch);

    /// <summary>The dependencies of one kind, in the header's order, rpmlib() ones among them.</summary>
    public IReadOnlyList<Dependency> Dependencies(DependencyKind kind) => Dependency.Of(Header, kind);

    /// <summary>Every file the package holds or owns, in the header's order.</summary>
    public IReadOnlyList<PackageFile> Files => PackageFile.Of(Header);

    /// <summary>The change log, newest first as packagers write it.</summary>
    public IReadOnlyList<ChangelogEntry> Changelog => ChangelogEntry.Of(Header);

    /// <summary>The programs that it has run when it, or what it watches, is installed or removed.</summary>
    public IReadOnlyList<PackageScript> Scripts => PackageScript.Of(Header);

    /// <summary>L0: SHA-256, lower-case hex, of the main header's bytes.</summary>
    public string ContentHash => contentHash ??= Convert.ToHexStringLower(SHA256.HashData(Header.Bytes.Span));

    /// <summary>Reads lead and headers; the stream is left at the payload's first byte. Reads no more than the format's own bounds.</summary>
    /// <exception cref="BadRpmException">The file is not a whole, honest RPM.</exception>
    public static ValueTask<RpmPackage> Read(Stream stream, CancellationToken ct) => Read(stream, Unnamed, ct);

    /// <summary>As <see cref="Read(Stream, CancellationToken)"/>; messages name the file by <paramref name="fileName"/>.</summary>
    public static ValueTask<RpmPackage> Read(Stream stream, string fileName, CancellationToken ct) => new ReadHeaders(stream, fileName, room: null, ct).Read();

    /// <summary>As <see cref="Read(Stream, string, CancellationToken)"/>; large headers wait for <paramref name="room"/>, which the caller holds for as long as the package is in use.</summary>
    public static ValueTask<RpmPackage> Read(Stream stream, string fileName, HeaderRoom room, CancellationToken ct) => new ReadHeaders(stream, fileName, room, ct).Read();

    /// <summary>As <see cref="Read(Stream, CancellationToken)"/>, then reads the payload to its end and checks every digest that the headers state (header SHA-1/SHA-256/SHA3, payload digests, MD5, sizes).</summary>
    public static ValueTask<RpmPackage> ReadAndVerify(Stream stream, CancellationToken ct) => ReadAndVerify(stream, Unnamed, ct);

    /// <summary>As <see cref="ReadAndVerify(Stream, CancellationToken)"/>; messages name the file by <paramref name="fileName"/>.</summary>
    public static ValueTask<RpmPackage> ReadAndVerify(Stream stream, string fileName, CancellationToken ct) => ReadAndVerify(stream, fileName, room: null, ct);

    /// <summary>As <see cref="ReadAndVerify(Stream, string, CancellationToken)"/>; large headers wait for <paramref name="room"/>, which the caller holds for as long as the package is in use.</summary>
    public static async ValueTask<RpmPackage> ReadAndVerify(Stream stream, string? fileName, HeaderRoom? room, CancellationToken ct)
    {
        var package = await new ReadHeaders(stream, fileName ?? Unnamed, room, ct).Read();
        await VerifyPackage.Verify(package, stream, ct);
        return package;
    }

    /// <summary>Version 6 says so; version 3 has no immutable region.</summary>
    static RpmFormat FormatOf(RpmHeader header) =>
        header.Integer(RpmTag.RpmFormat) >= 6 ? RpmFormat.V6 : header.HasRegion ? RpmFormat.V4 : RpmFormat.V3;
}
