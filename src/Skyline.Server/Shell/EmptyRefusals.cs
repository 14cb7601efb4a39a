namespace Skyline.Server.Shell;

/// <summary>What the framework refuses by itself, with a bare number, is told in the API's one shape and in a sentence too.</summary>
sealed class EmptyRefusals(RequestDelegate next)
{
    public async Task Invoke(HttpContext context)
    {
        await next(context);
        if (!context.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal) || context.Response is not { HasStarted: false, StatusCode: >= 400, ContentType: null, ContentLength: null }) return;
        await new Refusal(context.Response.StatusCode, Sentence(context.Request, context.Response)).AsResult().ExecuteAsync(context);
    }

    static string Sentence(HttpRequest request, HttpResponse response) => response.StatusCode switch
    {
        404 => $"There is nothing at {request.Path}; /openapi/v1.json tells what there is.",
        405 => $"{request.Path} takes no {request.Method}; it takes {response.Headers.Allow}.",
        415 => $"{request.Path} takes no {(request.ContentType is { Length: > 0 } type ? type : "body without a Content-Type")}; send application/json.",
        413 => "That is more than this server takes at once.",
        _ => $"{request.Method} {request.Path} was refused ({response.StatusCode}).",
    };
}
