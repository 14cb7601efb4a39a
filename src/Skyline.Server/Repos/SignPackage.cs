using Skyline.Rpm;
using Skyline.Server.Storage;
using Skyline.Server.Verdicts;

namespace Skyline.Server.Repos;

/// <summary>A package signed and described, ready for a repository.</summary>
public sealed record SignedPackage(ResultRpm Rpm, Blob Blob, RepoClass Class, string Location, DateTimeOffset SignedAt, PackageMetadata Metadata)
{
    public RepoPackage ForRepo => new(Class, Rpm.Arch, SignedAt, Metadata);
}

/// <summary>Makes the signed copy of a package and its metadata. Only the signature header differs, so the content hash stays.</summary>
public sealed class SignPackage(Blobs blobs)
{
    public async Task<SignedPackage> Sign(ResultRpm rpm, ISigner signer, DateTimeOffset at, CancellationToken ct)
    {
        var blob = await blobs.Make(async signed =>
        {
            await using var unsigned = blobs.Open(rpm.Sha256);
            await SignRpm.Sign(unsigned, signed, signer, at, ct);
        }, ct);
        await using var file = blobs.Open(blob.Sha256);
        var package = await RpmPackage.Read(file, ct);
        if (package.ContentHash != rpm.ContentHash)
            throw new InvalidOperationException($"Signing changed the content of {rpm.FileName}: it was {rpm.ContentHash} and became {package.ContentHash}.");
        var location = $"Packages/{char.ToLowerInvariant(rpm.FileName[0])}/{rpm.FileName}";
        return new(rpm, blob, ClassOf(rpm), location, at, PackageMetadata.Of(package, blob.Sha256, blob.Size, at, location));
    }

    static RepoClass ClassOf(ResultRpm rpm) =>
        rpm.IsSource ? RepoClass.Source
        : rpm.Name.EndsWith("-debuginfo", StringComparison.Ordinal) || rpm.Name.EndsWith("-debugsource", StringComparison.Ordinal) ? RepoClass.Debug
        : RepoClass.Binary;
}
