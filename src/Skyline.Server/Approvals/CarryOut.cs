using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Skyline.Protocol;
using Skyline.Server.People;
using Skyline.Server.Shell;

namespace Skyline.Server.Approvals;

/// <summary>A kept request is done as it came, on behalf of who made it: by the same endpoint, with all that it looks at.</summary>
sealed class CarryOut(IServiceProvider services, EndpointDataSource endpoints)
{
    /// <summary>It was seen to come from one of our own pages when it came.</summary>
    internal sealed class FromOurPage;

    sealed class HasBody : IHttpRequestBodyDetectionFeature
    {
        public bool CanHaveBody => true;
    }

    sealed class NoBound : IHttpMaxRequestBodySizeFeature
    {
        public bool IsReadOnly => false;
        public long? MaxRequestBodySize { get; set; }
    }

    /// <returns>Null: it is done. Otherwise why not.</returns>
    public async Task<Refusal?> Run(ApprovalRow row, CallerIdentity maker, HttpContext second)
    {
        if (endpoints.Endpoints.OfType<RouteEndpoint>().FirstOrDefault(one => one.RoutePattern.RawText == row.Door && one.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains(row.Method!) == true) is not { RequestDelegate: { } act } endpoint)
            return new(409, $"This server has no {row.Method} {row.Door} any more; ask for it anew.");
        await using var scope = services.CreateAsyncScope();
        var http = new DefaultHttpContext { RequestServices = scope.ServiceProvider, User = new(maker) };
        (http.Request.Method, http.Request.Scheme, http.Request.Host, http.Request.Path, http.Request.QueryString) = (row.Method!, second.Request.Scheme, second.Request.Host, row.Path!, new(row.Query));
        (http.Request.Body, http.Request.ContentType, http.Request.ContentLength) = (new MemoryStream(row.Body ?? []), row.ContentType, row.Body?.Length ?? 0);
        foreach (var (name, value) in JsonNode.Parse(row.Route!)!.AsObject()) http.Request.RouteValues[name] = value?.GetValue<string>();
        http.Features.Set<IHttpRequestBodyDetectionFeature>(new HasBody());
        http.Features.Set<IHttpMaxRequestBodySizeFeature>(new NoBound());
        http.Features.Set(new FromOurPage());
        http.SetEndpoint(endpoint);
        var answer = new MemoryStream();
        http.Response.Body = answer;
        await act(http);
        return http.Response.StatusCode < 400 ? null : new(http.Response.StatusCode, Sentence(http.Response, answer));
    }

    static string Sentence(HttpResponse response, MemoryStream answer)
    {
        try
        {
            if (response.ContentType?.StartsWith("application/problem+json", StringComparison.Ordinal) == true && JsonSerializer.Deserialize(answer.ToArray(), SkylineJson.Default.Problem) is { Detail: { } detail }) return detail;
        }
        catch (JsonException)
        {
            // Then it is told as it came.
        }
        var text = System.Text.Encoding.UTF8.GetString(answer.ToArray()).Trim();
        return text.Length is > 0 and < 2000 ? text : $"It was refused ({response.StatusCode}).";
    }
}
