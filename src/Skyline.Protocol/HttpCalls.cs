using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Skyline.Protocol;

/// <summary>HTTP as both clients speak it: JSON by compiled contract, and a refusal is the server's own sentence.</summary>
static class HttpCalls
{
    /// <summary>No answer that is read whole into memory is larger than this, whatever the other side sends. In bytes.</summary>
    const long LargestAnswer = 64 << 20;

    public static async Task<T> Get<T>(this HttpClient http, string path, JsonTypeInfo<T> type, CancellationToken ct)
    {
        using var response = await http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, ct);
        return await Read(response, type, ct);
    }

    public static Task<TOut> Post<TIn, TOut>(this HttpClient http, string path, TIn body, JsonTypeInfo<TIn> sent, JsonTypeInfo<TOut> got, CancellationToken ct) =>
        http.Send(HttpMethod.Post, path, body, sent, got, ct);

    public static async Task<TOut> Send<TIn, TOut>(this HttpClient http, HttpMethod method, string path, TIn body, JsonTypeInfo<TIn> sent, JsonTypeInfo<TOut> got, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(body, sent) };
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        return await Read(response, got, ct);
    }

    public static async Task Post<TIn>(this HttpClient http, string path, TIn body, JsonTypeInfo<TIn> sent, CancellationToken ct)
    {
        using var response = await http.PostAsync(path, JsonContent.Create(body, sent), ct);
        await ThrowIfRefused(response, ct);
    }

    /// <summary>As Post, but 204 is an answer too: nothing. <paramref name="seen"/> is shown the answer's headers first.</summary>
    public static async Task<TOut?> PostForOptional<TIn, TOut>(
        this HttpClient http, string path, TIn body, JsonTypeInfo<TIn> sent, JsonTypeInfo<TOut> got, CancellationToken ct, Action<HttpResponseHeaders>? seen = null)
        where TOut : class
    {
        using var response = await http.PostAsync(path, JsonContent.Create(body, sent), ct);
        if (response.IsSuccessStatusCode) seen?.Invoke(response.Headers);
        return response.StatusCode == HttpStatusCode.NoContent ? null : await Read(response, got, ct);
    }

    public static async Task<TOut> Put<TIn, TOut>(this HttpClient http, string path, TIn body, JsonTypeInfo<TIn> sent, JsonTypeInfo<TOut> got, CancellationToken ct)
    {
        using var response = await http.PutAsync(path, JsonContent.Create(body, sent), ct);
        return await Read(response, got, ct);
    }

    /// <summary>Puts something; the answer is nothing.</summary>
    public static async Task PutNothing<TIn>(this HttpClient http, string path, TIn body, JsonTypeInfo<TIn> sent, CancellationToken ct)
    {
        using var response = await http.PutAsync(path, JsonContent.Create(body, sent), ct);
        await ThrowIfRefused(response, ct);
    }

    /// <summary>Posts nothing; the answer is something.</summary>
    public static async Task<T> PostAndWait<T>(this HttpClient http, string path, JsonTypeInfo<T> type, CancellationToken ct)
    {
        using var response = await http.PostAsync(path, null, ct);
        return await Read(response, type, ct);
    }

    /// <summary>An answer that is a JSON document a line, each as it comes.</summary>
    public static async IAsyncEnumerable<T> PostForLines<T>(this HttpClient http, string path, JsonTypeInfo<T> type, [EnumeratorCancellation] CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        await ThrowIfRefused(response, ct);
        await using var body = await response.Content.ReadAsStreamAsync(ct);
        await foreach (var line in JsonSerializer.DeserializeAsyncEnumerable(body, type, topLevelValues: true, ct))
            if (line is not null) yield return line;
    }

    public static async Task PostNothing(this HttpClient http, string path, CancellationToken ct)
    {
        using var response = await http.PostAsync(path, null, ct);
        await ThrowIfRefused(response, ct);
    }

    public static async Task Delete(this HttpClient http, string path, CancellationToken ct)
    {
        using var response = await http.DeleteAsync(path, ct);
        await ThrowIfRefused(response, ct);
    }

    /// <summary>Deletes something; the answer says what came of it.</summary>
    public static async Task<T> Delete<T>(this HttpClient http, string path, JsonTypeInfo<T> type, CancellationToken ct)
    {
        using var response = await http.DeleteAsync(path, ct);
        return await Read(response, type, ct);
    }

    /// <summary>Sends a file; with <paramref name="askFirst"/> by `Expect: 100-continue`: a server that refuses says so before gigabytes are on their way.</summary>
    public static async Task<T> SendBytes<T>(this HttpClient http, HttpMethod method, string path, HttpContent content, JsonTypeInfo<T> type, CancellationToken ct, bool askFirst = false)
    {
        content.Headers.ContentType ??= new MediaTypeHeaderValue("application/octet-stream");
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (askFirst) request.Headers.ExpectContinue = true;
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        return await Read(response, type, ct);
    }

    /// <summary>The body from an offset on; the caller disposes the stream, and with it the response.</summary>
    public static async Task<Stream> OpenFrom(this HttpClient http, string path, long offset, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (offset > 0) request.Headers.Range = new RangeHeaderValue(offset, null);
        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        await ThrowIfRefused(response, ct);
        return await response.Content.ReadAsStreamAsync(ct);
    }

    static async Task<T> Read<T>(HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken ct)
    {
        await ThrowIfRefused(response, ct);
        await response.Content.LoadIntoBufferAsync(LargestAnswer, ct);
        return await response.Content.ReadFromJsonAsync(type, ct)
            ?? throw new RefusedException((int)response.StatusCode, "The server answered with nothing where it owed an answer; is this address a Skyline server?");
    }

    internal static async Task ThrowIfRefused(HttpResponseMessage response, CancellationToken ct)
    {
        // Nothing was changed: somebody else must agree first.
        if (response.StatusCode == HttpStatusCode.Accepted && response.Headers.Location?.OriginalString.Contains("/api/approvals/", StringComparison.Ordinal) == true)
        {
            await response.Content.LoadIntoBufferAsync(LargestAnswer, ct);
            throw new WaitsForApprovalException((await response.Content.ReadFromJsonAsync(SkylineJson.Default.HeldChange, ct))!);
        }
        if (response.IsSuccessStatusCode) return;
        throw new RefusedException((int)response.StatusCode, await Sentence(response, ct));
    }

    static async Task<string> Sentence(HttpResponseMessage response, CancellationToken ct)
    {
        if (response.Content.Headers.ContentType?.MediaType is "application/problem+json")
        {
            await response.Content.LoadIntoBufferAsync(LargestAnswer, ct);
            if (await response.Content.ReadFromJsonAsync(SkylineJson.Default.Problem, ct) is { Detail: { } detail }) return detail;
        }
        var said = $"The server answered {(int)response.StatusCode} {response.ReasonPhrase} to {response.RequestMessage?.RequestUri?.AbsolutePath}";
        return response.Headers.Location is { } elsewhere ? $"{said} and points to {elsewhere}; use that address if you trust it." : $"{said}.";
    }
}
