using System.Globalization;

namespace Skyline.Protocol;

/// <summary>Source packages sent ahead, and chains of them.</summary>
public sealed partial class SkylineClient
{
    /// <summary>Whether a source package is there already, or how much of it has come.</summary>
    public Task<SourceState> Source(string sha256, CancellationToken ct) => http.Get($"api/sources/{sha256}", SkylineJson.Default.SourceState, ct);

    /// <summary>Sends a source package ahead. An HttpClient for this has no timeout.</summary>
    /// <param name="offset">Where the stream goes on: as many bytes have come before.</param>
    public Task<SourceState> SendSource(Stream srpm, string sha256, string fileName, long offset, CancellationToken ct) =>
        http.SendBytes(HttpMethod.Put, string.Create(CultureInfo.InvariantCulture, $"api/sources/{sha256}?name={Uri.EscapeDataString(fileName)}&offset={offset}"),
            new StreamContent(srpm, 1 << 16), SkylineJson.Default.SourceState, ct, askFirst: true);

    public Task<BatchDetails> StartChain(NewChain chain, CancellationToken ct) => http.Post("api/chains", chain, SkylineJson.Default.NewChain, SkylineJson.Default.BatchDetails, ct);

    /// <summary>The order in which it would be built; nothing is begun.</summary>
    public Task<ChainPlan> PlanChain(NewChain chain, CancellationToken ct) => http.Post("api/chains?preview=true", chain, SkylineJson.Default.NewChain, SkylineJson.Default.ChainPlan, ct);

    /// <summary>Why a chain's builds are in their order.</summary>
    public Task<ChainPlan> ChainPlan(long batch, CancellationToken ct) => http.Get($"api/chains/{batch}/plan", SkylineJson.Default.ChainPlan, ct);
}
