namespace Skyline.Rpm;

/// <summary>What an RPM file says of itself: lead, signature header, main header, and where its payload starts.</summary>
public sealed class RpmPackage
{
    public RpmHeader Signature => throw new NotImplementedException();
    public RpmHeader Header => throw new NotImplementedException();
    public Nevra Nevra => throw new NotImplementedException();
    public bool IsSource => throw new NotImplementedException();
    /// <summary>File name of the source package it was built from; null for a source package.</summary>
    public string? SourceRpm => throw new NotImplementedException();
    /// <summary>Offsets in the file, in bytes: where the main header starts and ends; the payload starts at its end.</summary>
    public long HeaderStart => throw new NotImplementedException();
    public long HeaderEnd => throw new NotImplementedException();
    /// <summary>Requires as text (`name`, `name >= evr`, rich dependencies as they are); for a source package its BuildRequires. rpmlib() ones left out.</summary>
    public IReadOnlyList<string> Requires => throw new NotImplementedException();
    /// <summary>BuildArch / ExclusiveArch / ExcludeArch of a source package (tags 1089, 1061, 1059).</summary>
    public IReadOnlyList<string> BuildArchs => throw new NotImplementedException();
    public IReadOnlyList<string> ExclusiveArchs => throw new NotImplementedException();
    public IReadOnlyList<string> ExcludeArchs => throw new NotImplementedException();
    /// <summary>L0: SHA-256, lower-case hex, of the main header's bytes.</summary>
    public string ContentHash => throw new NotImplementedException();

    /// <summary>Reads lead and headers; the stream is left at the payload's first byte. Reads no more than the format's own bounds.</summary>
    /// <exception cref="BadRpmException">The file is not a whole, honest RPM.</exception>
    public static ValueTask<RpmPackage> Read(Stream stream, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>As <see cref="Read"/>, then reads the payload to its end and checks every digest that the headers state (header SHA-1/SHA-256, payload SHA-256, sizes).</summary>
    public static ValueTask<RpmPackage> ReadAndVerify(Stream stream, CancellationToken ct) => throw new NotImplementedException();
}
