namespace Skyline.Cli.Connection;

/// <summary>An answer must begin within the limit (a long poll is shorter); only a submission, what is sent ahead of one, an import or a promotion may take its time: gigabytes are uploaded, or fetched by the server, or dnf asked.</summary>
sealed class AnswerDeadline(TimeSpan limit, TimeProvider time, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    /// <exception cref="TimeoutException">Nothing came.</exception>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (IsSubmission(request)) return await base.SendAsync(request, cancellationToken);
        using var late = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            return await base.SendAsync(request, either.Token);
        }
        catch (OperationCanceledException e) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"no answer within {limit.TotalSeconds:0} seconds", e);
        }
    }

    static bool IsSubmission(HttpRequestMessage request) =>
        request.Method == HttpMethod.Put && request.RequestUri!.AbsolutePath.Contains("/api/sources/", StringComparison.Ordinal)
        || request.Method == HttpMethod.Post
        && (request.RequestUri!.AbsolutePath.EndsWith("/api/builds", StringComparison.Ordinal) || request.RequestUri.AbsolutePath.EndsWith("/rpms", StringComparison.Ordinal)
            || request.RequestUri.AbsolutePath.Contains("/api/side-tags/", StringComparison.Ordinal));
}
