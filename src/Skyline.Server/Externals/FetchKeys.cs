using System.Text;
using Skyline.Rpm;
using Skyline.Server.Storage;

namespace Skyline.Server.Externals;

/// <summary>Fetches the keys that a chroot definition names on others' servers, so that builders get them from this one.</summary>
public sealed class FetchKeys(OpenUpstream upstream, Database database)
{
    const int MostBytes = 256 << 10;

    public static bool IsElsewhere(string address) => address.StartsWith("http://", StringComparison.Ordinal) || address.StartsWith("https://", StringComparison.Ordinal);

    /// <returns>The repository with its keys as they are now.</returns>
    /// <exception cref="UpstreamException">There was never a key where one should be.</exception>
    public async Task<External> For(External external, CancellationToken ct)
    {
        if (external.KeyUrls.Length == 0) return external;
        try
        {
            var keys = new List<string>();
            foreach (var address in external.KeyUrls.Split('\n')) keys.Add(await Fetch(external, new Uri(address), ct));
            var all = PublicKeys(string.Concat(keys), "its keys together: ");
            if (all != external.Keys) await database.Write(tx => tx.Execute("UPDATE externals SET keys = @all WHERE id = @Id", new { external.Id, all }), ct);
            return external with { Keys = all };
        }
        catch (UpstreamException) when (external.Keys.Length > 0)
        {
            // The keys that are here already go on serving.
            return external;
        }
    }

    Task<string> Fetch(External external, Uri address, CancellationToken ct) =>
        upstream.Read(external, address, async body => PublicKeys(Encoding.ASCII.GetString(await SmallFile.Read(body, MostBytes, ct))), ct);

    /// <exception cref="UpstreamException">They are none.</exception>
    static string PublicKeys(string text, string of = "")
    {
        try
        {
            return TrustedKeys.Read(text).Armored;
        }
        catch (FormatException fault)
        {
            throw new UpstreamException(of + fault.Message.TrimEnd('.'));
        }
    }
}
