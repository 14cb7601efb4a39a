using System.Net;

namespace Skyline.Cli.Connection;

/// <summary>
/// What changes something is sent with an Idempotency-Key of its own. When the line breaks and nobody knows whether the request arrived, it
/// is sent again with the same key, and the server answers as it did or would have: nothing is made twice, and nobody has to look whether
/// it was. A server that was not there to begin with is told at once, as nothing can have been made.
/// </summary>
sealed class SentOnce(TimeProvider time, Action<string> say, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    const string Header = "Idempotency-Key";

    /// <summary>In bytes: no answer to a change is larger, whatever the other side sends.</summary>
    const long LargestAnswer = 64 << 20;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (!Changes(request)) return await base.SendAsync(request, cancellationToken);
        request.Headers.Add(Header, $"{Guid.NewGuid():N}");
        var keepTrying = new KeepTrying(time, say);
        for (var again = false; ; again = true)
        {
            try
            {
                var response = await base.SendAsync(request, cancellationToken);
                await Whole(response, again, cancellationToken);
                keepTrying.Progress();
                return response;
            }
            catch (Exception e) when ((again ? Trouble.MayPass(e) : Broke(e)) && CanBeSentAgain(request) && keepTrying.HasPatience)
            {
                await keepTrying.Pause(e, cancellationToken);
            }
        }
    }

    /// <summary>Half an answer is none: it is read here, where it can still be asked for again.</summary>
    /// <exception cref="IOException">The first is still being worked on; its answer will be ours.</exception>
    static async Task Whole(HttpResponseMessage response, bool again, CancellationToken ct)
    {
        try
        {
            if (again && response is { StatusCode: HttpStatusCode.Conflict, Headers.RetryAfter: not null }) throw new IOException("the server is still at it");
            await response.Content.LoadIntoBufferAsync(LargestAnswer, ct);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Not what only looks (a preview, a check whose lines come as it goes), nor what is the same however often it is sent: a package is its
    /// bytes, and thousands of them would be thousands of answers to keep.
    /// </summary>
    static bool Changes(HttpRequestMessage request)
    {
        if (request.Method == HttpMethod.Get || request.Method == HttpMethod.Head) return false;
        var (path, query) = (request.RequestUri!.AbsolutePath, request.RequestUri.Query);
        return !query.Contains("preview=true", StringComparison.Ordinal) && !query.Contains("dryRun=true", StringComparison.Ordinal)
            && !path.EndsWith("/api/verify", StringComparison.Ordinal) && !path.EndsWith("/rpms", StringComparison.Ordinal) && !path.Contains("/api/sources/", StringComparison.Ordinal);
    }

    /// <summary>There was a line, and it broke. (A file that changed while it was being sent is no such thing, nor a server that is silent.)</summary>
    static bool Broke(Exception e) => e is HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded } or HttpRequestException { HttpRequestError: HttpRequestError.Unknown, InnerException: IOException } or IOException;

    /// <summary>A file is read from its beginning again; what came through a pipe has gone.</summary>
    static bool CanBeSentAgain(HttpRequestMessage request) => request.Content is not StreamContent file || file.Headers.ContentLength is not null;
}
