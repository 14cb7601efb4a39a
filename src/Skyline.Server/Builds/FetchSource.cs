using Skyline.Server.Edge;
using Skyline.Server.Shell;

namespace Skyline.Server.Builds;

/// <summary>Opens a source package at a URL that a packager gave: http or https, few redirects, and never an address where a cloud keeps its secrets.</summary>
public sealed class FetchSource(SkylineSettings settings) : IDisposable
{
    static readonly TimeSpan answerWithin = TimeSpan.FromSeconds(30);
    readonly OutwardHttp http = new(settings);

    /// <exception cref="HttpRequestException">With a sentence for the packager.</exception>
    public async Task<(HttpResponseMessage Response, string FileName)> Open(string url, CancellationToken ct)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            throw new HttpRequestException($"'{url}' is not an http or https address.");
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(answerWithin);
        HttpResponseMessage response;
        try
        {
            response = await http.Get(address, Nearness.Private, patience.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new HttpRequestException($"{address.Host} did not answer within {answerWithin.TotalSeconds} s.");
        }
        if (response.IsSuccessStatusCode) return (response, Uri.UnescapeDataString(address.Segments[^1]));
        var status = $"{(int)response.StatusCode} {response.ReasonPhrase}";
        response.Dispose();
        throw new HttpRequestException($"{url} answered {status}.");
    }

    public void Dispose() => http.Dispose();
}
