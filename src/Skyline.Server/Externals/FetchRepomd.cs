using System.Text;
using Skyline.Rpm;

namespace Skyline.Server.Externals;

/// <param name="Mirror">Where it came from.</param>
/// <param name="Signature">Its detached signature as the upstream serves it; null: there is none.</param>
/// <param name="SignedBy">Fingerprint of the key that was given and made it.</param>
sealed record FetchedRepomd(Repomd Repomd, string Mirror, byte[]? Signature, string? SignedBy);

/// <summary>
/// Fetches repomd.xml, from which all the rest follows: it must be the one that a metalink names, where there is a metalink, and
/// signed by a key that was given, where keys were given. A mirror whose copy is not so is passed over.
/// </summary>
public sealed class FetchRepomd(OpenUpstream upstream, RestingMirrors resting, TimeProvider time)
{
    const int MostMirrors = 8, MostSignatureBytes = 64 << 10;

    /// <param name="earlierToo">Whether a copy will do that a metalink says was the newest a while ago.</param>
    /// <exception cref="UpstreamException">No mirror has it.</exception>
    internal async Task<FetchedRepomd> Fetch(External external, Mirrors mirrors, bool earlierToo, CancellationToken ct)
    {
        var faults = new List<string>();
        foreach (var allowed in earlierToo && mirrors.Earlier.Count > 0 ? [mirrors.Newest, mirrors.Earlier] : new[] { mirrors.Newest })
        {
            foreach (var mirror in resting.BestFirst(mirrors.Bases).Take(MostMirrors))
            {
                try
                {
                    return await FetchFrom(external, mirror, allowed, ct);
                }
                catch (UpstreamException fault)
                {
                    resting.Rest(mirror);
                    faults.Add(fault.Message);
                }
            }
        }
        throw new UpstreamException(faults.Count == 1 ? faults[0] : $"{faults[0]} ({faults.Count - 1} more mirrors failed too, the last: {faults[^1]})");
    }

    async Task<FetchedRepomd> FetchFrom(External external, string mirror, IReadOnlyList<Checksum> allowed, CancellationToken ct)
    {
        var repomd = await upstream.ReadOf(external, mirror, Repomd.Path, async body =>
        {
            var bytes = await SmallFile.Read(body, Repomd.MostBytes, ct);
            return allowed.Count == 0 || allowed.Any(stated => stated.IsOf(bytes)) ? Repomd.Read(bytes) : throw new UpstreamException("it is another one than the metalink names");
        }, ct);
        var signature = await Signature(external, mirror, ct);
        return new(repomd, mirror, signature, SignedBy(external, mirror, repomd, signature));
    }

    async Task<byte[]?> Signature(External external, string mirror, CancellationToken ct)
    {
        try
        {
            return await upstream.ReadOf(external, mirror, Repomd.SignaturePath, body => SmallFile.Read(body, MostSignatureBytes, ct), ct);
        }
        catch (UpstreamException fault) when (fault.NotFound || (!external.SignedMetadata && (fault.Forbidden || !HoldsAgainstKeys(external))))
        {
            return null;
        }
    }

    /// <summary>Of a chroot's repository the keys are packages', as its definition says; builders hold packages against them.</summary>
    static bool HoldsAgainstKeys(External external) => external.Keys.Length > 0 && external.Chroot is null;

    string? SignedBy(External external, string mirror, Repomd repomd, byte[]? signature)
    {
        if (!HoldsAgainstKeys(external)) return null;
        if (signature is null)
            return external.SignedMetadata ? throw new UpstreamException($"{UpstreamAddress.Of(mirror, Repomd.Path)}: it is not signed (there is no repomd.xml.asc), and this repository's metadata must be") : null;
        var why = TrustedKeys.Read(external.Keys).WhyNotSignedBy(repomd.Bytes, Encoding.ASCII.GetString(signature), time.GetUtcNow(), out var signer);
        return why is null ? signer : throw new UpstreamException($"{UpstreamAddress.Of(mirror, Repomd.SignaturePath)}: {why}");
    }
}
