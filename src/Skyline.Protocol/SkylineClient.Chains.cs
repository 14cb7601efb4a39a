using System.Globalization;

namespace Skyline.Protocol;

// Source packages sent ahead, and chains of them.
public sealed partial class SkylineClient
{
    /// <summary>Whether a source package is there already, or how much of it has come from whoever asks. What is there is kept for a week more. For packagers.</summary>
    /// <param name="sha256">Of the whole file: 64 digits and letters from a to f.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <exception cref="RefusedException">400: that is no SHA-256.</exception>
    public Task<SourceState> Source(string sha256, CancellationToken ct) => http.Get($"api/sources/{sha256}", SkylineJson.Default.SourceState, ct);

    /// <summary>
    /// Sends a source package ahead, for a build or a chain: it is kept for a week, and what has come of one that broke off for a day. An HttpClient for this has no timeout. For packagers.
    /// </summary>
    /// <param name="srpm">From <paramref name="offset"/> on; read to its end, and disposed when the call ends.</param>
    /// <param name="sha256">Of the whole file; what comes is held against it.</param>
    /// <param name="fileName">What the file is called; it must be what the package in it is called.</param>
    /// <param name="offset">Where the stream goes on: as many bytes have come before (<see cref="SourceState.Bytes"/>).</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <returns>How far it is; also of one that was there before, whoever sent it.</returns>
    /// <exception cref="RefusedException">400: this is no source package. 409: its SHA-256 is another, or another connection sends it now. 413: it is larger than the server takes. 416: it goes on
    /// from another offset. 429: too much was sent ahead and not built, or has not come whole. 507: the server's disk is full.</exception>
    public Task<SourceState> SendSource(Stream srpm, string sha256, string fileName, long offset, CancellationToken ct) =>
        http.SendBytes(HttpMethod.Put, string.Create(CultureInfo.InvariantCulture, $"api/sources/{sha256}?name={Uri.EscapeDataString(fileName)}&offset={offset}"),
            new StreamContent(srpm, 1 << 16), SkylineJson.Default.SourceState, ct, askFirst: true);

    /// <summary>Begins a chain: source packages that are built in an order, each link from what the links before have published. For packagers.</summary>
    /// <returns>The batch that it is: <see cref="WaitBatch"/> tells how it goes on.</returns>
    /// <exception cref="RefusedException">400: it has no source packages, or more than 2,000, or one twice, or one cannot be fetched. 403: who asks may not build there. 404: there is no such
    /// target, or a source package is not here. 409: they need each other and no order was found, or the tag asks for a second person.</exception>
    public Task<BatchDetails> StartChain(NewChain chain, CancellationToken ct) => http.Post("api/chains", chain, SkylineJson.Default.NewChain, SkylineJson.Default.BatchDetails, ct);

    /// <summary>The order in which it would be built, and why; nothing is begun. For packagers.</summary>
    /// <exception cref="RefusedException">As of <see cref="StartChain"/>.</exception>
    public Task<ChainPlan> PlanChain(NewChain chain, CancellationToken ct) => http.Post("api/chains?preview=true", chain, SkylineJson.Default.NewChain, SkylineJson.Default.ChainPlan, ct);

    /// <summary>Why a chain's builds are in their order.</summary>
    /// <exception cref="RefusedException">404: there is no such chain.</exception>
    public Task<ChainPlan> ChainPlan(long batch, CancellationToken ct) => http.Get($"api/chains/{batch}/plan", SkylineJson.Default.ChainPlan, ct);
}
